"""The whole bot as one function: nothing has happened yet when it returns."""

import re
from dataclasses import replace

from conversation.answers import fold, normalise
from conversation.flow import BACK_TO_FLOW, Flows, Outcome, Turn, reply
from conversation.incoming import Incoming
from conversation.records import CameFrom, ConsentGiven, DataErased, NothingFound, PhoneConfirmed, Record
from conversation.reply import Choice, Reply, numbered
from conversation.session import Frame, Prompt, Session
from conversation.sources import SOURCES

CANCEL = "hủy"
MAX_HOPS = 8
MAX_PAUSED = 5
_STOP = re.compile(r"dung (\d{1,9})")
_ROUND_CODE = re.compile(r"dt(\d+)")
_ONE_TIME_CODE = re.compile(r"(?: ?\d){5,7}$")
_CLASS_CODE = re.compile(r"(?:(huy|chia se) )?([a-z]{2,4}\d{1,3})(?: \d{2,}| [a-z]+)?")


def converse(turn: Turn, flows: Flows) -> Outcome:
    """Decide what one event leads to: the session after it, what to say, and what to keep."""
    turn = replace(turn, text=normalise(turn.incoming.text))
    outcome = _follow_to_the_end(turn, flows, _decide(turn, flows))
    if not turn.session.greeted:
        outcome = _greet(turn, flows, outcome)
    before: tuple[Record, ...] = (*_came_from(turn.incoming.source), *_phone(turn.incoming))
    outcome = replace(outcome, records=(*before, *outcome.records))
    if any(isinstance(record, DataErased) for record in outcome.records):
        outcome = replace(outcome, session=Session(prompt=turn.session.prompt, greeted=True))
    return _with_prompt(outcome, turn.session.prompt)


def asks_for_the_bot(incoming: Incoming) -> bool:
    """Whether somebody with whom a person of the centre is talking turns to the bot: by a tap, a command, or MENU."""
    return bool(incoming.choice) or incoming.text.startswith("/") or fold(incoming.text) == "menu"


def _decide(turn: Turn, flows: Flows) -> Outcome:
    incoming, session = turn.incoming, turn.session
    if incoming.choice.startswith(">"):
        return _leave_for(turn, flows, incoming.choice)
    if incoming.choice:
        return _tapped(turn, flows)
    if incoming.file and session.top and session.top.form_sha:
        return flows.by_name[session.top.flow].resume(turn)
    if incoming.file and incoming.file.upload_id:
        return _leave_for(turn, flows, ">sent")
    if incoming.unsupported or incoming.file or not turn.text:
        return _ask_again(turn, flows, reply("engine/unsupported"))
    folded = fold(turn.text)
    if turn.text.startswith("/"):
        command = turn.text.split()[0].partition("@")[0].lower()
        if command in flows.commands:
            return _leave_for(turn, flows, _with_argument(flows.commands[command], turn.text))
        return _ask_again(turn, flows, reply("engine/no_such_command"))
    obeyed = flows.anywhere.get(folded) or flows.anywhere.get(_ONE_TIME_CODE.sub("", folded))
    if obeyed:
        return _leave_for(turn, flows, obeyed)
    if turn.pushed and folded.isdigit():
        return _which(turn)
    if session.top:
        outcome = flows.by_name[session.top.flow].resume(turn)
        return _answer_in_between(turn, flows, outcome) if outcome.unread else outcome
    return _free(turn, flows)


def _with_argument(link: str, text: str) -> str:
    """`/start NAME` opens the link that a printed code names, with where it was printed; other commands take none."""
    _, _, argument = text.partition(" ")
    named = re.fullmatch(r"([a-z_]+)[-_/]{1,2}([A-Za-z0-9_]+)(?:-([a-z]+))?", argument.strip())
    if not named or link != ">menu/start":
        return link
    return _sourced(f">{named[1]}/{named[2]}", named[3] or "")


def _sourced(link: str, source: str) -> str:
    """Return a link that carries where its follower came from (`>class/QT1?loa`); an unknown word is left out."""
    return f"{link}?{source}" if source in SOURCES else link


def _came_from(source: str) -> tuple[CameFrom, ...]:
    return (CameFrom(source),) if source in SOURCES else ()


