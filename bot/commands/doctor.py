"""`kcbot doctor`: what is right and what is not, each with what to do about it."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import typer
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import now
from bot.commands.terms import Json, say, say_json, settings, work
from bot.settings import Settings
from db import backups, incidents, staff
from db.engine import open_database
from db.migrate import is_current

LEAST_FREE = 1024 * 1024 * 1024
NOT_FILLED_IN = "(chưa điền"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is `ok`, and what is there or what to do."""

    name: str
    ok: bool
    words: str


def doctor(as_json: Json = False) -> None:
    """Khám hệ thống: cơ sở dữ liệu, sao lưu, cài đặt, ổ đĩa; việc nào chưa ổn thì nói cách chữa."""
    given = settings()
    found = [*_settings(given), *_disk(given), *work(_database(given))]
    for one in found:
        if as_json:
            say_json(asdict(one))
        else:
            say(f"{'✓' if one.ok else '✗'} {one.name}: {one.words}")
    if not all(one.ok for one in found):
        raise typer.Exit(1)


def _settings(given: Settings) -> Iterator[Finding]:
    missing = [
        f"KCBOT_{name.upper()}"
        for name in ("organisation_name", "organisation_hotline", "organisation_address", "organisation_check_page")
        if NOT_FILLED_IN in getattr(given, name)
    ]
    yield Finding("Thông tin Trung tâm", not missing, f"điền {', '.join(missing)}" if missing else "đã điền")
    https = given.public_url.startswith("https://")
    words = (
        given.public_url if https else "đặt KCBOT_PUBLIC_URL là địa chỉ https, nếu không Zalo không gửi tin đến được"
    )
    yield Finding("Địa chỉ công khai", https, words)
    channels = [name for name in given.channels if name != "web"]
    words = f"đang dùng {', '.join(channels)}" if channels else "mới có trang chat; xem docs/zalo.md để nối Zalo"
    yield Finding("Kênh nhắn tin", bool(channels), words)
    file = Path(make_url(given.database_url).database or "").with_suffix(".key")
    if given.secret_key.get_secret_value() or not file.exists():
        yield Finding("Khóa bí mật", True, "đặt trong cài đặt" if given.secret_key.get_secret_value() else "sẽ tự tạo")
    else:
        closed = not file.stat().st_mode & 0o077
        yield Finding("Khóa bí mật", closed, "chỉ chủ máy đọc được" if closed else f"chạy: chmod 600 {file}")


def _disk(given: Settings) -> Iterator[Finding]:
    url = make_url(given.database_url)
    folder = Path(url.database or ".").parent if url.get_backend_name() == "sqlite" else Path()
    free = shutil.disk_usage(folder if folder.exists() else Path()).free
    words = f"còn {free / 1024**3:.1f} GB"
    yield Finding("Ổ đĩa", free >= LEAST_FREE, words if free >= LEAST_FREE else f"{words}; dọn bớt, cần ít nhất 1 GB")


async def _database(given: Settings) -> list[Finding]:
    try:
        async with open_database(given.database_url) as database:
            if not await database.read(is_current):
                return [Finding("Cơ sở dữ liệu", False, "chưa nâng cấp; chạy: kcbot migrate")]
            is_sqlite = database.is_sqlite
            return await database.read(lambda connection: list(_looked_at(connection, now(), is_sqlite=is_sqlite)))
    except (SQLAlchemyError, OSError) as error:
        return [Finding("Cơ sở dữ liệu", False, f"không mở được: {error}")]


def _looked_at(connection: Connection, at: datetime, *, is_sqlite: bool) -> Iterator[Finding]:
    yield Finding("Cơ sở dữ liệu", True, "mở được, bảng đúng phiên bản")
    if is_sqlite:
        found = connection.execute(text("PRAGMA quick_check")).scalar()
        yield Finding("Tệp dữ liệu", found == "ok", "nguyên vẹn" if found == "ok" else "hỏng; phục hồi từ bản sao lưu")
        loose = connection.execute(text("PRAGMA foreign_key_check")).first()
        yield Finding("Liên kết dữ liệu", loose is None, "khớp" if loose is None else f"lệch ở bảng {loose[0]}")
    taken = backups.latest(connection, 1)
    old = backups.is_old(taken, at)
    last = f"bản mới nhất lúc {taken[0].taken_at:%Y-%m-%d %H:%M} UTC" if taken else "chưa có bản nào"
    yield Finding("Sao lưu", not old, f"{last}; chạy: kcbot backup TỆP" if old else last)
    accounts = [one for one in staff.listed(connection) if one.active]
    administrators = [one for one in accounts if one.role == staff.ADMINISTRATOR]
    alone = len(administrators) < 2
    words = "nên có hai người quản trị, để không ai bị khóa ngoài" if alone else f"{len(administrators)} người quản trị"
    yield Finding("Quản trị", not alone, words)
    bare = [one.name for one in administrators if one.factor_since is None]
    yield Finding("Mã xác nhận", not bare, f"chưa bật: {', '.join(bare)}" if bare else "người quản trị đều đã bật")
    waiting = incidents.unseen(connection)
    yield Finding("Sự cố", not waiting, f"{len(waiting)} việc chưa ai xem" if waiting else "không có")
