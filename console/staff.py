"""Accounts of staff, for administrators."""

from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import HOME, communes_of
from console.passwords import one_time_password
from console.routing import BOTH, GET, POST, administrators, route
from console.visit import COOKIE, Visit, see_other
from db import audit, scope, second_factor, staff
from db.staff import Account, StaffRefused

NOTICES = {
    "role": "Đã đổi vai trò.",
    "communes": "Đã giao xã.",
    "sessions": "Đã đăng xuất tài khoản này khỏi mọi máy.",
    "factor": "Đã bỏ mã xác nhận. Người này vào bằng mật khẩu, rồi tự bật lại.",
    "disabled": "Đã khóa tài khoản.",
}
Deed = Callable[[Visit, Account], Coroutine[Any, Any, Response]]


async def listed(visit: Visit) -> Response:
    """Show all accounts, or add one and show its one-time password."""
    if visit.request.method == "GET":
        return await _list(visit)
    name, role = visit.form.get("name", ""), visit.form.get("role", "")
    password = one_time_password()
    hashed = await visit.console.passwords.hash(password)
    try:
        await visit.does(
            "staff.added",
            f"staff:{name}",
            lambda connection: staff.add(connection, name, role, hashed, visit.now),
            role=role,
        )
    except StaffRefused as refused:
        return await _list(visit, problem=str(refused), typed=name, chosen=role)
    return await _list(visit, fresh=(name, password))


async def _list(
    visit: Visit,
    problem: str = "",
    typed: str = "",
    chosen: str = "editor",
    fresh: tuple[str, str] | None = None,
) -> Response:
    found = await visit.console.database.read(staff.listed)
    values = {"problem": problem, "typed": typed, "chosen": chosen, "fresh": fresh}
    return visit.page("staff.html", 422 if problem else 200, accounts=found, roles=staff.ROLES, **values)


async def one(visit: Visit) -> Response:
    """Show one account."""
    notice = NOTICES.get(visit.request.query_params.get("done", ""), "")
    return await _one(visit, await _account(visit), notice=notice)


async def _account(visit: Visit) -> Account:
    number = visit.request.path_params["staff_id"]
    found = await visit.console.database.read(lambda connection: staff.account(connection, number))
    if found is None:
        raise HTTPException(404)
    return found


async def _one(visit: Visit, account: Account, problem: str = "", notice: str = "", password: str = "") -> Response:
    token = visit.request.cookies.get(COOKIE, "")

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "sessions": staff.sessions(connection, account.id, token, visit.now),
            "given": scope.communes_of(connection, account.id),
            "deeds": audit.of_member(connection, account.name, most=20),
        }

    found = await visit.console.database.read(read)
    values = {"account": account, "roles": staff.ROLES, "communes": communes_of(visit.console.library.places)}
    told = {"problem": problem, "notice": notice, "password": password}
    return visit.page("staff_member.html", 422 if problem else 200, **values, **told, **found)


def _of_account(deed: Deed) -> Callable[[Visit], Coroutine[Any, Any, Response]]:
    """Return a page that does something to the account of its address; what is refused is said there."""

    async def respond(visit: Visit) -> Response:
        account = await _account(visit)
        try:
            return await deed(visit, account)
        except StaffRefused as refused:
            return await _one(visit, account, problem=str(refused))

    return respond


def _done(account: Account, what: str) -> Response:
    return see_other(f"{HOME}/staff/{account.id}?done={what}")


async def change_role(visit: Visit, account: Account) -> Response:
    """Give another role."""
    role = visit.form.get("role", "")
    await visit.does(
        "staff.role",
        f"staff:{account.name}",
        lambda connection: staff.change_role(connection, account.id, role),
        before=account.role,
        after=role,
    )
    return _done(account, "role")


async def give_communes(visit: Visit, account: Account) -> Response:
    """Say which communes a collaborator sees."""
    known = visit.console.library.places.by_code
    communes = frozenset(code for code in visit.all("commune") if code in known)
    await visit.does(
        "staff.communes",
        f"staff:{account.name}",
        lambda connection: scope.give(connection, account.id, communes),
        communes=sorted(communes),
    )
    return _done(account, "communes")


async def reset(visit: Visit, account: Account) -> Response:
    """Give a new one-time password and show it."""
    password = one_time_password()
    hashed = await visit.console.passwords.hash(password)
    await visit.does(
        "staff.reset", f"staff:{account.name}", lambda connection: staff.reset(connection, account.name, hashed)
    )
    return await _one(visit, await _account(visit), password=password)


async def drop_factor(visit: Visit, account: Account) -> Response:
    """Let somebody who lost their telephone in by password alone."""
    await visit.does(
        "staff.factor_dropped",
        f"staff:{account.name}",
        lambda connection: second_factor.drop(connection, account.id),
    )
    return _done(account, "factor")


async def end_sessions(visit: Visit, account: Account) -> Response:
    """Sign somebody out everywhere."""
    await visit.does(
        "staff.sessions_ended", f"staff:{account.name}", lambda connection: staff.end_sessions(connection, account.id)
    )
    return _done(account, "sessions")


async def disable(visit: Visit, account: Account) -> Response:
    """Close an account."""
    await visit.does(
        "staff.disabled", f"staff:{account.name}", lambda connection: staff.disable(connection, account.name)
    )
    return _done(account, "disabled")


ROUTES = [
    route("/staff", listed, BOTH, administrators),
    route("/staff/{staff_id:int}", one, GET, administrators),
    *(
        route(f"/staff/{{staff_id:int}}/{path}", _of_account(deed), POST, administrators)
        for path, deed in {
            "role": change_role,
            "communes": give_communes,
            "reset": reset,
            "factor": drop_factor,
            "sessions": end_sessions,
            "disable": disable,
        }.items()
    ),
]
