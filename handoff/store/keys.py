"""The names of our keys in Redis. A conversation's keys share a hash tag: a Cluster keeps them together."""

PREFIX = "repere:"

WAITING = PREFIX + "waiting"  # sorted set: conversations waiting for a person, most urgent first
OPEN = PREFIX + "open"  # sorted set: conversations by last activity (ms)
PENDING = PREFIX + "pending"  # sorted set: conversations with a message that got no outcome yet (ms)
LEASES = PREFIX + "leases"  # sorted set: conversations held by a counsellor, by lease end (ms)
ON_DUTY = PREFIX + "on_duty"  # sorted set: counsellors on duty at their console, by last sign of life (ms)
CONSOLES = PREFIX + "consoles"  # sorted set: everybody with an open console, by last sign of life (ms)
EXIT_ANSWERS = PREFIX + "exit_answers"  # hash: answers to the exit question not counted in SQL yet
ONLINE = PREFIX + "online"  # sorted set: conversations whose page is open, by last sign of life (ms)
WAITS = PREFIX + "waits"  # list: how long the last people waited for a person (ms)
KEEPER = PREFIX + "keeper"  # lock: the one process that tidies up now
CONTACTS = PREFIX + "contacts"  # stream: how contacts went, until the staff app counts them
FLOOD_SALT = PREFIX + "flood_salt"  # string: the hour's random salt (``handoff.store.flood``)
FILE_RENEWED = PREFIX + "file_renewed"  # lock: the file on the disk was written anew lately
MISSED = PREFIX + "missed"  # sorted set: conversations with a message that found no good answer (ms)
CHANGES = PREFIX + "changes"  # channel: which conversation changed
ARRIVALS = PREFIX + "arrivals"  # hash: code of a poster or link → how many came by it

RASA_TRACKER_PREFIX = "rasa:tracker:"  # see bot/redis_tracker_store.py


def state(conversation_id: str) -> str:
    """Hash: everything of a conversation but its words."""
    return f"{PREFIX}{{{conversation_id}}}:state"


def log(conversation_id: str) -> str:
    """Stream: the encrypted messages."""
    return f"{PREFIX}{{{conversation_id}}}:log"


def seen(conversation_id: str) -> str:
    """Hash: client id of a message → its position, so that a message sent twice is stored once."""
    return f"{PREFIX}{{{conversation_id}}}:seen"


def data_key(conversation_id: str) -> str:
    """String: the conversation's data key, wrapped by the master key."""
    return f"{PREFIX}{{{conversation_id}}}:key"


def shared_detail(conversation_id: str) -> str:
    """Hash: what the young person gave one counsellor on purpose (``handoff.store.shared_details``)."""
    return f"{PREFIX}{{{conversation_id}}}:shared"


def return_code(fingerprint: str) -> str:
    """String: the conversation that a return code opens (``handoff.store.return_codes``)."""
    return f"{PREFIX}return:{fingerprint}"


def return_tries(minute: int) -> str:
    """Number: wrong return codes typed in this minute, by anybody."""
    return f"{PREFIX}return_tries:{minute}"


def address(conversation_id: str) -> str:
    """Hash: where a messaging app answers, encrypted, and how far it got (``handoff.store.addresses``)."""
    return f"{PREFIX}{{{conversation_id}}}:address"


def delivered(conversation_id: str) -> str:
    """List: the messaging app's numbers of the messages on the young person's phone, to delete them there."""
    return f"{PREFIX}{{{conversation_id}}}:delivered"


def sender(sender_hash: str) -> str:
    """String: the conversation of a sender, known by ``channel:keyed hash`` only."""
    return f"{PREFIX}from:{sender_hash}"


def reachable(channel: str) -> str:
    """Sorted set: conversations of a messaging app, by the last thing heard (ms)."""
    return f"{PREFIX}reachable:{channel}"


def handled(channel: str, digest: str) -> str:
    """String: this delivery of a messaging app was handled."""
    return f"{PREFIX}handled:{channel}:{digest}"


def leader(channel: str) -> str:
    """String: the one process that sends for a messaging app now."""
    return f"{PREFIX}leader:{channel}"


def notes(conversation_id: str) -> str:
    """List: what staff note and whisper to each other about a conversation (``handoff.store.notes``)."""
    return f"{PREFIX}{{{conversation_id}}}:notes"


def duty(counsellor_id: int) -> str:
    """Hash: whether a counsellor takes conversations now, and how many (``handoff.store.duty``)."""
    return f"{PREFIX}duty:{counsellor_id}"


def taking(counsellor_id: int) -> str:
    """Lock: a counsellor gets a conversation now (``handoff.store.duty``)."""
    return f"{PREFIX}taking:{counsellor_id}"


def contact(conversation_id: str) -> str:
    """Hash: waits of the contact under way, for the figures (``handoff.store.contacts``)."""
    return f"{PREFIX}{{{conversation_id}}}:contact"


def flood_count(fingerprint: str) -> str:
    """Number: how much came from one place within the hour (``handoff.store.flood``)."""
    return f"{PREFIX}flood:{fingerprint}"


def of_log(conversation_id: str) -> list[str]:
    """The keys that live as long as the conversation."""
    return [state(conversation_id), log(conversation_id), seen(conversation_id), data_key(conversation_id)]


def of_new_message(conversation_id: str) -> list[str]:
    """What a new message of anybody keeps alive, in the order the APPEND script takes it.

    The way back to the person with it: an app's conversation is worth nothing without.
    """
    return [*of_log(conversation_id), address(conversation_id), delivered(conversation_id)]


def of_conversation(conversation_id: str) -> list[str]:
    """Every key that holds something of a conversation."""
    return [
        *of_new_message(conversation_id),
        shared_detail(conversation_id),
        notes(conversation_id),
        contact(conversation_id),
    ]
