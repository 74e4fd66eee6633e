"""Every version of a questionnaire that was ever answered, as it was written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from conversation.form import Form
from db.inbox import insert_ignoring
from db.models import form_file, form_version

ReadForm = Callable[[Connection, str], Form | None]


@dataclass(frozen=True, slots=True)
class Version:
    """A form's source, how to read it (`suffix`), and the tables and pictures it asks for."""

    sha: str
    name: str
    suffix: str
    source: bytes
    files: Mapping[str, bytes]


def remember(connection: Connection, versions: Sequence[Version], now: datetime) -> None:
    """Keep versions that are not kept yet."""
    rows = [{"sha": v.sha, "name": v.name, "suffix": v.suffix, "source": v.source} for v in versions]
    connection.execute(insert_ignoring(connection, form_version), [{**row, "first_seen_at": now} for row in rows])
    files = [{"sha": v.sha, "name": name, "data": data} for v in versions for name, data in v.files.items()]
    if files:
        connection.execute(insert_ignoring(connection, form_file), files)


def find(connection: Connection, sha: str) -> Version | None:
    """Return a version by its hash."""
    row = connection.execute(select(form_version).where(form_version.c.sha == sha)).first()
    if row is None:
        return None
    files = connection.execute(select(form_file.c.name, form_file.c.data).where(form_file.c.sha == sha))
    return Version(row.sha, row.name, row.suffix, row.source, {file.name: file.data for file in files})


def find_file(connection: Connection, sha: str, name: str) -> bytes | None:
    """Return one of the files that a version's workbook asks for."""
    query = select(form_file.c.data).where(form_file.c.sha == sha, form_file.c.name == name)
    data: bytes | None = connection.execute(query).scalar_one_or_none()
    return data
