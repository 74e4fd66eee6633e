"""Announcing from a member of staff's own chat: written there, and read as owners will read it before it goes."""

import re
from dataclasses import replace

from conversation.answers import fold
from conversation.desk import WAITING, Unfit, Written
from conversation.flow import Outcome, Turn, reply
from conversation.records import AnnouncementKept, AnnouncementSteered, Record
from conversation.reply import Choice
from conversation.roles import may_write
from conversation.session import Frame
from handlers import approving

NO = {"thoi", "khong", "huy", "bo", "dung", "quay lai"}
EVERYONE = {"moi nguoi", "tat ca"}
SHOWN = 3
LONGEST_LABEL = 60
_TYPED = re.compile(r"guithongbao(?: .*bot)? (dung )?(\d{1,9})")
_ABOUT = re.compile(r"(?:([a-z]+)_)?(\d{1,9})(?:_([0-9a-f]+))?")


class Compose:
    """`>compose` asks for an announcement; `>compose/12` opens one, `>compose/stop_12` stops it, and so on for what
    can be done to it, which may be typed after the command too. Who is no member gets what owners get."""

    name = "compose"

    def start(self, turn: Turn, argument: str) -> Outcome:
        if not turn.contact.staff_name:
            strays = bool(turn.incoming.choice or argument)
            return Outcome(turn.session, then=">menu" if strays else ">handoff/staff")
        if not may_write(turn.contact.staff_role):
            return approving.not_allowed(turn)
        typed = None if turn.incoming.choice else _TYPED.fullmatch(fold(turn.text))
        if typed and not argument:
            argument = f"stop_{typed[2]}" if typed[1] else typed[2]
        about = _ABOUT.fullmatch(argument)
        if about:
            return self._about(turn, int(about[2]), about[1] or "", about[3] or "")
        asked = self.again(replace(turn, session=turn.session.push(Frame(self.name, "text"))))
        return asked.after(reply("compose/no_files")) if argument == "file" else asked

    def again(self, turn: Turn) -> Outcome:
        return {"text": self._ask_text, "audience": self._ask_audience, "preview": self._ask}[_top(turn).step](turn)

    def resume(self, turn: Turn) -> Outcome:
        if not may_write(turn.contact.staff_role):
            return self.start(replace(turn, session=turn.session.pop()), "gone")
        typed = turn.incoming.text.strip()
        meant = turn.meant if turn.answer or not re.search(r"[\n=:]", typed) else ""
        if meant.startswith(">"):
            return Outcome(turn.session.pop(), then=meant)
        if meant == "drop" or (not meant and fold(turn.text) in NO):
            return self._drop(turn)
        step = _top(turn).step
        if step == "preview":
            return self._decided(turn, meant)
        return self._take_text(turn, meant, typed) if step == "text" else self._take_audience(turn, meant, typed)

    def _about(self, turn: Turn, number: int, action: str, fingerprint: str) -> Outcome:
        found = turn.catalog.desk.announcement(number)
        if found and found.state == WAITING and found.plain and not action and _is_mine(turn, found):
            draft = {"title": found.title, "text": found.text, "audience": found.audience}
            return self._ask(replace(turn, session=turn.session.push(Frame(self.name, "preview", draft=draft))))
        return approving.about(turn, found, action, fingerprint)

    def _ask_text(self, turn: Turn, problem: str = "") -> Outcome:
        begun = "text" in _top(turn).draft
        before = (turn.choice("compose/same"),) if begun else _under_way(turn)
        choices = (*before, turn.choice("compose/drop"))
        return Outcome(turn.session, (reply("compose/text", *choices, problem=problem),))

    def _take_text(self, turn: Turn, meant: str, typed: str) -> Outcome:
        frame = _top(turn)
        if meant != "same":
            title, _, text = typed.partition("\n")
            try:
                title, text = turn.catalog.desk.checked(title, text)
            except Unfit as unfit:
                return self._ask_text(turn, str(unfit))
            frame = frame.at("text", title=title, text=text)
        return self._ask_audience(replace(turn, session=turn.session.with_top(frame.at("audience"))))

    def _ask_audience(self, turn: Turn, problem: str = "") -> Outcome:
        desk, draft = turn.catalog.desk, _top(turn).draft
        same = (turn.choice("compose/same_audience", "same"),) if "audience" in draft else ()
        saved = (Choice(one.query, one.name) for one in desk.saved_audiences)
        choices = (*same, turn.choice("compose/everyone"), *saved, turn.choice("compose/drop"))
        return Outcome(turn.session, (reply("compose/audience", *choices, problem=problem),))

    def _take_audience(self, turn: Turn, meant: str, typed: str) -> Outcome:
        """Keep what was written, and show it as owners will read it."""
        desk, frame = turn.catalog.desk, _top(turn)
        if meant == "same":
            query = frame.draft["audience"]
        elif meant:
            query = "" if meant == "everyone" else meant
        else:
            query = "" if fold(typed) in EVERYONE else " ".join(typed.split())
        try:
            desk.reached(query)
        except Unfit as unfit:
            return self._ask_audience(turn, str(unfit))
        number = frame.draft.get("number", 0)
        found = desk.announcement(number) if number else None
        if number and not (found and found.state == WAITING and _is_mine(turn, found)):
            return approving.about(replace(turn, session=turn.session.pop()), found)
        kept = AnnouncementKept(frame.draft["title"], frame.draft["text"], query, number)
        shown = self._ask(replace(turn, session=turn.session.with_top(frame.at("preview", audience=query))))
        return replace(shown, records=(kept,))

    def _ask(self, turn: Turn) -> Outcome:
        draft = _top(turn).draft
        choices = turn.choice("compose/send"), turn.choice("compose/edit"), turn.choice("compose/drop")
        asked = reply(
            "compose/preview",
            *choices,
            author="",
            by_another=not approving.may_approve_own(turn),
            **approving.whom(turn, draft["audience"]),
        )
        return Outcome(turn.session, (approving.as_sent(turn, draft["title"], draft["text"]), asked))

    def _decided(self, turn: Turn, meant: str) -> Outcome:
        if meant not in {"send", "edit"}:
            return replace(self.again(turn), unread=True)
        frame, left = _top(turn), replace(turn, session=turn.session.pop())
        found = self._kept(turn)
        if found is None:
            return approving.about(left, None)
        if meant == "edit":
            return self._ask_text(replace(turn, session=turn.session.with_top(frame.at("text", number=found.number))))
        return approving.let_go(left, found) if approving.may_approve_own(turn) else approving.ask_others(left, found)

    def _drop(self, turn: Turn) -> Outcome:
        found = self._kept(turn)
        records: tuple[Record, ...] = (AnnouncementSteered(found.number, "cancel"),) if found else ()
        ways = turn.choice("compose/new", ">compose"), turn.choice("engine/menu", ">menu")
        return Outcome(turn.session.pop(), (reply("compose/dropped", *ways),), records)

    def _kept(self, turn: Turn) -> Written | None:
        """Return the announcement of this frame as it is kept, while it waits and is the member's."""
        desk, draft = turn.catalog.desk, _top(turn).draft
        if "number" not in draft and "audience" not in draft:
            return None
        if "number" in draft:
            found = desk.announcement(draft["number"])
            return found if found and found.state == WAITING and _is_mine(turn, found) else None
        return desk.kept(draft["title"], draft["text"], draft["audience"])


def _top(turn: Turn) -> Frame:
    top = turn.session.top
    assert top is not None
    return top


def _is_mine(turn: Turn, found: Written) -> bool:
    return found.author == turn.contact.staff_name


def _under_way(turn: Turn) -> tuple[Choice, ...]:
    """Return the latest announcements that the member may do something about."""
    may = approving.may_approve_others(turn)
    found = [one for one in turn.catalog.desk.under_way if may or one.state != WAITING or _is_mine(turn, one)]
    label = turn.label("compose/look")
    return tuple(
        Choice(f">compose/{one.number}", f"{label} {one.number}: {one.title}"[:LONGEST_LABEL]) for one in found[:SHOWN]
    )
