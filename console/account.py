"""A member's own account: where they are signed in, and their second factor."""

import asyncio

from sqlalchemy import Connection
from starlette.responses import Response

from console.pages import HOME
from console.routing import BOTH, GET, POST, anyone, route
from console.second_factors import recovery_codes, recovery_hash
from console.sign_in import check_old, is_second_factor, locked_words
from console.visit import COOKIE, Visit, see_other
from db import second_factor, staff
from db.staff import LockedOut

NOTICES = {
    "ended": "Đã đăng xuất khỏi máy đó.",
    "off": "Đã bỏ mã xác nhận. Từ nay chỉ cần mật khẩu.",
}
WRONG_CODE = "Mã chưa đúng. Xem lại giờ của điện thoại, rồi gõ mã đang hiện."


async def mine(visit: Visit) -> Response:
    """Show where the member is signed in and how they sign in."""
    return await _page(visit, NOTICES.get(visit.request.query_params.get("done", ""), ""))


async def _page(visit: Visit, notice: str = "", problem: str = "", status: int = 200) -> Response:
    token = visit.request.cookies.get(COOKIE, "")
    open_ones = await visit.console.database.read(
        lambda connection: staff.sessions(connection, visit.member.id, token, visit.now)
    )
    required = bool(visit.console.second_factor)
    return visit.page("account.html", status, sessions=open_ones, notice=notice, problem=problem, required=required)


async def end_session(visit: Visit) -> Response:
    """End one of the member's sessions, or all but this one."""
    which, token = visit.form.get("session", ""), visit.request.cookies.get(COOKIE, "")

    def end(connection: Connection) -> None:
        for one in staff.sessions(connection, visit.member.id, token, visit.now):
            if not one.this_one and which in {"others", str(one.id)}:
                staff.end_session(connection, visit.member.id, one.id)

    await visit.does("staff.session_ended", f"staff:{visit.member.name}", end)
    return see_other(f"{HOME}/account?done=ended")


async def set_up(visit: Visit) -> Response:
    """Show a secret to be scanned, and put it in force once a code of it was typed."""
    if visit.member.second_factor:
        return see_other(f"{HOME}/account")
    member, factors, now = visit.member, visit.console.factors, visit.now
    sealed = await visit.console.database.read(lambda connection: second_factor.of_member(connection, member.id))
    if not factors.opened(sealed):
        fresh = sealed = factors.new()
        await visit.console.database.write(lambda connection: second_factor.begin(connection, member.id, fresh))
    if visit.request.method == "GET":
        return _shown(visit, sealed)
    if problem := await check_old(visit):
        return _shown(visit, sealed, problem, 422)
    step = factors.step_of(sealed, visit.form.get("code", ""), now)
    if step is None:
        return _shown(visit, sealed, WRONG_CODE, 422)
    codes, right = recovery_codes(), step
    hashes = await asyncio.to_thread(lambda: [recovery_hash(sealed, code) for code in codes])
    await visit.does(
        "staff.factor_on",
        f"staff:{member.name}",
        lambda connection: second_factor.confirm(connection, member.id, right, hashes, now),
    )
    return visit.page("second_factor_codes.html", codes=codes)


def _shown(visit: Visit, sealed: str, problem: str = "", status: int = 200) -> Response:
    factors = visit.console.factors
    picture = factors.picture(sealed, visit.member.name, visit.console.library.organisation.name)
    secret = factors.opened(sealed)
    by_hand = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return visit.page("second_factor.html", status, picture=picture, secret=by_hand, problem=problem)


async def turn_off(visit: Visit) -> Response:
    """Let the member sign in by password alone again, once they typed a code; it counts as an attempt to sign in."""
    typed, member = visit.form.get("code", ""), visit.member
    sealed = await visit.console.database.read(lambda connection: second_factor.of_member(connection, member.id))
    recovery = await asyncio.to_thread(recovery_hash, sealed, typed)

    def drop(connection: Connection) -> bool:
        attempt = staff.attempt(connection, visit.member.name, visit.now)
        return attempt is not None and is_second_factor(
            connection, visit.console.factors, attempt.staff_id, typed, recovery, visit.now
        )

    try:
        right = await visit.console.database.write(drop)
    except LockedOut as locked:
        return await _page(visit, problem=locked_words(locked), status=429)
    if not right:
        return await _page(visit, problem=WRONG_CODE, status=422)
    await visit.does(
        "staff.factor_off",
        f"staff:{visit.member.name}",
        lambda connection: second_factor.drop(connection, visit.member.id),
    )
    return see_other(f"{HOME}/account?done=off")


ROUTES = [
    route("/account", mine, GET, anyone),
    route("/account/sessions", end_session, POST, anyone),
    route("/account/second-factor", set_up, BOTH, anyone),
    route("/account/second-factor/off", turn_off, POST, anyone),
]
