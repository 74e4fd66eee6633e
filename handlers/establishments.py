"""Establishments as staff look them up in their own chat: by name, by telephone, by commune, and one by one."""

import re
from dataclasses import dataclass, replace
from typing import Any

from conversation.answers import fold, read_phone
from conversation.area import PAGE, Known, Shown
from conversation.area_records import EstablishmentRead
from conversation.flow import Outcome, Turn, reply
from conversation.places import Place
from conversation.reply import Choice
from conversation.roles import may_look, may_register
from conversation.session import Frame
from handlers import members

LONGEST_SEARCH = 24
COMMUNES_SHOWN = 8
_PLACE = re.compile(r"(\d{1,6})(?:_(\d{5})?(?:_([a-z0-9-]{1,24}))?)?")
_ONE = re.compile(r"(\d{1,9})(?:_(.+))?")
_WAITING = re.compile(r"m(\d{1,9}_\d{1,6})")
_UNIT = re.compile(r"(?:xa|phuong|thi tran) ")


@dataclass(frozen=True, slots=True)
class Sought:
    """Which part of which list, short enough for a button: `10_13285_moc-lan`."""

    start: int = 0
    commune: str = ""
    search: str = ""

    @classmethod
    def of(cls, link: str) -> "Sought | None":
        read = _PLACE.fullmatch(link)
        return cls(int(read[1]), read[2] or "", (read[3] or "").replace("-", " ")) if read else None

    @property
    def link(self) -> str:
        parts = [str(self.start), self.commune, self.search.replace(" ", "-")]
        return "_".join(parts).rstrip("_")


class Establishments:
    """`>establishments` lists those of a collaborator's communes, and asks who sees all for a name or a commune;
    `>establishments/10_13285_moc-lan` goes on in a list. What is typed meanwhile is looked for."""

    name = "establishments"

    def start(self, turn: Turn, argument: str) -> Outcome:
        refused = members.refused(turn, may_look)
        if refused:
            return refused
        sought = Sought.of(argument)
        if sought is None and turn.catalog.area.communes is None:
            return self._ask(turn)
        sought = sought or Sought()
        return self._list(turn, sought, turn.catalog.area.establishments(sought.search, sought.commune, sought.start))

    def again(self, turn: Turn) -> Outcome:
        top = turn.session.top
        return self.start(replace(turn, session=turn.session.pop()), top.step if top else "")

    def resume(self, turn: Turn) -> Outcome:
        left = replace(turn, session=turn.session.pop())
        refused = members.refused(left, may_look)
        if refused:
            return refused
        if turn.meant.startswith(">"):
            return Outcome(left.session, then=turn.meant)
        return self._search(turn, left)

    def _search(self, turn: Turn, left: Turn) -> Outcome:
        """Look for what was typed as a name, and as a commune where it is one."""
        text = fold(turn.text)
        search, place = read_phone(turn.text).value or text[:LONGEST_SEARCH].strip(), _place(turn)
        if place and _UNIT.match(text):
            return self.start(left, Sought(commune=place.code).link)
        found = turn.catalog.area.establishments(search) if search else Shown(0, ())
        if found.total:
            return self._list(left, Sought(search=search), found, place)
        if place:
            return self.start(left, Sought(commune=place.code).link)
        said = reply("establishments/none", members.back(turn), typed=turn.text[: members.LONGEST_NAME])
        return Outcome(turn.session, (said,), unread=True)

    def _ask(self, turn: Turn) -> Outcome:
        places = turn.catalog.library.places
        offered = [
            Choice(f">{self.name}/{Sought(commune=code).link}", f"{places.name_of(code)} ({many})")
            for code, many in turn.catalog.area.most_in[:COMMUNES_SHOWN]
        ]
        asked = reply("establishments/ask", *offered, members.back(turn))
        return Outcome(turn.session.push(Frame(self.name)), (asked,))

    def _list(self, turn: Turn, sought: Sought, found: Shown, place: Place | None = None) -> Outcome:
        more = replace(sought, start=sought.start + PAGE)
        choices = [Choice(f">establishment/{one.number}_{sought.link}", _label(turn, one)) for one in found.some]
        if found.total > more.start:
            choices.append(turn.choice("establishments/more", f">{self.name}/{more.link}"))
        if place:
            choices.append(Choice(f">{self.name}/{Sought(commune=place.code).link}", place.commune.full_name))
        values: dict[str, Any] = {
            "total": found.total,
            "first": sought.start + 1,
            "last": sought.start + len(found.some),
            "search": sought.search,
            "commune": turn.catalog.library.places.name_of(sought.commune) if sought.commune else "",
            "communes": members.communes(turn),
            "whole": turn.catalog.area.communes is None,
        }
        listed = reply("establishments/list", *choices, members.back(turn), **values)
        return Outcome(turn.session.push(Frame(self.name, sought.link)), (listed,))


class Establishment:
    """`>establishment/12` shows one; `>establishment/12_0_13285` and `>establishment/12_m3_10` know the list it was
    found in: of establishments, of who has not answered the third round."""

    name = "establishment"

    def start(self, turn: Turn, argument: str) -> Outcome:
        refused = members.refused(turn, may_look)
        if refused:
            return refused
        read = _ONE.fullmatch(argument)
        found = turn.catalog.area.establishment(int(read[1])) if read else None
        listed = _list_of(turn, read[2] or "" if read else "")
        if found is None:
            return Outcome(turn.session, (reply("establishments/missing", listed, members.back(turn)),))
        may = may_register(turn.contact.staff_role)
        fill_in = (turn.choice("register/for", f">register/for_{found.number}"),) if may else ()
        shown = reply("establishments/one", *fill_in, listed, members.back(turn), **_facts(turn, found))
        return Outcome(turn.session, (shown,), (EstablishmentRead(found.number),))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")


def _list_of(turn: Turn, tail: str) -> Choice:
    """Return the way back to the list that a link names."""
    waiting, sought = _WAITING.fullmatch(tail), Sought.of(tail)
    if waiting:
        return turn.choice("missing/back", f">missing/{waiting[1]}")
    return turn.choice("establishments/back", f">establishments/{sought.link}" if sought else ">establishments")


def _facts(turn: Turn, found: Known) -> dict[str, Any]:
    told = ("legal_form", "trade", "trade_other", "commune", "workers", "phone")
    return {"name": found.name, "last": found.last, **{name: members.word(turn, name, found) for name in told}}


def _label(turn: Turn, found: Known) -> str:
    commune = members.word(turn, "commune", found) if _many_communes(turn) else ""
    return members.labelled(members.named(found), commune)


def _many_communes(turn: Turn) -> bool:
    communes = turn.catalog.area.communes
    return communes is None or len(communes) > 1


def _place(turn: Turn) -> Place | None:
    """Return the commune that was typed and is none other."""
    found = turn.catalog.library.places.find(turn.text)
    return found[0] if len(found) == 1 else None
