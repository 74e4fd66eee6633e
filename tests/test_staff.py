"""Accounts: one-time passwords, sessions, lock-out, and the last administrator."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from console import accounts
from console.passwords import Passwords, one_time_password, problem_with
from db import staff
from db.engine import Database
from db.models import staff as staff_table
from db.models import staff_session
from db.staff import FREE_FAILURES, IDLE, LONGEST_SESSION, LockedOut, Member, StaffRefused, lock_time
from tests.office import NOW


async def an_account(database: Database, name: str = "lan", role: str = "editor") -> None:
    await database.write(lambda connection: staff.add(connection, name, role, "hash", NOW))


async def a_session(database: Database, name: str = "lan") -> str:
    def sign_in(connection: Connection) -> str:
        attempt = staff.attempt(connection, name, NOW)
        assert attempt is not None
        return staff.sign_in(connection, attempt.staff_id, NOW)

    return await database.write(sign_in)


async def member(database: Database, token: str, later: timedelta = timedelta()) -> Member | None:
    found = await database.read(lambda connection: staff.member(connection, token, NOW + later))
    return found[0] if found else None


async def test_a_one_time_password_opens_the_account_it_was_made_for(database: Database) -> None:
    passwords = Passwords()
    password = await accounts.add(database, passwords, "Lan", "editor", NOW)
    attempt = await database.write(lambda connection: staff.attempt(connection, "lan", NOW))
    assert attempt is not None
    assert await passwords.matches(attempt.password_hash, password)
    assert not await passwords.matches(attempt.password_hash, password + "x")
    assert not await passwords.matches(None, password)
    (account,) = await database.read(staff.listed)
    assert (account.name, account.role, account.active, account.one_time) == ("Lan", "editor", True, True)


def test_one_time_passwords_can_be_read_out() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){2}", password) for password in made)


@pytest.mark.parametrize(
    ("name", "role"), [("", "editor"), ("d" * 61, "editor"), ("lan", "king"), ("LAN", "editor"), ("\u200b", "editor")]
)
async def test_an_account_that_makes_no_sense_is_refused(database: Database, name: str, role: str) -> None:
    await an_account(database)
    with pytest.raises(StaffRefused):
        await database.write(lambda connection: staff.add(connection, name, role, "hash", NOW))


async def test_a_session_opens_with_its_token_alone(database: Database) -> None:
    await an_account(database)
    token = await a_session(database)
    found = await member(database, token)
    assert found is not None
    assert (found.name, found.role, found.may_write, found.administers) == ("lan", "editor", True, False)
    assert await member(database, token + "x") is None
    kept = await database.read(lambda connection: connection.execute(select(staff_session.c.token_hash)).scalar_one())
    assert token not in kept


async def test_a_session_ends_when_unused_or_old(database: Database) -> None:
    await an_account(database)
    token = await a_session(database)
    assert await member(database, token, IDLE - timedelta(seconds=1)) is not None
    assert await member(database, token, IDLE + timedelta(seconds=1)) is None
    used = NOW + LONGEST_SESSION - timedelta(hours=1)
    await database.write(lambda connection: staff.seen(connection, token, used))
    assert await member(database, token, LONGEST_SESSION - timedelta(seconds=1)) is not None
    assert await member(database, token, LONGEST_SESSION + timedelta(seconds=1)) is None


async def test_signing_out_ends_one_session(database: Database) -> None:
    await an_account(database)
    first, second = await a_session(database), await a_session(database)
    await database.write(lambda connection: staff.sign_out(connection, first))
    assert await member(database, first) is None
    assert await member(database, second) is not None


async def test_wrong_passwords_lock_the_account_longer_each_time(database: Database) -> None:
    await an_account(database)
    for _ in range(FREE_FAILURES + 1):
        await database.write(lambda connection: staff.attempt(connection, "lan", NOW))
    with pytest.raises(LockedOut) as locked:
        await database.write(lambda connection: staff.attempt(connection, "lan", NOW))
    assert locked.value.until == NOW + timedelta(minutes=1)
    later = NOW + timedelta(minutes=1)
    await database.write(lambda connection: staff.attempt(connection, "lan", later))
    with pytest.raises(LockedOut) as again:
        await database.write(lambda connection: staff.attempt(connection, "lan", later))
    assert again.value.until == later + timedelta(minutes=2)
    assert lock_time(1000) == timedelta(hours=1)


async def test_many_guesses_at_once_are_all_counted(database: Database) -> None:
    await an_account(database)
    guesses = [database.write(lambda connection: staff.attempt(connection, "lan", NOW)) for _ in range(30)]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(not isinstance(result, LockedOut) for result in results) == FREE_FAILURES + 1


async def test_the_right_password_forgets_the_wrong_ones(database: Database) -> None:
    await an_account(database)
    for _ in range(FREE_FAILURES):
        await database.write(lambda connection: staff.attempt(connection, "lan", NOW))
    await a_session(database)
    assert await database.read(lambda connection: connection.execute(select(staff_table.c.failures)).scalar_one()) == 0


async def test_a_closed_account_is_out_at_once_and_comes_back_with_a_new_password(database: Database) -> None:
    await an_account(database, "chu", staff.ADMINISTRATOR)
    await an_account(database)
    token = await a_session(database)
    await accounts.disable(database, "lan", NOW)
    assert await member(database, token) is None
    assert await database.write(lambda connection: staff.attempt(connection, "lan", NOW)) is None
    await accounts.reset(database, Passwords(), "lan", NOW)
    assert await database.write(lambda connection: staff.attempt(connection, "lan", NOW)) is not None


async def test_the_last_administrator_stays(database: Database) -> None:
    await an_account(database, "chu", staff.ADMINISTRATOR)
    with pytest.raises(StaffRefused, match="duy nhất"):
        await accounts.disable(database, "chu", NOW)
    await an_account(database, "pho", staff.ADMINISTRATOR)
    await accounts.disable(database, "chu", NOW)
    with pytest.raises(StaffRefused):
        await accounts.disable(database, "khong co", NOW)


async def test_a_password_of_ones_own_ends_the_other_sessions(database: Database) -> None:
    await an_account(database)
    token = await a_session(database)
    found = await member(database, token)
    assert found is not None
    await database.write(lambda connection: staff.change_password(connection, found.id, "other hash"))
    assert await member(database, token) is None
    (account,) = await database.read(staff.listed)
    assert not account.one_time


async def test_the_first_administrator_is_made_once(database: Database) -> None:
    passwords = Passwords()
    assert await accounts.first_administrator(database, passwords, "quantri", NOW)
    assert await accounts.first_administrator(database, passwords, "quantri", NOW) is None


@pytest.mark.parametrize(
    ("password", "again", "wrong"),
    [
        ("mộc mạc bốn mặt", "mộc mạc bốn mặt", False),
        ("ngắn", "ngắn", True),
        ("mộc mạc bốn mặt", "mộc mạc bốn mắt", True),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", True),
        ("xin chào Lan nhé", "xin chào Lan nhé", True),
        ("d1ef" * 60, "d1ef" * 60, True),
    ],
)
def test_a_chosen_password_must_be_worth_something(password: str, again: str, wrong: bool) -> None:
    assert bool(problem_with(password, again, "lan")) is wrong
