"""What becomes of an announcement that waits or is under way, by a tap in a member of staff's own chat."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from conversation.desk import PAUSED, QUEUED, SENDING, UNDER_WAY, WAITING, Colleague, Unfit, Written
from conversation.flow import Outcome, Told, Turn, reply
from conversation.links import channel_name
from conversation.records import AnnouncementApproved, AnnouncementSteered
from conversation.reply import Choice, Reply
from conversation.roles import may_approve


def may_approve_own(turn: Turn) -> bool:
    """Whether the member may let go what they wrote themselves."""
    return _may_approve(turn, turn.contact.staff_role, own=True)


def may_approve_others(turn: Turn) -> bool:
    """Whether the member may let go what a colleague wrote."""
    return _may_approve(turn, turn.contact.staff_role, own=False)


def _may_approve(turn: Turn, role: str, *, own: bool) -> bool:
    return may_approve(role, own=own, second=turn.catalog.library.organisation.second_approver)


def not_allowed(turn: Turn) -> Outcome:
    """Say that the member's role does not reach so far."""
    return _said(turn, "compose/not_allowed", name=turn.contact.staff_name)


def as_sent(turn: Turn, title: str, text: str) -> Reply:
    """Return an announcement exactly as owners read it."""
    return reply("announcements/pushed", title=title, text=text, at=turn.now, lines=())


def whom(turn: Turn, query: str) -> dict[str, Any]:
    """Return the values that say whom a query is for and whom it reaches; None where it cannot be read any more."""
    desk, labels = turn.catalog.desk, turn.catalog.library.labels
    named = next((one.name for one in desk.saved_audiences if one.query == query), query)
    try:
        reached = desk.reached(query)
    except Unfit:
        return {"named": named, "reached": None, "channels": ()}
    channels = [(channel_name(labels, name), many) for name, many in reached.by_channel.items()]
    return {"named": named, "reached": reached, "channels": channels}


def about(turn: Turn, found: Written | None, action: str = "", fingerprint: str = "") -> Outcome:
    """Do to an announcement what a link or the command asks, or show where it stands."""
    if found is None:
        return _said(turn, "compose/missing")
    if action == "approve":
        return _approve(turn, found, fingerprint)
    actions: dict[str, Callable[[Turn, Written], Outcome]] = {
        "return": _return,
        "stop": _stop,
        "cancel": _stop_for_good,
        "resume": _go_on,
    }
    return actions.get(action, _show)(turn, found)


def let_go(turn: Turn, found: Written) -> Outcome:
    """Approve an announcement; staff get it first while it is held, and who wrote it hears of it."""
    rules, me = turn.catalog.library.organisation, turn.contact.staff_name
    due = turn.now + rules.holding
    due = rules.quiet.over(due) if rules.quiet else due
    told = []
    for one in _others(turn):
        if rules.holding:
            told.append(Told(one.door, as_sent(turn, found.title, found.text)))
        if one.name == found.author:
            told.append(Told(one.door, _queued(turn, found, due, by=me)))
    approved = AnnouncementApproved(found.number, found.fingerprint, rules.holding, rules.second_approver)
    queued = _queued(turn, found, due, turn.choice("engine/menu", ">menu"))
    return Outcome(turn.session, (queued,), (approved,), told=tuple(told))


def ask_others(turn: Turn, found: Written) -> Outcome:
    """Ask everybody who may approve it and tied a chat; it waits for the first of them."""
    asked = [one for one in _others(turn) if _may_approve(turn, one.role, own=False)]
    told = [Told(one.door, said) for one in asked for said in _review(turn, found)]
    names = [one.name for one in asked]
    ways = turn.choice("compose/new", ">compose"), turn.choice("engine/menu", ">menu")
    waits = reply("compose/waits", *ways, number=found.number, names=names)
    return Outcome(turn.session, (waits,), told=tuple(told))


def _others(turn: Turn) -> list[Colleague]:
    return [one for one in turn.catalog.desk.colleagues if one.name != turn.contact.staff_name]


def _author(turn: Turn, found: Written) -> list[Colleague]:
    """Return who wrote it, where that is somebody else and can be told."""
    return [one for one in _others(turn) if one.name == found.author]


def _review(turn: Turn, found: Written, *, here: bool = False) -> tuple[Reply, Reply]:
    """Return an announcement as owners read it, and the question whether it goes; `here` is in this conversation."""
    approve = turn.choice("compose/approve", f">compose/approve_{found.number}_{found.fingerprint}")
    send_back = turn.choice("compose/return", f">compose/return_{found.number}")
    asked = reply(
        "compose/preview",
        approve,
        send_back,
        number=found.number,
        author=found.author,
        here=here,
        **whom(turn, found.audience),
    )
    return as_sent(turn, found.title, found.text), asked


