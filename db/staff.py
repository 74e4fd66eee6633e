"""Staff accounts, attempts to sign in, and sessions; passwords come here already hashed."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from conversation.answers import normalise
from conversation.roles import WRITERS, may_write
from db import scope
from db.models import staff, staff_session
from db.scope import Scope

ADMINISTRATOR, COLLABORATOR = "administrator", "collaborator"
ROLES = {
    "viewer": "Xem",
    "editor": "Soạn",
    "approver": "Duyệt",
    ADMINISTRATOR: "Quản trị",
    COLLABORATOR: "Cộng tác viên",
}
FREE_FAILURES = 4
LONGEST_LOCK = timedelta(hours=1)
IDLE = timedelta(hours=12)
LONGEST_SESSION = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)
PROVEN_WITHIN = timedelta(minutes=10)
_LONGEST_NAME = 60
_LONGEST_BROWSER = 300


class StaffRefused(Exception):
    """An account that cannot be made or changed; the message says why, in Vietnamese."""


class LockedOut(Exception):
    """Too many wrong passwords; `until` is when the next one is looked at."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff as the list shows them."""

    name: str
    role: str
    active: bool
    one_time: bool
    locked_until: datetime | None
    factor_since: datetime | None
    created_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Where a member is signed in; `browser` is what their browser calls itself."""

    id: int
    browser: str
    created_at: datetime
    seen_at: datetime
    this_one: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Who is signed in; `csrf` is the token their session's forms carry; `scope` says whose records they see;
    `second_factor` that they sign in with one."""

    id: int
    name: str
    role: str
    one_time: bool
    csrf: str
    scope: Scope = None
    second_factor: bool = False

    @property
    def may_read(self) -> bool:
        """Whether they read what is of all communes."""
        return self.role in WRITERS | {"viewer"}

    @property
    def collaborates(self) -> bool:
        return self.role == COLLABORATOR

    @property
    def may_write(self) -> bool:
        return may_write(self.role)

    @property
    def administers(self) -> bool:
        return self.role == ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in, counted already: the hash that the password has to match, and whether that is enough."""

    staff_id: int
    password_hash: str
    second_factor: bool = False


def listed(connection: Connection) -> list[Account]:
    """Return all accounts in the order they were made."""
    columns = (staff.c[name] for name in Account.__slots__)
    return [Account(**row._mapping) for row in connection.execute(select(*columns).order_by(staff.c.id))]


def account(connection: Connection, staff_id: int) -> Account | None:
    """Return one account."""
    columns = (staff.c[name] for name in Account.__slots__)
    row = connection.execute(select(*columns).where(staff.c.id == staff_id)).first()
    return Account(**row._mapping) if row else None


def names(connection: Connection) -> list[str]:
    """Return the names of the active members who may be given work."""
    query = select(staff.c.name).where(staff.c.active, staff.c.role.not_in(["viewer", "collaborator"]))
    return list(connection.execute(query.order_by(staff.c.name)).scalars())


def is_empty(connection: Connection) -> bool:
    """Whether nobody can sign in yet."""
    return connection.execute(select(staff.c.id).limit(1)).first() is None


def add(connection: Connection, name: str, role: str, password_hash: str, now: datetime) -> None:
    """Add an account with a one-time password; raises StaffRefused."""
    name = normalise(name)
    if not name or len(name) > _LONGEST_NAME:
        raise StaffRefused(f"Tên đăng nhập cần từ 1 đến {_LONGEST_NAME} ký tự.")
    if role not in ROLES:
        raise StaffRefused(f"Không có vai trò «{role}»; có: {', '.join(ROLES)}.")
    if _find(connection, name):
        raise StaffRefused(f"Đã có tài khoản «{name}».")
    connection.execute(insert(staff).values(name=name, role=role, password_hash=password_hash, created_at=now))


def reset(connection: Connection, name: str, password_hash: str) -> None:
    """Give an account a new one-time password and open it again; its sessions end. Raises StaffRefused."""
    row = _must_find(connection, name)
    values = {"password_hash": password_hash, "one_time": True, "active": True, "failures": 0, "locked_until": None}
    connection.execute(update(staff).where(staff.c.id == row.id).values(**values))
    end_sessions(connection, row.id)


def disable(connection: Connection, name: str) -> None:
    """Close an account and end its sessions; raises StaffRefused for the last administrator."""
    row = _must_find(connection, name)
    _refuse_the_last(connection, row, "không khóa được")
    connection.execute(update(staff).where(staff.c.id == row.id).values(active=False))
    end_sessions(connection, row.id)


def _refuse_the_last(connection: Connection, row: Row[Any], what: str) -> None:
    others = (staff.c.role == ADMINISTRATOR) & staff.c.active & (staff.c.id != row.id)
    if row.role == ADMINISTRATOR and not connection.execute(select(func.count()).where(others)).scalar_one():
        raise StaffRefused(f"«{row.name}» là người quản trị duy nhất, {what}.")


def _find(connection: Connection, name: str) -> Row[Any] | None:
    """Return an account by its name, whatever its capitals: a phone's keyboard begins with one."""
    wanted = normalise(name).casefold()
    return next((row for row in connection.execute(select(staff)) if row.name.casefold() == wanted), None)


def _must_find(connection: Connection, name: str) -> Row[Any]:
    row = _find(connection, name)
    if row is None:
        raise StaffRefused(f"Không có tài khoản «{name}».")
    return row


