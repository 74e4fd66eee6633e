"""What each action of staff is called; an action that has no words here cannot be noted."""

from collections.abc import Mapping

ACTIONS: Mapping[str, str] = {
    "staff.communes": "Giao xã cho cộng tác viên",
}
