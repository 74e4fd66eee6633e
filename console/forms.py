"""Questionnaires of staff: uploaded, looked over, tried, published, closed."""

import io
import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import HOME, XLSX, read_moment, typed_moment
from console.visit import Visit, see_other
from content.sheets import marked
from content.workbook import FormError, Mistake
from content.xlsform import read_form
from conversation.answers import fold
from conversation.form import Form
from db import forms, published
from db.forms import Version
from db.published import FormRefused, Published

_PATH = re.compile(r" ?/data(?:/[\w.-]+)*/([\w.-]+) ?")
SUFFIXES = (".xlsx", ".xls", ".csv", ".md")
MOST_FILES = 20
NOTICES = {
    "kept": "Đã lưu bản nháp. Anh/chị thử trả lời rồi hãy đăng.",
    "published": "Đã đăng phiếu. Chủ cơ sở trả lời được ngay.",
    "closed": "Đã đóng phiếu, không nhận thêm câu trả lời.",
    "reopened": "Đã mở lại phiếu.",
    "closing": "Đã lưu hạn trả lời.",
}
NOTHING_WRONG: Mapping[str, Any] = {"problem": "", "mistakes": (), "sheets": (), "file": ""}
KINDS = {
    "text": "chữ",
    "integer": "số nguyên",
    "decimal": "số thập phân",
    "range": "thang điểm",
    "select_one": "chọn một",
    "select_multiple": "chọn nhiều",
    "rank": "xếp thứ tự",
    "date": "ngày",
    "time": "giờ",
    "dateTime": "ngày giờ",
    "note": "ghi chú",
    "acknowledge": "đồng ý",
    "calculate": "tính",
    "hidden": "ẩn",
    "image": "ảnh",
    "audio": "ghi âm",
    "video": "phim",
    "file": "tệp",
    "geopoint": "vị trí",
    "barcode": "mã vạch",
}


async def listed(visit: Visit) -> Response:
    """Show the forms that are shipped and those of staff."""
    found = await visit.console.database.read(published.listed)
    shipped = [form for name, form in visit.console.library.forms.items() if name not in {"profile", "sign_up"}]
    return visit.page("forms.html", forms=found, shipped=shipped)


async def new(visit: Visit) -> Response:
    """Show the page for uploading, or keep a workbook as a draft; one with mistakes is shown with them."""
    if visit.request.method == "GET":
        return visit.page("form_upload.html", name=visit.request.query_params.get("name", ""), **NOTHING_WRONG)
    workbooks = [file for file in visit.files if file.field == "workbook"]
    if not workbooks:
        return _refused(visit, "Anh/chị chọn tệp phiếu (.xlsx, .xls, .csv hoặc .md).")
    workbook, suffix = workbooks[0], PurePath(workbooks[0].name).suffix.lower()
    if suffix not in SUFFIXES:
        return _refused(visit, f"Tệp «{workbook.name}» không phải .xlsx, .xls, .csv hay .md.")
    name = visit.form.get("name", "").strip() or slug(PurePath(workbook.name).stem)
    files = {file.name: file.data for file in visit.files if file.field == "files"}
    try:
        form = read_form(name, workbook.data, suffix, files)
    except FormError as error:
        sheets = marked(workbook.data, suffix, error.mistakes)
        return _refused(visit, "", name=name, mistakes=error.mistakes, sheets=sheets, file=workbook.name)
    version = Version(form.sha, name, suffix, workbook.data, files)
    shipped = visit.console.library.forms
    try:
        await visit.does(
            "form.kept",
            f"form:{name}",
            lambda connection: published.keep_draft(
                connection, version, form.title, shipped, visit.member.name, visit.now
            ),
            sha=form.sha,
        )
    except FormRefused as refused:
        return _refused(visit, str(refused), name=name)
    return see_other(f"{HOME}/forms/{name}?done=kept")


def _refused(
    visit: Visit, problem: str, *, name: str = "", mistakes: tuple[Mistake, ...] = (), **shown: object
) -> Response:
    name = name or visit.form.get("name", "")
    values = {**NOTHING_WRONG, "name": name, "problem": problem, "mistakes": mistakes, **shown}
    return visit.page("form_upload.html", 422, **values)


