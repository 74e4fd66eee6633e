"""Backups for the staff pages."""

from dataclasses import dataclass
from pathlib import Path

from bot.backup.taking import NotTaken, backup_key
from bot.clock import Clock
from bot.nightly import back_up, folder_of
from bot.settings import Settings
from db import incidents
from db.engine import Database


@dataclass(frozen=True)
class BackupKeeper:
    """Takes backups into the folder of the nightly ones."""

    database: Database
    settings: Settings
    clock: Clock

    @property
    def folder(self) -> Path:
        return folder_of(self.settings)

    def key(self) -> str:
        """Return what opens them."""
        return backup_key(self.settings)

    async def take(self, by: str) -> bool:
        """Take one now; where it cannot be taken staff are told why."""
        now = self.clock()
        try:
            await back_up(self.database, self.settings, now, by)
        except NotTaken as failed:
            words = f"Không sao lưu được: {failed}"
            await self.database.write(lambda connection: incidents.report(connection, "backup", words, now))
            return False
        return True
