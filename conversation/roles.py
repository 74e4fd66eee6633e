"""What each role of staff may do: the same in the console and in a member's own chat."""

APPROVERS = frozenset({"approver", "administrator"})
WRITERS = APPROVERS | {"editor"}


def may_write(role: str) -> bool:
    """Whether a role writes announcements, and stops them."""
    return role in WRITERS


def may_approve(role: str) -> bool:
    """Whether a role lets an announcement go that waits in a chat."""
    return role in APPROVERS
