"""Signing in and out, and choosing a password of one's own."""

import asyncio
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.pages import HOME, page
from console.passwords import problem_with
from console.second_factors import SecondFactors, recovery_hash
from console.visit import COOKIE, Visit, console_of, is_same_origin, read_form, see_other
from content.render import clock
from db import second_factor, staff
from db.staff import LONGEST_SESSION, LockedOut

WRONG = "Tên đăng nhập hoặc mật khẩu chưa đúng."
WRONG_CODE = "Mã chưa đúng, hoặc đã dùng rồi. Chờ mã mới trên điện thoại rồi gõ lại."
BUSY = "Đang có nhiều người đăng nhập. Chờ vài giây rồi thử lại."


async def sign_in(request: Request) -> Response:
    """Show the sign-in page, or take a name and a password."""
    if request.method == "GET":
        return _ask(request, request.query_params.get("next", ""))
    console = console_of(request)
    form = dict((await read_form(request))[0])
    name, password, onwards = form.get("name", ""), form.get("password", ""), form.get("next", "")
    if not is_same_origin(request):
        return page(request, "refused.html", 403, reason="token")
    if console.passwords.busy:
        return _ask(request, onwards, BUSY, 503)
    now = console.clock()
    try:
        attempt = await console.database.write(lambda connection: staff.attempt(connection, name, now))
    except LockedOut as locked:
        return _ask(request, onwards, locked_words(locked), 429)
    if not await console.passwords.matches(attempt.password_hash if attempt else None, password) or attempt is None:
        return _ask(request, onwards, WRONG, 401)
    known, proven, browser = attempt.staff_id, not attempt.second_factor, browser_of(request)
    token = await console.database.write(
        lambda connection: staff.sign_in(connection, known, now, browser, proven=proven)
    )
    onwards = _onwards(onwards)
    return _with_cookie(request, see_other(onwards if proven else f"{HOME}/sign-in/code?next={quote(onwards)}"), token)


async def code(request: Request) -> Response:
    """Show the page that asks for the second factor, or take its code, or one given for who has lost it."""
    console, now = console_of(request), console_of(request).clock()
    half = request.cookies.get(COOKIE, "")
    name = await console.database.read(lambda connection: staff.unproven(connection, half, now))
    if name is None:
        return see_other(f"{HOME}/sign-in")
    if request.method == "GET":
        return _ask_code(request, request.query_params.get("next", ""))
    form = dict((await read_form(request))[0])
    typed, onwards = form.get("code", ""), form.get("next", "")
    if not is_same_origin(request):
        return page(request, "refused.html", 403, reason="token")

    sealed = await console.database.read(lambda connection: second_factor.of_name(connection, name))
    recovery = await asyncio.to_thread(recovery_hash, sealed, typed)

    def take(connection: Connection) -> str | None:
        attempt = staff.attempt(connection, name, now)
        if attempt is None or not is_second_factor(connection, console.factors, attempt.staff_id, typed, recovery, now):
            return None
        staff.sign_out(connection, half)
        return staff.sign_in(connection, attempt.staff_id, now, browser_of(request))

    try:
        token = await console.database.write(take)
    except LockedOut as locked:
        return _ask_code(request, onwards, locked_words(locked), 429)
    if token is None:
        return _ask_code(request, onwards, WRONG_CODE, 401)
    return _with_cookie(request, see_other(_onwards(onwards)), token)


def _ask_code(request: Request, onwards: str, problem: str = "", status: int = 200) -> Response:
    return page(request, "sign_in_code.html", status, problem=problem, next=_onwards(onwards))


def is_second_factor(
    connection: Connection, factors: SecondFactors, staff_id: int, typed: str, recovery: str, now: datetime
) -> bool:
    """Whether what was typed is the code of this half minute, or one kept for a lost telephone, whose hash is
    `recovery`; it is used up."""
    step = factors.step_of(second_factor.of_member(connection, staff_id), typed, now)
    if step is not None:
        return second_factor.take_step(connection, staff_id, step)
    return second_factor.take_recovery(connection, staff_id, recovery)


def browser_of(request: Request) -> str:
    """Return what the browser of a request calls itself."""
    return request.headers.get("user-agent", "")


def locked_words(locked: LockedOut) -> str:
    """Say until when no password is looked at."""
    return f"Đã sai mật khẩu nhiều lần. Thử lại sau {clock(locked.until)}, hoặc nhờ người quản trị cấp lại mật khẩu."


def _ask(request: Request, onwards: str, problem: str = "", status: int = 200) -> Response:
    return page(request, "sign_in.html", status, problem=problem, next=_onwards(onwards))


def _onwards(path: str) -> str:
    """Return a path of these pages; anything else leads home."""
    is_ours = path == HOME or path.startswith(f"{HOME}/")
    return path if is_ours and path.isprintable() and "\\" not in path else HOME


def _with_cookie(request: Request, response: Response, token: str) -> Response:
    public_url = console_of(request).library.organisation.public_url
    https = request.url.scheme == "https" or public_url == f"https://{request.headers.get('host', '')}"
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LONGEST_SESSION.total_seconds()),
        path=HOME,
        secure=https,
        httponly=True,
        samesite="strict",
    )
    return response


async def sign_out(visit: Visit) -> Response:
    """End the session."""
    token = visit.request.cookies.get(COOKIE, "")
    await visit.console.database.write(lambda connection: staff.sign_out(connection, token))
    response = see_other(f"{HOME}/sign-in")
    response.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="strict")
    return response


async def password(visit: Visit) -> Response:
    """Show the page for choosing a password, or take one; every other session of the account ends."""
    if visit.request.method == "GET":
        return visit.page("password.html", problem="")
    console, member = visit.console, visit.member
    new = visit.form.get("new", "")
    problem = problem_with(new, visit.form.get("again", ""), member.name)
    if not problem and new == visit.form.get("old"):
        problem = "Mật khẩu mới phải khác mật khẩu đang dùng."
    problem = problem or await check_old(visit)
    if problem:
        return visit.page("password.html", 422, problem=problem)
    hashed = await console.passwords.hash(new)

    def change(connection: Connection) -> str:
        staff.change_password(connection, member.id, hashed)
        return staff.sign_in(connection, member.id, visit.now, browser_of(visit.request))

    token = await visit.does("staff.password", f"staff:{member.name}", change)
    return _with_cookie(visit.request, see_other(f"{HOME}/?done=password"), token)


async def check_old(visit: Visit) -> str:
    """Return what is wrong with the password in use as typed; it counts as an attempt to sign in."""
    console, old = visit.console, visit.form.get("old", "")
    try:
        attempt = await console.database.write(
            lambda connection: staff.attempt(connection, visit.member.name, visit.now)
        )
    except LockedOut as locked:
        return locked_words(locked)
    right = await console.passwords.matches(attempt.password_hash if attempt else None, old)
    return "" if right else "Mật khẩu đang dùng chưa đúng."
