"""What the console asks about an account, in its own words (``handoff.staff.access`` decides)."""

from __future__ import annotations

from handoff.conversation import Conversation
from handoff.records.tables import Account, Role
from handoff.staff.access import Permission, allows


def supervises(account: Account) -> bool:
    """Sees the whole floor: the overview, joining, assigning, taking over."""
    return allows(account, Permission.SUPERVISE)


def starts_on_duty(account: Account) -> bool:
    """Whether an open console means "ready to answer". Who only supervises looks on, until they say so."""
    return Role.COUNSELLOR in account.roles


def shares_words(account: Account) -> bool:
    """Writes canned replies for everybody."""
    return allows(account, Permission.SHARE_REPLIES)


def looks_along(account: Account, conversation: Conversation) -> bool:
    """Reads a conversation that somebody else holds: supervisors, and colleagues when its holder asks."""
    return supervises(account) or conversation.help_since is not None
