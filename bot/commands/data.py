"""`kcbot export`, `kcbot migrate`."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.app import Parts
from bot.commands.terms import Refused, opened, say, settings, work
from conversation.calendar import local_day
from db import export_jobs
from db.audience import AudienceError, parse
from db.engine import open_database
from db.exports import SUFFIXES, Report, export, form_names
from db.exports.listing import Filter, Multiple, Source
from db.migrate import migrate as bring_up_to_date


class What(StrEnum):
    contacts = "contacts"
    establishments = "establishments"
    interests = "interests"
    responses = "responses"
    signups = "signups"
    deliveries = "deliveries"
    calls = "calls"


def export_data(
    what: Annotated[What, typer.Argument(help="Xuất bảng nào.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Tệp .xlsx hoặc .csv.", dir_okay=False)],
    form: Annotated[str, typer.Option(help="Chỉ phiếu này, ví dụ needs.")] = "",
    since: Annotated[datetime | None, typer.Option(help="Từ ngày, ví dụ 2026-11-24.", formats=["%Y-%m-%d"])] = None,
    codes: Annotated[bool, typer.Option("--codes", help="Ghi mã thay cho chữ.")] = False,
    columns: Annotated[bool, typer.Option("--columns", help="Câu chọn nhiều: mỗi lựa chọn một cột.")] = False,
    round_id: Annotated[int | None, typer.Option("--round", help="Chỉ đợt này.")] = None,
    announcement: Annotated[int | None, typer.Option(help="Chỉ thông báo này; calls cần số này.")] = None,
    audience: Annotated[str, typer.Option(help="Chỉ cơ sở của nhóm này: trade=garment size>=10.")] = "",
) -> None:
    """Xuất dữ liệu ra tệp Excel (.xlsx) hoặc .csv."""
    if out.suffix not in SUFFIXES:
        raise Refused(f"Tên tệp phải kết thúc bằng {' hoặc '.join(SUFFIXES)}: {out}")
    if what is What.calls and announcement is None:
        raise Refused("Danh sách cần gọi là của một thông báo: thêm --announcement SỐ.")
    day = since.date() if since else None
    multiple: Multiple = "columns" if columns else "joined"
    try:
        parse(audience)
    except AudienceError as refused:
        raise Refused(str(refused)) from None
    narrowed = Filter(form=form, since=day, codes=codes, round=round_id, multiple=multiple, announcement=announcement)
    wanted = replace(narrowed, audience=audience)

    async def session() -> int:
        async with opened() as parts:
            known = await parts.database.read(lambda connection: form_names(_source(parts, connection)))
            if form and form not in known:
                raise Refused(f"Không có phiếu «{form}»; có: {', '.join(sorted(known))}.")

            def write(connection: Connection) -> int:
                with out.open("wb") as file:
                    return export(_source(parts, connection), what.value, wanted, out.suffix, file)

            return await parts.database.read(write)

    try:
        rows = work(session())
    except OSError as error:
        raise Refused(f"Không ghi được tệp {out}: {error.strerror}.") from error
    say(f"Đã ghi {rows} dòng vào {out}.")


def _source(parts: Parts, connection: Connection) -> Source:
    return Source(connection, parts.library, parts.receiver.read_form)


def export_job(number: int, out: Annotated[Path, typer.Option(dir_okay=False)]) -> None:
    """Ghi một tệp được yêu cầu trên trang quản trị; mỗi dòng in ra là số dòng đã ghi."""

    def told(rows: int) -> None:
        say(str(rows))

    async def session() -> int:
        async with opened() as parts:
            job = await parts.database.read(lambda connection: export_jobs.read(connection, number))

            def write(connection: Connection) -> int:
                frame = Report(parts.library.organisation.name, local_day(parts.clock())) if job.report else None
                with out.open("wb") as file:
                    return export(_source(parts, connection), job.table, job.wanted, job.suffix, file, frame, told)

            return await parts.database.read(write)

    say(str(work(session())))


def migrate() -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất."""

    async def session() -> None:
        async with open_database(settings().database_url) as database:
            await database.write(bring_up_to_date)

    work(session())
    say("Cơ sở dữ liệu đã ở phiên bản mới nhất.")