def attempt(connection: Connection, name: str, now: datetime) -> Attempt | None:
    """Count an attempt to sign in before the password is looked at, so that many at once cannot slip through.

    None where nobody of that name may sign in. Raises LockedOut.
    """
    known = _find(connection, name)
    if known is None or not known.active:
        return None
    row = connection.execute(select(staff).where(staff.c.id == known.id).with_for_update()).one()
    if row.locked_until and now < row.locked_until:
        raise LockedOut(row.locked_until)
    failures = row.failures + 1
    locked_until = now + lock_time(failures) if failures > FREE_FAILURES else None
    values = {"failures": failures, "locked_until": locked_until}
    connection.execute(update(staff).where(staff.c.id == row.id).values(**values))
    return Attempt(row.id, row.password_hash, row.factor_since is not None)


def lock_time(failures: int) -> timedelta:
    """Return how long an account is locked after so many wrong passwords in a row: a minute, twice that each time."""
    minutes = 2 ** min(failures - FREE_FAILURES - 1, 12)
    return min(timedelta(minutes=minutes), LONGEST_LOCK)


def sign_in(connection: Connection, staff_id: int, now: datetime, browser: str = "", *, proven: bool = True) -> str:
    """Open a session for someone whose password was right; return its token, of which only a hash is kept.

    One that is not `proven` opens nothing before the second factor was shown too.
    """
    if proven:
        connection.execute(update(staff).where(staff.c.id == staff_id).values(failures=0, locked_until=None))
    connection.execute(delete(staff_session).where(_expired(now)))
    token = secrets.token_urlsafe(32)
    values = {"token_hash": _hash(token), "csrf": secrets.token_urlsafe(24), "created_at": now, "seen_at": now}
    kept = {"proven": proven, "browser": browser[:_LONGEST_BROWSER]}
    connection.execute(insert(staff_session).values(staff_id=staff_id, **values, **kept))
    return token


def unproven(connection: Connection, token: str, now: datetime) -> str | None:
    """Return the name of whose session waits for a second factor, None where the token opens no such session."""
    waits = ~staff_session.c.proven & (staff_session.c.created_at > now - PROVEN_WITHIN)
    query = select(staff.c.name).join(staff_session, staff_session.c.staff_id == staff.c.id)
    return connection.execute(query.where(staff_session.c.token_hash == _hash(token), waits, staff.c.active)).scalar()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _expired(now: datetime) -> Any:
    return (staff_session.c.seen_at < now - IDLE) | (staff_session.c.created_at < now - LONGEST_SESSION)


def member(connection: Connection, token: str, now: datetime) -> tuple[Member, bool] | None:
    """Return whose session a token opens, and whether it is time to note that they were seen."""
    query = (
        select(*(staff.c[name] for name in _SIGNED_IN), staff_session.c.csrf, staff_session.c.seen_at)
        .join(staff_session, staff_session.c.staff_id == staff.c.id)
        .where(staff_session.c.token_hash == _hash(token), staff_session.c.proven, staff.c.active, ~_expired(now))
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    sees = scope.communes_of(connection, row.id) if row.role == COLLABORATOR else None
    found = Member(row.id, row.name, row.role, row.one_time, row.csrf, sees, row.factor_since is not None)
    return found, now - row.seen_at >= SEEN_EVERY


_SIGNED_IN = ("id", "name", "role", "one_time", "factor_since")


def sessions(connection: Connection, staff_id: int, token: str, now: datetime) -> list[OpenSession]:
    """Return where an account is signed in, lately seen first; `token` says which of them asks."""
    query = select(staff_session).where(staff_session.c.staff_id == staff_id, staff_session.c.proven, ~_expired(now))
    rows = connection.execute(query.order_by(staff_session.c.seen_at.desc(), staff_session.c.id.desc()))
    ours = _hash(token)
    return [OpenSession(row.id, row.browser, row.created_at, row.seen_at, row.token_hash == ours) for row in rows]


def end_session(connection: Connection, staff_id: int, session_id: int) -> None:
    """End one session of an account."""
    mine = (staff_session.c.staff_id == staff_id) & (staff_session.c.id == session_id)
    connection.execute(delete(staff_session).where(mine))


def seen(connection: Connection, token: str, now: datetime) -> None:
    """Note that a session is in use."""
    connection.execute(update(staff_session).where(staff_session.c.token_hash == _hash(token)).values(seen_at=now))


def sign_out(connection: Connection, token: str) -> None:
    """End one session."""
    connection.execute(delete(staff_session).where(staff_session.c.token_hash == _hash(token)))


def end_sessions(connection: Connection, staff_id: int) -> None:
    """End all sessions of an account."""
    connection.execute(delete(staff_session).where(staff_session.c.staff_id == staff_id))


def change_role(connection: Connection, staff_id: int, role: str) -> None:
    """Give an account another role; raises StaffRefused for the last administrator."""
    row = connection.execute(select(staff).where(staff.c.id == staff_id)).one()
    if role not in ROLES:
        raise StaffRefused(f"Không có vai trò «{role}»; có: {', '.join(ROLES)}.")
    if role != ADMINISTRATOR:
        _refuse_the_last(connection, row, "không đổi vai trò được")
    connection.execute(update(staff).where(staff.c.id == staff_id).values(role=role))


def change_password(connection: Connection, staff_id: int, password_hash: str) -> None:
    """Replace a password by one its owner chose, and end all their sessions."""
    values = {"password_hash": password_hash, "one_time": False}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(**values))
    end_sessions(connection, staff_id)
