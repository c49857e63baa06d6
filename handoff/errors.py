"""Expected refusals, each a fact with a machine code. Only bugs are 500."""

import traceback


def places_of(error: Exception) -> str:
    """For a log: the kind of an error and where it rose, not its own words, which could quote a message."""
    return "\n".join((type(error).__name__, "".join(traceback.format_tb(error.__traceback__))))


class RepereError(Exception):
    """Base of our errors. ``code`` is what a client branches on."""

    code = "error"


class ConversationUnknownError(RepereError):
    """No such conversation, or its token is wrong or expired: all three answer alike."""

    code = "unknown_conversation"


class NotYourTurnError(RepereError):
    """Somebody else owns the conversation now; nothing was written."""

    code = "not_your_turn"


class AnsweredMeanwhileError(RepereError):
    """Another tab or another counsellor answered first; nothing was written."""

    code = "meanwhile"


class MoveRefusedError(RepereError):
    """The conversation is no longer in the state that this change starts from."""

    code = "move_refused"


class TooManyTriesError(RepereError):
    """Too many wrong codes were typed lately, by anybody; wait ``retry_in_ms``."""

    code = "too_many_tries"

    def __init__(self, retry_in_ms: int) -> None:
        super().__init__(self.code)
        self.retry_in_ms = retry_in_ms


class FloodedError(RepereError):
    """Far too much came from one place within the hour; wait ``retry_in_ms``."""

    code = "flooded"

    def __init__(self, retry_in_ms: int) -> None:
        super().__init__(self.code)
        self.retry_in_ms = retry_in_ms


class StoreUnavailableError(RepereError):
    """Redis does not answer; nothing was written."""

    code = "unavailable"


class MessageRefusedError(RepereError):
    """What arrived cannot be a message. ``code``: empty, too_long or bad_frame."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RasaUnavailableError(RepereError):
    """Rasa is down, slow, or answered something that is not an answer."""

    code = "rasa_unavailable"


class SettingError(RepereError):
    """A setting is missing or wrong; the message says which and how to mend it."""

    code = "setting"


class ImportUnknownError(RepereError):
    """There is no such import of the directory, or no source of that name is shown."""

    code = "import_unknown"


class LoginTakenError(RepereError):
    """Another account has this login already; nothing was written."""

    code = "login_taken"


class RecordsUnavailableError(RepereError):
    """The SQL database does not answer, or cannot write (a full disk); nothing was written."""

    code = "unavailable"


class EditConflictError(RepereError):
    """Somebody else changed the same thing meanwhile; nothing was written, what they wrote stands."""

    code = "edit_conflict"


class InsideUnavailableError(RepereError):
    """The public app does not answer the studio's question."""

    code = "unavailable"


class ModelError(RepereError):
    """A model was not trained or not put live. ``code``: texts ``models.refused_…``.

    The old one goes on; with "rasa_unknown" that is not sure.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
