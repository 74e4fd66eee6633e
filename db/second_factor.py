"""The second factor of members: a sealed secret, the codes taken already, and codes for who has lost it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from db.models import staff, staff_recovery


def of_member(connection: Connection, staff_id: int) -> str:
    """Return the sealed secret, in force or not yet; "" where there is none."""
    sealed: str = connection.execute(select(staff.c.factor).where(staff.c.id == staff_id)).scalar_one()
    return sealed


def of_name(connection: Connection, name: str) -> str:
    """Return the sealed secret of the account of a name."""
    sealed: str = connection.execute(select(staff.c.factor).where(staff.c.name == name)).scalar_one()
    return sealed


def begin(connection: Connection, staff_id: int, sealed: str) -> None:
    """Keep a secret that is not in force before a code of it was shown; one in force stays."""
    fresh = (staff.c.id == staff_id) & staff.c.factor_since.is_(None)
    connection.execute(update(staff).where(fresh).values(factor=sealed, factor_step=None))


def confirm(connection: Connection, staff_id: int, step: int, hashes: Iterable[str], now: datetime) -> None:
    """Put the secret in force, with codes for who loses it, hashed, in place of any before."""
    values = {"factor_since": now, "factor_step": step, "failures": 0, "locked_until": None}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(**values))
    connection.execute(delete(staff_recovery).where(staff_recovery.c.staff_id == staff_id))
    connection.execute(insert(staff_recovery), [{"staff_id": staff_id, "code_hash": one} for one in hashes])


def take_step(connection: Connection, staff_id: int, step: int) -> bool:
    """Whether the code of a time step may be taken: once each, and none before one taken already."""
    later = or_(staff.c.factor_step.is_(None), staff.c.factor_step < step)
    taken = connection.execute(update(staff).where(staff.c.id == staff_id, later).values(factor_step=step))
    return taken.rowcount == 1


def take_recovery(connection: Connection, staff_id: int, code_hash: str) -> bool:
    """Whether a code is one of those given for a lost second factor; it is used up."""
    this = (staff_recovery.c.staff_id == staff_id) & (staff_recovery.c.code_hash == code_hash)
    return connection.execute(delete(staff_recovery).where(this)).rowcount == 1


def drop(connection: Connection, staff_id: int) -> None:
    """Let an account sign in by its password alone."""
    connection.execute(delete(staff_recovery).where(staff_recovery.c.staff_id == staff_id))
    nothing = {"factor": "", "factor_since": None, "factor_step": None, "failures": 0, "locked_until": None}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(**nothing))
