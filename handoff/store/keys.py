"""The names of our keys in Redis. A conversation's keys share a hash tag: a Cluster keeps them together."""

PREFIX = "repere:"

WAITING = PREFIX + "waiting"  # sorted set: conversations waiting for a person, most urgent first
OPEN = PREFIX + "open"  # sorted set: conversations by last activity (ms)
PENDING = PREFIX + "pending"  # sorted set: conversations with a message that got no outcome yet (ms)
LEASES = PREFIX + "leases"  # sorted set: conversations held by a counsellor, by lease end (ms)
ON_DUTY = PREFIX + "on_duty"  # sorted set: counsellors with an open console, by last sign of life (ms)
ONLINE = PREFIX + "online"  # sorted set: conversations whose page is open, by last sign of life (ms)
WAITS = PREFIX + "waits"  # list: how long the last people waited for a person (ms)
KEEPER = PREFIX + "keeper"  # lock: the one process that tidies up now
CONTACTS = PREFIX + "contacts"  # stream: how contacts went, until the staff app counts them
MISSED = PREFIX + "missed"  # sorted set: conversations with a message that found no good answer (ms)
CHANGES = PREFIX + "changes"  # channel: which conversation changed

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


def contact(conversation_id: str) -> str:
    """Hash: waits of the contact under way, for the figures (``handoff.store.contacts``)."""
    return f"{PREFIX}{{{conversation_id}}}:contact"


def of_log(conversation_id: str) -> list[str]:
    """The keys that live as long as the conversation, in the order the APPEND script takes them."""
    return [state(conversation_id), log(conversation_id), seen(conversation_id), data_key(conversation_id)]


def of_conversation(conversation_id: str) -> list[str]:
    """Every key that holds something of a conversation."""
    return [*of_log(conversation_id), shared_detail(conversation_id), contact(conversation_id)]
