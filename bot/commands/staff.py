"""`kcbot staff`: who may sign in to the console."""

from collections.abc import Callable, Coroutine
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import typer

from bot.commands.terms import Json, Refused, opened, say, say_json, work
from console import accounts
from console.passwords import Passwords
from db import staff

app = typer.Typer(no_args_is_help=True, help="Tài khoản cán bộ.")
T = TypeVar("T")
Name = Annotated[str, typer.Argument(help="Tên đăng nhập.", show_default=False)]


class Role(StrEnum):
    viewer = "viewer"
    editor = "editor"
    approver = "approver"
    administrator = "administrator"
    collaborator = "collaborator"


def _or_refuse(session: Callable[[], Coroutine[Any, Any, T]]) -> T:
    try:
        result: T = work(session())
    except staff.StaffRefused as refused:
        raise Refused(str(refused)) from refused
    return result


@app.command()
def add(name: Name, role: Annotated[Role, typer.Option(help="Vai trò.")] = Role.administrator) -> None:
    """Thêm tài khoản; in ra mật khẩu dùng một lần."""

    async def session() -> str:
        async with opened() as parts:
            return await accounts.add(parts.database, Passwords(), name, role.value, parts.clock())

    say(f"Đã thêm «{name}» ({role.value}). Mật khẩu dùng một lần: {_or_refuse(session)}")


@app.command("list")
def list_accounts(as_json: Json = False) -> None:
    """Liệt kê tài khoản."""

    async def session() -> list[staff.Account]:
        async with opened() as parts:
            return await parts.database.read(staff.listed)

    for account in work(session()):
        if as_json:
            say_json({"name": account.name, "role": account.role, "active": account.active})
        else:
            say(f"{account.name}\t{account.role}\t{'đang dùng' if account.active else 'đã khóa'}")


@app.command()
def disable(name: Name) -> None:
    """Khóa tài khoản; các phiên đăng nhập kết thúc ngay."""

    async def session() -> None:
        async with opened() as parts:
            await accounts.disable(parts.database, name, parts.clock())

    _or_refuse(session)
    say(f"Đã khóa «{name}».")


@app.command()
def reset(name: Name) -> None:
    """Đặt lại mật khẩu; in ra mật khẩu dùng một lần."""

    async def session() -> str:
        async with opened() as parts:
            return await accounts.reset(parts.database, Passwords(), name, parts.clock())

    say(f"Mật khẩu dùng một lần của «{name}»: {_or_refuse(session)}")
