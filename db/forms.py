"""Every version of a questionnaire that was ever answered, as it was written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from conversation.form import Form
from db.inbox import insert_ignoring
from db.models import form_version

ReadForm = Callable[[Connection, str], Form | None]


@dataclass(frozen=True, slots=True)
class Version:
    """A form's source, how to read it (`suffix`), and the tables it asks for."""

    sha: str
    name: str
    suffix: str
    source: bytes
    files: Mapping[str, bytes]


def remember(connection: Connection, versions: Sequence[Version], now: datetime) -> None:
    """Keep versions that are not kept yet."""
    rows = [
        {
            "sha": version.sha,
            "name": version.name,
            "suffix": version.suffix,
            "source": version.source,
            "files": {name: table.decode("utf-8") for name, table in version.files.items()},
            "first_seen_at": now,
        }
        for version in versions
    ]
    connection.execute(insert_ignoring(connection, form_version), rows)


def find(connection: Connection, sha: str) -> Version | None:
    """Return a version by its hash."""
    row = connection.execute(select(form_version).where(form_version.c.sha == sha)).first()
    if row is None:
        return None
    files = {name: table.encode("utf-8") for name, table in row.files.items()}
    return Version(row.sha, row.name, row.suffix, row.source, files)