def _phone(incoming: Incoming) -> tuple[PhoneConfirmed, ...]:
    """Keep the telephone number that somebody shared as their own."""
    card = incoming.contact_card
    return (PhoneConfirmed(card.phone),) if card and card.own else ()


def _tapped(turn: Turn, flows: Flows) -> Outcome:
    """Take a tapped answer, if its prompt is still the open one: answers die with their prompt."""
    number, _, value = turn.incoming.choice.partition(":")
    prompt = turn.session.prompt
    known = {choice.value: choice for choice in prompt.choices}
    picked = [value] if value in known else value.split()
    if number != str(prompt.number) or not turn.session.top or not picked or any(one not in known for one in picked):
        return _ask_again(turn, flows, reply("engine/stale"))
    answer = known[value] if value in known else Choice(value, "")
    return flows.by_name[turn.session.top.flow].resume(replace(turn, answer=answer))


def _which(turn: Turn) -> Outcome:
    """Ask what a bare digit after an announcement was meant for: announcements carry no numbers."""
    back = turn.choice("engine/back", ">again")
    opened = (turn.choice("engine/open", turn.pushed),) if turn.pushed != ">announcements" else ()
    listed = turn.choice("engine/announcements", ">announcements")
    return Outcome(turn.session, (reply("engine/which", *opened, listed, back),))


def _free(turn: Turn, flows: Flows) -> Outcome:
    """Read a text that answers no question of a flow: a choice of the last message, a phrase, or a question."""
    if turn.meant.startswith(">"):
        return Outcome(turn.session, then=turn.meant)
    if not any(letter.isalpha() for letter in turn.text):
        return replace(_ask_again(turn, flows, reply("engine/unclear")), unread=True)
    return _phrase(turn, flows) or _question(turn)


def _phrase(turn: Turn, flows: Flows) -> Outcome | None:
    """Read code words: a phrase of the table of contents, a class's code, a receipt; a source word may follow."""
    folded = fold(turn.text)
    word, _, source = folded.rpartition(" ")
    if word and source in SOURCES and (meant := _phrase(replace(turn, text=word), flows)):
        return replace(meant, then=_sourced(meant.then, source))
    if folded in flows.phrases:
        return Outcome(turn.session, then=flows.phrases[folded])
    stops = _STOP.fullmatch(folded)
    if stops and turn.contact.staff_name:
        return Outcome(turn.session, then=f">compose/stop_{stops[1]}")
    asked = _ROUND_CODE.fullmatch(folded)
    if asked and any(offered.link == f">round/{asked[1]}" for offered in turn.catalog.open_forms):
        return Outcome(turn.session, then=f">round/{asked[1]}")
    for offered in turn.catalog.open_forms:
        if folded in (fold(offered.title), fold(offered.form.name)):
            return Outcome(turn.session, then=offered.link)
    named = _CLASS_CODE.fullmatch(folded)
    if named and any(named[2] == offered.code.lower() for offered in turn.catalog.classes):
        action = {"huy": "cancel_sign_up", "chia se": "share"}.get(named[1], "class")
        return Outcome(turn.session, then=f">{action}/{named[2].upper()}")
    receipts = {fold(receipt.code): receipt.code for receipt in turn.contact.receipts} if "-" in turn.text else {}
    if folded in receipts:
        return Outcome(turn.session, then=f">mine/{receipts[folded]}")
    return None


def _question(turn: Turn) -> Outcome:
    """Find the page a free text asks for; at most three to choose from; or say so and offer a person."""
    understood = turn.catalog.library.finder.understand(turn.text)
    session = replace(turn.session, asked=turn.text)
    if understood.kind == "sure":
        return Outcome(session, then=f">{understood.found[0].document.id}")
    found = tuple(Choice(f">{hit.document.id}", hit.document.title) for hit in understood.found)
    person = turn.choice("engine/person", ">handoff/asked")
    if understood.kind == "unsure":
        return Outcome(session, (reply("engine/unsure", *found, person),))
    menu = turn.choice("engine/menu", ">menu")
    return Outcome(session, (reply("engine/lost", person, menu),), (NothingFound(turn.text),), unread=True)


