"""Conversations that wait for a person: taken, answered, given to somebody else, ended, live."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from console.pages import HOME
from console.routing import GET, POST, readers, route, writers
from console.visit import Visit, see_other
from console.windows import window_of
from conversation.answers import normalise
from conversation.calendar import local_day
from conversation.channel import CAPABILITIES
from conversation.reply import Reply
from db import absences, audit, business, canned, conversations, questions, staff, threads
from db.threads import TakenAlready, Thread

NOTICES = {
    "taken": "Anh/chị đã nhận cuộc trò chuyện này; trợ lý im lặng để anh/chị nói.",
    "answered": "Đã gửi câu trả lời.",
    "given": "Đã giao cuộc trò chuyện.",
    "closed": "Đã kết thúc; từ đây trợ lý lại trả lời.",
    "called": "Đã ghi cuộc gọi.",
}
CALLS = {"answered": "nghe máy", "missed": "không nghe máy", "wrong": "sai số"}
LONGEST = 1500
EVERY_SECONDS = 2.0


async def listed(visit: Visit) -> Response:
    """Show the conversations that wait for a person, those this member took, and those of others."""
    found = await visit.console.database.read(threads.needing_somebody)
    mine = [one for one in found if one.taken_by == visit.member.name]
    free = [one for one in found if not one.taken_by]
    others = [one for one in found if one.taken_by not in ("", visit.member.name)]
    nowhere = await visit.console.database.read(questions.without_address)
    return visit.page(
        "inbox.html",
        groups=[("Của tôi", mine), ("Chờ người nhận", free), ("Đồng nghiệp đang lo", others)],
        nowhere=nowhere,
        stamp=_stamp(found),
        today=local_day(visit.now),
        working=visit.console.library.organisation.working,
        places=visit.console.library.places,
        windows={one.address_id: window_of(one.channel, one.last_seen_at, visit.now) for one in found},
        notice=NOTICES.get(visit.request.query_params.get("done", ""), ""),
    )


async def one(visit: Visit) -> Response:
    """Show a conversation; who answers has seen it then."""
    return await _show(visit, NOTICES.get(visit.request.query_params.get("done", ""), ""))


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not sent, and why."""

    words: str
    why: str


async def _show(visit: Visit, notice: str = "", refused: Refused | None = None) -> Response:
    number, params = visit.request.path_params["number"], visit.request.query_params

    def read(connection: Connection) -> dict[str, Any] | None:
        found = threads.find(connection, number)
        if found is None:
            return None
        if visit.member.may_write:
            threads.mark_read(connection, number)
        audit.note_read(connection, visit.member.name, f"conversation:{number}", visit.now)
        away = absences.stand_ins(connection, local_day(visit.now))
        return {
            "thread": found,
            "said": threads.said(connection, number),
            "elsewhere": [one for one in threads.of_contact(connection, found.contact_id) if one.address_id != number],
            "asked": questions.open_at(connection, number),
            "canned": canned.listed(connection),
            "members": [name for name in staff.names(connection) if name not in away],
        }

    found = await visit.console.database.write(read)
    if found is None:
        raise HTTPException(404)
    shown = next((one.text for one in found["canned"] if str(one.id) == params.get("canned", "")), "")
    return visit.page(
        "thread.html",
        422 if refused else 200,
        **found,
        window=window_of(found["thread"].channel, found["thread"].last_seen_at, visit.now),
        words=refused.words if refused else shown,
        problem=refused.why if refused else "",
        notice=notice,
        stamp=_stamp([found["thread"]], found["said"]),
        today=local_day(visit.now),
        places=visit.console.library.places,
        calls=CALLS,
        longest=LONGEST,
    )


async def _found(visit: Visit) -> Thread:
    number = visit.request.path_params["number"]
    found = await visit.console.database.read(lambda connection: threads.find(connection, number))
    if found is None:
        raise HTTPException(404)
    return found


def _back(thread: Thread, done: str) -> Response:
    return see_other(f"{HOME}/inbox/{thread.address_id}?done={done}")


async def _does(
    visit: Visit, thread: Thread, action: str, deed: Callable[[Connection], Any], words: str = ""
) -> Response:
    done = action.rpartition(".")[2]
    try:
        await visit.does(action, f"conversation:{thread.address_id}", deed)
    except TakenAlready as taken:
        return await _show(visit, refused=Refused(words, f"{taken} đang lo cuộc trò chuyện này."))
    visit.console.wake()
    return _back(thread, done)


async def take(visit: Visit) -> Response:
    """Let this member speak, and the bot only listen."""
    thread, by, now = await _found(visit), visit.member.name, visit.now
    return await _does(
        visit, thread, "inbox.taken", lambda connection: threads.take(connection, thread.address_id, by, now)
    )


