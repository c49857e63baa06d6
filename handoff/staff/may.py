"""Who may do what at the console: every view and action asks here."""

from __future__ import annotations

from handoff.conversation import Conversation
from handoff.records.tables import Account, Role


def supervises(account: Account) -> bool:
    """Sees the whole floor: the overview, joining, assigning, taking over."""
    return account.role == Role.SUPERVISOR


def shares_words(account: Account) -> bool:
    """Writes canned replies for everybody."""
    return account.role in (Role.SUPERVISOR, Role.CONTENT_LEAD)


def looks_along(account: Account, conversation: Conversation) -> bool:
    """Reads a conversation that somebody else holds: supervisors, and colleagues when its holder asks."""
    return supervises(account) or conversation.help_since is not None
