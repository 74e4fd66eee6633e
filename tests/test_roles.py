"""Who lets an announcement go, wherever they are asked."""

import pytest

from conversation.roles import may_approve

ROLES = ("viewer", "editor", "approver", "administrator")


@pytest.mark.parametrize(
    ("own", "second", "signed", "roles"),
    [
        (True, False, False, ROLES[1:]),
        (True, True, False, ()),
        (True, True, True, ROLES[1:]),
        (False, False, False, ROLES[2:]),
        (False, True, False, ROLES[2:]),
        (False, True, True, ROLES[2:]),
    ],
)
def test_the_rule(own: bool, second: bool, signed: bool, roles: tuple[str, ...]) -> None:
    assert tuple(role for role in ROLES if may_approve(role, own=own, second=second, signed=signed)) == roles