async def answer(visit: Visit) -> Response:
    """Send an answer in the conversation; whoever answers has taken it, and what was asked is answered."""
    thread, by, now = await _found(visit), visit.member.name, visit.now
    words = visit.form.get("words", "").replace("\r\n", "\n").strip()
    if not words or len(words) > LONGEST:
        return await _show(visit, refused=Refused(words, f"Câu trả lời dài từ 1 đến {LONGEST} ký tự."))
    if window_of(thread.channel, thread.last_seen_at, now).closed:
        return await _show(visit, refused=Refused(words, "Zalo không cho nhắn nữa. Câu của anh/chị chưa gửi."))
    if not _runs(visit, thread):
        return await _show(visit, refused=Refused(words, "Kênh này đang tắt nên chưa gửi được."))

    def act(connection: Connection) -> None:
        threads.take(connection, thread.address_id, by, now)
        _say(visit, connection, thread, Reply("inbox/answer", {"text": words}))
        threads.answered(connection, thread.address_id, by, now)
        threads.mark_read(connection, thread.address_id)

    return await _does(visit, thread, "inbox.answered", act, words)


def _runs(visit: Visit, thread: Thread) -> bool:
    """Whether a conversation is on a channel that carries messages: a paper form is on none."""
    return thread.channel in (visit.console.channels or CAPABILITIES)


def _say(visit: Visit, connection: Connection, thread: Thread, reply: Reply) -> None:
    status = "sent" if thread.channel in visit.console.stored else "queued"
    for message in visit.console.renderer.render([reply], CAPABILITIES[thread.channel], 0):
        conversations.push(connection, thread.address_id, message.to_json(), "", status, visit.now)


async def give(visit: Visit) -> Response:
    """Give the conversation to a colleague."""
    thread, to, now = await _found(visit), visit.form.get("to", ""), visit.now

    def act(connection: Connection) -> None:
        if to in staff.names(connection):
            threads.give(connection, thread.address_id, to, now)

    return await _does(visit, thread, "inbox.given", act)


async def close(visit: Visit) -> Response:
    """End it: the bot answers again, and says so where a person had spoken."""
    thread, by, now = await _found(visit), visit.member.name, visit.now

    def act(connection: Connection) -> None:
        spoke = thread.silent_until is not None and thread.silent_until > now
        threads.close(connection, thread.address_id, by, now)
        if spoke and _runs(visit, thread) and not window_of(thread.channel, thread.last_seen_at, now).closed:
            _say(visit, connection, thread, Reply("inbox/back"))

    return await _does(visit, thread, "inbox.closed", act)


async def call(visit: Visit) -> Response:
    """Note a call; who picked up has been answered."""
    thread, outcome, by, now = await _found(visit), visit.form.get("outcome", ""), visit.member.name, visit.now
    text = normalise(visit.form.get("text", ""))
    if outcome not in CALLS:
        return _back(thread, "")

    def act(connection: Connection) -> None:
        if thread.establishment_id:
            business.add_note(connection, thread.establishment_id, "call", outcome, text, by, now)
        if outcome == "answered":
            threads.answered(connection, thread.address_id, by, now)

    return await _does(visit, thread, "inbox.called", act)


async def live(visit: Visit) -> Response:
    """Stream a word whenever the inbox, or the conversation of an address, has changed."""
    asked = visit.request.query_params.get("of", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else None
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(visit, number), media_type="text/event-stream", headers=headers)


async def _told(visit: Visit, number: int | None) -> AsyncIterator[str]:
    def read(connection: Connection) -> tuple[list[Thread], str]:
        found = threads.needing_somebody(connection)
        if number is None:
            return found, _stamp(found)
        shown = threads.find(connection, number)
        return found, _stamp([shown] if shown else [], threads.said(connection, number))

    yield "retry: 3000\n\n"
    before = ""
    while not visit.console.stopping.is_set():
        found, stamp = await visit.console.database.read(read)
        waiting = sum(one.unread or not one.taken_by for one in found if one.taken_by in ("", visit.member.name))
        told = orjson.dumps({"stamp": stamp, "waiting": waiting}).decode()
        if told != before:
            yield f"data: {told}\n\n"
            before = told
        await asyncio.sleep(EVERY_SECONDS)


def _stamp(found: list[Thread], said: list[threads.Said] | None = None) -> str:
    """Return what changes when something is said, sent, taken or asked."""
    parts = [(one.address_id, one.last_seq, one.taken_by, one.questions) for one in found]
    outcomes = [one.status for one in said or ()]
    return hashlib.sha256(repr((parts, outcomes)).encode()).hexdigest()[:16]


ROUTES = [
    route("/inbox", listed, GET, readers),
    route("/inbox/live", live, GET, readers),
    route("/inbox/{number:int}", one, GET, readers),
    route("/inbox/{number:int}/take", take, POST, writers),
    route("/inbox/{number:int}/answer", answer, POST, writers),
    route("/inbox/{number:int}/give", give, POST, writers),
    route("/inbox/{number:int}/close", close, POST, writers),
    route("/inbox/{number:int}/call", call, POST, writers),
]
