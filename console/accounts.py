"""Accounts of staff as the command line manages them: added, given a new password, closed."""

from datetime import datetime

from sqlalchemy import Connection

from console.passwords import Passwords, one_time_password
from db import audit, staff
from db.audit import OPERATOR
from db.engine import Database


async def add(database: Database, passwords: Passwords, name: str, role: str, now: datetime) -> str:
    """Add an account; return its one-time password. Raises StaffRefused."""
    password = one_time_password()
    hashed = await passwords.hash(password)

    def write(connection: Connection) -> None:
        staff.add(connection, name, role, hashed, now)
        audit.note(connection, OPERATOR, "staff.added", f"staff:{name}", now, role=role)

    await database.write(write)
    return password


async def reset(database: Database, passwords: Passwords, name: str, now: datetime) -> str:
    """Give an account a new one-time password, opening it again where it was closed; return it. Raises StaffRefused."""
    password = one_time_password()
    hashed = await passwords.hash(password)

    def write(connection: Connection) -> None:
        staff.reset(connection, name, hashed)
        audit.note(connection, OPERATOR, "staff.reset", f"staff:{name}", now)

    await database.write(write)
    return password


async def disable(database: Database, name: str, now: datetime) -> None:
    """Close an account and end its sessions. Raises StaffRefused."""

    def write(connection: Connection) -> None:
        staff.disable(connection, name)
        audit.note(connection, OPERATOR, "staff.disabled", f"staff:{name}", now)

    await database.write(write)


async def first_administrator(database: Database, passwords: Passwords, name: str, now: datetime) -> str | None:
    """Add an administrator where nobody can sign in yet; return the one-time password, None where somebody can."""
    if not await database.read(staff.is_empty):
        return None
    return await add(database, passwords, name, staff.ADMINISTRATOR, now)