def _queued(turn: Turn, found: Written, due: datetime, *menu: Choice, by: str = "") -> Reply:
    at = None if due == turn.now else due
    ways = (_stopping(turn, found), *menu)
    return reply("compose/queued", *ways, number=found.number, title=found.title, at=at, by=by)


def _stopping(turn: Turn, found: Written) -> Choice:
    return Choice(f">compose/stop_{found.number}", f"{turn.label('compose/stop')} {found.number}")


def _approve(turn: Turn, found: Written, fingerprint: str) -> Outcome:
    own = found.author == turn.contact.staff_name
    if not own and not may_approve_others(turn):
        return not_allowed(turn)
    if found.state != WAITING or not found.plain:
        return _show(turn, found)
    if own and not may_approve_own(turn):
        return _said(turn, "compose/own", number=found.number)
    if fingerprint != found.fingerprint:
        changed = reply("compose/changed", number=found.number)
        return Outcome(turn.session, (changed, *_review(turn, found, here=True)))
    return let_go(turn, found)


def _return(turn: Turn, found: Written) -> Outcome:
    """Tell who wrote it to look at it once more; it goes on waiting."""
    if not may_approve_others(turn):
        return not_allowed(turn)
    if found.state != WAITING:
        return _show(turn, found)
    look = turn.choice("compose/look", f">compose/{found.number}")
    returned = reply("compose/returned", look, number=found.number, title=found.title, by=turn.contact.staff_name)
    told = tuple(Told(one.door, returned) for one in _author(turn, found))
    said = _said(turn, "compose/sent_back", number=found.number, author=found.author, told=bool(told))
    return Outcome(said.session, said.replies, told=told)


def _stop(turn: Turn, found: Written) -> Outcome:
    """Cancel what nobody has been sent, pause what is being sent."""
    if found.state == SENDING:
        return _steered(turn, found, "pause")
    return _stop_for_good(turn, found) if found.state in {WAITING, QUEUED} else _show(turn, found)


def _stop_for_good(turn: Turn, found: Written) -> Outcome:
    return _steered(turn, found, "cancel") if found.state in UNDER_WAY else _show(turn, found)


def _go_on(turn: Turn, found: Written) -> Outcome:
    return _steered(turn, found, "resume") if found.state == PAUSED else _show(turn, found)


def _steered(turn: Turn, found: Written, to: str) -> Outcome:
    known = {**_known(found), "to": to}
    ways = {"pause": _paused(turn, found), "resume": (_stopping(turn, found),)}.get(to, ())
    said = reply("compose/steered", *ways, turn.choice("engine/menu", ">menu"), by="", **known)
    told = reply("compose/steered", *ways, by=turn.contact.staff_name, **known)
    hear = tuple(Told(one.door, told) for one in _author(turn, found))
    return Outcome(turn.session, (said,), (AnnouncementSteered(found.number, to),), told=hear)


def _paused(turn: Turn, found: Written) -> tuple[Choice, ...]:
    """Return what can be done to what is paused."""
    go_on = turn.choice("compose/resume", f">compose/resume_{found.number}")
    return go_on, turn.choice("compose/cancel", f">compose/cancel_{found.number}")


def _show(turn: Turn, found: Written) -> Outcome:
    """Show where an announcement stands, and what can be done now; what waits is shown to who may approve it."""
    waits = found.state == WAITING
    own = found.author == turn.contact.staff_name
    if waits and found.plain and may_approve_others(turn) and not own:
        return Outcome(turn.session, _review(turn, found, here=True))
    ways = {PAUSED: _paused(turn, found), QUEUED: (_stopping(turn, found),), SENDING: (_stopping(turn, found),)}
    quiet = turn.catalog.library.organisation.quiet
    at = max(found.goes_at or turn.now, turn.now)
    choices = (*ways.get(found.state, ()), turn.choice("engine/menu", ">menu"))
    stands = reply("compose/status", *choices, at=quiet.over(at) if quiet else at, **_known(found))
    return Outcome(turn.session, (stands,))


def _known(found: Written) -> dict[str, Any]:
    """Return what the words about an announcement need."""
    return {name: getattr(found, name) for name in ("number", "title", "author", "state", "plain", "sent", "total")}


def _said(turn: Turn, key: str, **values: Any) -> Outcome:
    ways = turn.choice("compose/new", ">compose"), turn.choice("engine/menu", ">menu")
    shown = ways[1:] if key == "compose/not_allowed" else ways
    return Outcome(turn.session, (reply(key, *shown, **values),))
