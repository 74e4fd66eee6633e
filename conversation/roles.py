"""What each role of staff may do: the same in the console and in a member's own chat."""

APPROVERS = frozenset({"approver", "administrator"})
WRITERS = APPROVERS | {"editor"}
READERS = WRITERS | {"viewer"}
COLLABORATOR = "collaborator"


def may_write(role: str) -> bool:
    """Whether a role writes announcements, and stops them."""
    return role in WRITERS


def may_approve(role: str, *, own: bool, second: bool, signed: bool = False) -> bool:
    """Whether a role lets an announcement go that waits: its `own`, or what a colleague wrote.

    Who may write lets go what they wrote themselves. Where a `second` person must approve nobody does, unless the
    number of a `signed` paper is recorded: its signer is the second. What others wrote needs an approver either way.
    """
    if own:
        return may_write(role) and (signed or not second)
    return role in APPROVERS


def may_register(role: str) -> bool:
    """Whether a role fills in forms for owners: a collaborator in their own communes, who writes everywhere."""
    return role in WRITERS | {COLLABORATOR}


def may_look(role: str) -> bool:
    """Whether a role looks at establishments and takes tables along: a collaborator those of their own communes."""
    return role in READERS | {COLLABORATOR}
