"""What is done every night: a backup, and the old ones forgotten."""

import asyncio
from datetime import datetime, time, timedelta
from pathlib import Path

import structlog
from sqlalchemy.engine import make_url

from bot.backup.taking import NotTaken, take
from bot.clock import Clock
from bot.settings import Settings
from conversation.calendar import VIETNAM
from db import backups, incidents
from db.engine import Database

AT = time(2, 30)
KEPT = 14
EVERY_SECONDS = 60
TRIED_AGAIN_SECONDS = 3600

log = structlog.get_logger()


def folder_of(settings: Settings) -> Path:
    """Return where nightly backups are kept: the setting, or beside the SQLite file."""
    if settings.backup_folder:
        return Path(settings.backup_folder)
    url = make_url(settings.database_url)
    return (
        Path(url.database or "kcbot.db").parent / "backups" if url.get_backend_name() == "sqlite" else Path("backups")
    )


def file_name(now: datetime) -> str:
    return f"kcbot-{now.astimezone(VIETNAM):%Y%m%d-%H%M%S}.backup"


def is_due(last: datetime | None, now: datetime) -> bool:
    """Whether the hour of the backup has passed since the last one."""
    local = now.astimezone(VIETNAM)
    hour = datetime.combine(local.date(), AT, VIETNAM)
    if local < hour:
        hour -= timedelta(days=1)
    return last is None or last < hour


async def back_up(database: Database, settings: Settings, now: datetime, by: str = "") -> Path:
    """Take a backup into the folder and forget the oldest ones; raises NotTaken."""
    folder = folder_of(settings)
    taken = await asyncio.to_thread(take, settings, folder / file_name(now), now)
    await database.write(lambda connection: backups.note(connection, taken.file.name, now, taken.size, by))
    for old in sorted(folder.glob("kcbot-*.backup"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return taken.file


async def nightly(database: Database, settings: Settings, clock: Clock) -> None:
    """Take a backup each night, the first soon after the start where there is none; tell staff where it fails."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        now = clock()
        taken = await database.read(lambda connection: backups.latest(connection, 1))
        if is_due(taken[0].taken_at if taken else None, now):
            try:
                await back_up(database, settings, now)
            except NotTaken as failed:
                words = f"Không sao lưu được: {failed}"
                await _tell(database, words, now)
                log.error("no backup could be taken", why=str(failed))
                await asyncio.sleep(TRIED_AGAIN_SECONDS)


async def _tell(database: Database, words: str, now: datetime) -> None:
    await database.write(lambda connection: incidents.report(connection, "backup", words, now))