def slug(stem: str) -> str:
    """Return a form's name made from its file's: `Khảo sát 2027` → `khao_sat_2027`."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in fold(stem))
    return "_".join(part for part in letters.split("_") if part)[:31] or "phieu"


async def one(visit: Visit) -> Response:
    """Show a form: its questions, its state, what can be done with it."""
    found, draft, live = await _found(visit)
    shown = draft or live
    assert shown is not None
    notice = NOTICES.get(visit.request.query_params.get("done", ""), "")
    closes = typed_moment(found.closes_at)
    values: dict[str, Any] = {"questions": rows_of(shown), "notice": notice, "closes": closes, "problem": ""}
    return visit.page("form.html", found=found, shown=shown, draft=draft, live=live, **values)


async def _found(visit: Visit) -> tuple[Published, Form | None, Form | None]:
    name = visit.request.path_params["name"]

    def read(connection: Connection) -> tuple[Published, Form | None, Form | None] | None:
        found = published.find(connection, name)
        if found is None:
            return None
        read_one = visit.console.read_form
        draft = read_one(connection, found.draft_sha) if found.draft_sha else None
        return found, draft, read_one(connection, found.live_sha) if found.live_sha else None

    found = await visit.console.database.read(read)
    if found is None:
        raise HTTPException(404)
    return found


def rows_of(form: Form) -> list[Mapping[str, object]]:
    """Return the questions as staff read them: number, words, kind, whether required, when asked."""
    rows: list[Mapping[str, object]] = []
    number = 0
    for question in form.questions:
        if question.asked:
            number += 1
        rows.append(
            {
                "name": question.name,
                "number": number if question.asked else "",
                "label": question.label or _by_name(question.calculation) or question.name,
                "kind": KINDS.get(question.kind, question.kind),
                "required": bool(question.required),
                "relevant": _by_name(question.relevant),
            }
        )
    return rows


def _by_name(formula: str) -> str:
    """Return a formula as it was written: each path as the name it ends in."""
    return _PATH.sub(r"\1", formula).strip()


async def publish(visit: Visit) -> Response:
    """Make the draft that was looked at live."""
    name, sha, by = visit.request.path_params["name"], visit.form.get("sha", ""), visit.member.name
    return await _change(visit, "published", lambda c: published.publish(c, name, sha, by, visit.now))


async def close(visit: Visit) -> Response:
    """Take no answers any more."""
    name, by = visit.request.path_params["name"], visit.member.name
    return await _change(visit, "closed", lambda connection: published.close(connection, name, by, visit.now))


async def reopen(visit: Visit) -> Response:
    """Take answers again."""
    name, by = visit.request.path_params["name"], visit.member.name
    return await _change(visit, "reopened", lambda connection: published.reopen(connection, name, by, visit.now))


async def set_closing(visit: Visit) -> Response:
    """Say until when the form takes answers."""
    name, by = visit.request.path_params["name"], visit.member.name
    at = read_moment(visit.form.get("closes_at", ""))
    return await _change(visit, "closing", lambda c: published.set_closing(c, name, at, by, visit.now))


async def _change(visit: Visit, done: str, change: Callable[[Connection], None]) -> Response:
    try:
        await visit.does(f"form.{done}", f"form:{visit.request.path_params['name']}", change)
    except FormRefused as refused:
        found, draft, live = await _found(visit)
        shown = draft or live
        assert shown is not None
        values = {"questions": rows_of(shown), "notice": "", "closes": visit.form.get("closes_at", "")}
        return visit.page(
            "form.html", 422, found=found, shown=shown, draft=draft, live=live, problem=str(refused), **values
        )
    return see_other(f"{HOME}/forms/{visit.request.path_params['name']}?done={done}")


async def template(visit: Visit) -> Response:
    """Download the workbook to begin a form from, its headings in Vietnamese."""
    from content.template import write_template

    written = io.BytesIO()
    write_template(written)
    headers = {"Content-Disposition": 'attachment; filename="mau-phieu.xlsx"'}
    return Response(written.getvalue(), media_type=XLSX, headers=headers)


async def xlsform(visit: Visit) -> Response:
    """Download a version as a plain XLSForm, whichever headings it was written under."""
    from content.template import write_xlsform

    version = await _version(visit)
    written = io.BytesIO()
    write_xlsform(version.source, version.suffix, written)
    headers = {"Content-Disposition": f'attachment; filename="{version.name}.xlsx"'}
    return Response(written.getvalue(), media_type=XLSX, headers=headers)


async def _version(visit: Visit) -> Version:
    sha = visit.request.path_params["sha"]
    version = await visit.console.database.read(lambda connection: forms.find(connection, sha))
    if version is None:
        raise HTTPException(404)
    return version


async def source(visit: Visit) -> Response:
    """Download the workbook of a version as it was uploaded."""
    version = await _version(visit)
    headers = {"Content-Disposition": f'attachment; filename="{version.name}{version.suffix}"'}
    return Response(version.source, media_type="application/octet-stream", headers=headers)
