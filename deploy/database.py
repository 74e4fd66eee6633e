"""What setup.sh does with the database: copy it, say how new its tables should be, and take migrations back.

Run by the Python of one release, so that it speaks of that release: `python database.py backup FILE`, `head`,
`downgrade REVISION`. The settings come from the environment, as the program's do.
"""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from bot.settings import Settings
from db.engine import open_database
from db.migrate import MIGRATIONS, configuration


def backup(file: Path) -> None:
    """Copy the SQLite file, also while it is in use; exits with words where the database is not a file."""
    url = make_url(Settings().database_url)
    if url.get_backend_name() != "sqlite":
        sys.exit("Cơ sở dữ liệu PostgreSQL: hãy sao lưu bằng pg_dump, rồi chạy lại với KCBOT_BACKED_UP=1.")
    with closing(sqlite3.connect(url.database or "")) as source, closing(sqlite3.connect(file)) as copy:
        source.backup(copy)


def head() -> str:
    """Return the newest migration this release knows."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or "base"


async def downgrade(revision: str) -> None:
    """Take back the migrations that came after a revision; what only they had a place for is lost."""

    def work(connection: Connection) -> None:
        command.downgrade(configuration(connection), revision)

    async with open_database(Settings().database_url) as database:
        await database.write(work)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["backup", file]:
            backup(Path(file))
        case ["head"]:
            sys.stdout.write(f"{head()}\n")
        case ["downgrade", revision]:
            asyncio.run(downgrade(revision))
        case _:
            sys.exit(__doc__)
