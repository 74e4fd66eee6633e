"""How a case is worded: what is asked for, and what its owner is told when it moves."""

from content.render import Renderer
from conversation.catalog import Library
from conversation.reply import Reply
from db.cases import INTEREST, Case

LONGEST_TOLD = 600


def activities(library: Library) -> dict[str, str]:
    """Return what may be asked for, by its code."""
    return {one.value: one.label for one in library.forms[INTEREST].by_name["activity"].options}


def activity_of(library: Library, case: Case) -> str:
    """Return what a case asks for, in words."""
    return activities(library).get(case.activity or "", case.activity or "Đăng ký quan tâm")


def told(library: Library, renderer: Renderer, case: Case, to: str, reason: str) -> str:
    """Return what the owner of a case is told when it becomes `to`."""
    values = {"code": case.code, "activity": activity_of(library, case), "status": to, "reason": reason}
    return renderer.words(Reply("cases/moved", values))