def _answer_in_between(turn: Turn, flows: Flows, unread: Outcome) -> Outcome:
    """Take what the open question could not read as code words, or as a question: answer it, and ask again."""
    phrase = _phrase(turn, flows)
    if phrase:
        return _leave_for(turn, flows, phrase.then)
    understood = turn.catalog.library.finder.understand(turn.text)
    if understood.kind != "sure":
        return replace(unread, session=replace(unread.session, failures=turn.session.failures + 1))
    aside = flows.follow(turn, understood.found[0].document.id)
    shown = tuple(replace(one, choices=()) for one in aside.replies)
    return _ask_again(turn, flows, *shown) if shown else unread


def _ask_again(turn: Turn, flows: Flows, *before: Reply) -> Outcome:
    """Say something and show the open question again; where none is open, the menu."""
    top = turn.session.top
    flow = flows.by_name[top.flow] if top else None
    return (flow.again(turn) if flow else flows.follow(turn, ">menu/again")).after(*before)


def _leave_for(turn: Turn, flows: Flows, link: str) -> Outcome:
    """Go where a link leads; a form under way is put aside, not lost."""
    if link == ">again":
        return Outcome(turn.session, then=BACK_TO_FLOW)
    if link == ">cancel" and turn.session.top:
        return flows.by_name[turn.session.top.flow].resume(replace(turn, text=CANCEL))
    return Outcome(put_aside(turn.session), then=link)


def put_aside(session: Session) -> Session:
    """Return the session with no flow under way; begun forms are among the paused, the latest first."""
    begun = [frame for frame in session.stack if frame.form_sha and frame.draft.get("answers")]
    again = {(frame.flow, frame.draft.get("argument")) for frame in begun}
    kept = [frame for frame in session.paused if (frame.flow, frame.draft.get("argument")) not in again]
    return replace(session, stack=(), paused=(*reversed(begun), *kept)[:MAX_PAUSED], failures=0)


def resume_paused(session: Session, frame: Frame) -> Session:
    """Return the session with a paused form on top again."""
    rest = tuple(one for one in session.paused if one is not frame)
    return replace(session, paused=rest, stack=(frame,), failures=0)


def _follow_to_the_end(turn: Turn, flows: Flows, outcome: Outcome) -> Outcome:
    """Follow the links an outcome leads to, keeping what was said and recorded on the way."""
    replies: tuple[Reply, ...] = outcome.replies
    records: tuple[Record, ...] = outcome.records
    for _ in range(MAX_HOPS):
        if not outcome.then:
            break
        agreed = turn.agreed | {record.purpose for record in records if isinstance(record, ConsentGiven)}
        turn = replace(turn, session=outcome.session, answer=None, agreed=agreed)
        link, _, source = outcome.then.partition("?")
        records += _came_from(source)
        outcome = _ask_again(turn, flows) if link == BACK_TO_FLOW else flows.follow(turn, link)
        replies += outcome.replies
        records += outcome.records
    return replace(outcome, replies=replies, records=records, then="")


def _greet(turn: Turn, flows: Flows, outcome: Outcome) -> Outcome:
    """Greet before anything else; where nothing was understood the greeting and its menu are the whole answer."""
    session = replace(outcome.session, greeted=True)
    understood = outcome.replies and not outcome.unread and outcome.replies[0].key not in {"menu/main", "engine/stale"}
    if not understood or turn.incoming.unsupported:
        greeting = flows.follow(replace(turn, session=session), ">menu/start")
        return replace(greeting, records=(*outcome.records, *greeting.records))
    if outcome.replies[0].key == "menu/greeting":
        return replace(outcome, session=session)
    return replace(outcome, session=session).after(reply("menu/hello"))


def _with_prompt(outcome: Outcome, before: Prompt) -> Outcome:
    """Make the last reply the open prompt; a question merely shown again keeps its number."""
    if not outcome.replies:
        return outcome
    *earlier, last = outcome.replies
    choices = last.choices if any(c.number for c in last.choices) else numbered(last.choices)
    same = before.key == last.key and before.choices == choices
    prompt = before if same else Prompt(before.number + 1, last.key, choices)
    shown = (*(replace(one, choices=()) for one in earlier), replace(last, choices=choices))
    return replace(outcome, replies=shown, session=replace(outcome.session, prompt=prompt))
