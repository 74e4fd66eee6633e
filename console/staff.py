"""Accounts of staff, for administrators."""

from starlette.responses import Response

from console import accounts
from console.pages import HOME
from console.visit import Visit, see_other
from db import staff
from db.staff import StaffRefused

NOTICES = {"disabled": "Đã khóa tài khoản."}


async def listed(visit: Visit) -> Response:
    """Show all accounts, or add one and show its one-time password."""
    if visit.request.method == "GET":
        return await _page(visit, notice=NOTICES.get(visit.request.query_params.get("done", ""), ""))
    name, role = visit.form.get("name", ""), visit.form.get("role", "")
    try:
        password = await accounts.add(visit.console.database, visit.console.passwords, name, role, visit.now)
    except StaffRefused as refused:
        return await _page(visit, problem=str(refused), typed=name, chosen=role)
    return await _page(visit, fresh=(name, password))


async def reset(visit: Visit) -> Response:
    """Give an account a new one-time password and show it."""
    name = visit.form.get("name", "")
    try:
        password = await accounts.reset(visit.console.database, visit.console.passwords, name)
    except StaffRefused as refused:
        return await _page(visit, problem=str(refused))
    return await _page(visit, fresh=(name, password))


async def disable(visit: Visit) -> Response:
    """Close an account."""
    name = visit.form.get("name", "")
    try:
        await accounts.disable(visit.console.database, name)
    except StaffRefused as refused:
        return await _page(visit, problem=str(refused))
    return see_other(f"{HOME}/staff?done=disabled")


async def _page(
    visit: Visit,
    notice: str = "",
    problem: str = "",
    typed: str = "",
    chosen: str = "editor",
    fresh: tuple[str, str] | None = None,
) -> Response:
    found = await visit.console.database.read(staff.listed)
    values = {"notice": notice, "problem": problem, "typed": typed, "chosen": chosen, "fresh": fresh}
    return visit.page("staff.html", 422 if problem else 200, accounts=found, roles=staff.ROLES, **values)
