"""Accounts of staff: added, given a new password, closed; each is one action, for the pages and the command line."""

from datetime import datetime

from console.passwords import Passwords, one_time_password
from db import staff
from db.engine import Database


async def add(database: Database, passwords: Passwords, name: str, role: str, now: datetime) -> str:
    """Add an account; return its one-time password. Raises StaffRefused."""
    password = one_time_password()
    hashed = await passwords.hash(password)
    await database.write(lambda connection: staff.add(connection, name, role, hashed, now))
    return password


async def reset(database: Database, passwords: Passwords, name: str) -> str:
    """Give an account a new one-time password, opening it again where it was closed; return it. Raises StaffRefused."""
    password = one_time_password()
    hashed = await passwords.hash(password)
    await database.write(lambda connection: staff.reset(connection, name, hashed))
    return password


async def disable(database: Database, name: str) -> None:
    """Close an account and end its sessions. Raises StaffRefused."""
    await database.write(lambda connection: staff.disable(connection, name))


async def first_administrator(database: Database, passwords: Passwords, name: str, now: datetime) -> str | None:
    """Add an administrator where nobody can sign in yet; return the one-time password, None where somebody can."""
    if not await database.read(staff.is_empty):
        return None
    return await add(database, passwords, name, staff.ADMINISTRATOR, now)
