"""Writing an announcement: its words, file and buttons, whom it is for, when it goes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.audiences import Counted, counted
from console.filling import filled
from console.offers import Offers, offers
from console.pages import HOME, read_moment, typed_moment
from console.visit import Visit, see_other
from content.announcing import Announced, too_long
from content.sealing import sealed
from conversation.calendar import local_day
from conversation.channel import Attachment
from db import announcements, attachments, audience, vendor_templates
from db.announcements import CORRECTION, MAX_BUTTONS, NEWS, AnnouncementRefused, Button, Draft, Listed
from db.attachments import AttachmentRefused
from db.audience import AudienceError
from db.deliveries import HELD_KEPT

DOUBLE_CLICK = timedelta(seconds=10)
FIELDS = ("title", "text", "topic", "audience", "letter", "send_at", "paid", "template", "attachment")


async def new(visit: Visit) -> Response:
    """Show an empty form, or keep what was written; nothing is sent yet."""
    if visit.request.method == "GET":
        return await _form(visit, {"audience": visit.request.query_params.get("audience", "")})
    fields = await _with_file(visit)
    author, now = visit.member.name, visit.now
    try:
        draft = read_draft(fields, await offers(visit.console, now), visit)
        await filled(visit, draft)
        await _refuse_long(visit, draft)

        def keep(connection: Connection) -> int:
            same = announcements.just_written(connection, draft.title, draft.text, author, now - DOUBLE_CLICK)
            return same or announcements.create(connection, draft, author, now)

        kept = await visit.does("announcement.written", _subject, keep)
    except (AnnouncementRefused, AttachmentRefused, AudienceError) as refused:
        return await _form(visit, fields, problem=refused)
    return see_other(f"{HOME}/announcements/{kept}?done=kept")


async def edit(visit: Visit) -> Response:
    """Show the form of an announcement that is not sent yet, or keep what was changed."""
    found = await find(visit)
    if visit.request.method == "GET":
        return await _form(visit, _fields(found), found)
    fields = await _with_file(visit)
    try:
        draft = read_draft(fields, await offers(visit.console, visit.now), visit)
        await filled(visit, draft)
        await _refuse_long(visit, draft, found.kind)
        await visit.does(
            "announcement.changed",
            _subject(found.id),
            lambda connection: announcements.change(connection, found.id, draft),
        )
    except (AnnouncementRefused, AttachmentRefused, AudienceError) as refused:
        return await _form(visit, fields, found, refused)
    return see_other(f"{HOME}/announcements/{found.id}?done=kept")


def _subject(number: int) -> str:
    return f"announcement:{number}"


async def correct(visit: Visit) -> Response:
    """Show the form of a correction, or keep it; it is for exactly those who got the original."""
    original = await find(visit)
    if visit.request.method == "GET":
        return _correction(visit, original, {"title": f"Đính chính: {original.title}", "text": ""})
    title, text, by, now = visit.form.get("title", ""), visit.form.get("text", ""), visit.member.name, visit.now
    try:
        await _refuse_long(visit, Draft(title, text), CORRECTION)
        kept = await visit.does(
            "announcement.corrected",
            _subject,
            lambda connection: announcements.correct(connection, original.id, title, text, by, now),
            original=original.id,
        )
    except AnnouncementRefused as refused:
        return _correction(visit, original, visit.form, str(refused))
    return see_other(f"{HOME}/announcements/{kept}?done=kept")


async def _refuse_long(visit: Visit, draft: Draft, kind: str = NEWS) -> None:
    """Raise AnnouncementRefused for what some channel could not carry whole."""
    console, sha = visit.console, draft.attachment
    file = await console.database.read(lambda connection: attachments.described(connection, sha)) if sha else None
    sealed_file = sealed(file, b"", local_day(visit.now)) if file else None
    buttons = [(button.label, button.link) for button in draft.buttons]
    announced = Announced(kind, draft.title, draft.text, visit.now, buttons, sealed_file)
    if problem := too_long(console.renderer, await console.library_now(), announced):
        raise AnnouncementRefused(problem)


def _correction(visit: Visit, original: Listed, fields: Mapping[str, str], problem: str = "") -> Response:
    values = {"original": original, "fields": fields, "problem": problem, "most": announcements.MAX_TEXT}
    return visit.page(
        "announcement_correct.html", 422 if problem else 200, most_title=announcements.MAX_TITLE, **values
    )


async def find(visit: Visit) -> Listed:
    """Return the announcement of an address; raises 404."""
    announcement_id: int = visit.request.path_params["announcement_id"]
    found = await visit.console.database.read(lambda connection: announcements.find(connection, announcement_id))
    if found is None:
        raise HTTPException(404)
    return found


async def _with_file(visit: Visit) -> dict[str, str]:
    """Return the fields, with the file that came along kept already: a mistake elsewhere does not lose it."""
    fields = {name: value for name, value in visit.form.items() if name != "attachment" or not visit.form.get("drop")}
    files = [file for file in visit.files if file.field == "file"]
    if files:
        file, now = files[0], visit.now
        try:
            fields["attachment"] = await visit.console.database.write(
                lambda connection: attachments.keep(connection, file.name, file.data, now)
            )
        except AttachmentRefused as refused:
            fields["refused_file"] = str(refused)
    return fields


def read_draft(fields: Mapping[str, str], options: Offers, visit: Visit) -> Draft:
    """Read the form of an announcement; raises AnnouncementRefused, AttachmentRefused or AudienceError."""
    if refused := fields.get("refused_file"):
        raise AttachmentRefused(refused)
    title, text = announcements.clean(fields.get("title", ""), fields.get("text", ""))
    wanted = fields.get("audience", "")
    audience.refuse_unknown(audience.parse(wanted), visit.console.library, tuple(options.forms))
    return Draft(
        title,
        text,
        wanted,
        read_send_at(fields.get("send_at", ""), visit.now),
        fields.get("topic", ""),
        tuple(_buttons(fields, options)),
        fields.get("attachment") or None,
        fields.get("letter", ""),
        paid=fields.get("paid") == "yes" and visit.member.administers,
        template=fields.get("template", "") if visit.member.administers else "",
    )


def _buttons(fields: Mapping[str, str], options: Offers) -> list[Button]:
    known = {link: label for group in options.links.values() for link, label in group.items()}
    buttons = []
    for place in range(MAX_BUTTONS):
        link = fields.get(f"link{place}", "")
        if not link:
            continue
        if link not in known:
            raise AnnouncementRefused(f"Nút {place + 1} dẫn tới nơi không còn mở. Anh/chị chọn lại.")
        label = fields.get(f"label{place}", "").strip() or _shortened(known[link])
        buttons.append(Button(label, link))
    return buttons


def _shortened(label: str) -> str:
    words = ""
    for word in label.split():
        if len(words) + len(word) + 1 > announcements.MAX_LABEL:
            break
        words = f"{words} {word}".strip()
    return words or label[: announcements.MAX_LABEL]


def read_send_at(written: str, now: datetime) -> datetime | None:
    """Read when to send, in Vietnam's zone; None for at once. Raises AnnouncementRefused for a moment gone by."""
    if not written:
        return None
    send_at = read_moment(written)
    if send_at is None:
        raise AnnouncementRefused("Không đọc được giờ gửi.")
    if send_at <= now:
        raise AnnouncementRefused("Giờ gửi đã qua. Để trống nếu muốn gửi ngay khi bấm gửi.")
    return send_at


def _fields(found: Listed) -> dict[str, str]:
    """Return an announcement as the fields of its form hold it."""
    buttons = {f"link{place}": button.link for place, button in enumerate(found.buttons)}
    labels = {f"label{place}": button.label for place, button in enumerate(found.buttons)}
    return {
        "title": found.title,
        "text": found.text,
        "topic": found.topic,
        "audience": found.audience,
        "letter": found.letter,
        "send_at": typed_moment(found.send_at),
        "paid": "yes" if found.paid else "",
        "template": found.template,
        "attachment": found.attachment or "",
        **buttons,
        **labels,
    }


async def _form(
    visit: Visit, fields: Mapping[str, str], found: Listed | None = None, problem: Exception | None = None
) -> Response:
    sha = fields.get("attachment", "")
    file: Attachment | None = None
    if sha:
        file = await visit.console.database.read(lambda connection: attachments.described(connection, sha))
    is_correction = bool(found and found.kind == CORRECTION)
    templates = []
    if visit.member.administers and not is_correction:
        templates = await visit.console.database.read(vendor_templates.active)
    return visit.page(
        "announcement_form.html",
        422 if problem else 200,
        announcement_id=found.id if found else None,
        is_correction=is_correction,
        templates=templates,
        held_days=HELD_KEPT.days,
        counted=await _counted(visit, fields.get("audience", "")) if templates else None,
        fields={**dict.fromkeys(FIELDS, ""), **fields},
        file=file,
        problem=str(problem or ""),
        in_audience=isinstance(problem, AudienceError),
        most=announcements.MAX_TEXT,
        most_title=announcements.MAX_TITLE,
        most_buttons=MAX_BUTTONS,
        options=await offers(visit.console, visit.now),
    )


async def _counted(visit: Visit, query: str) -> Counted | None:
    try:
        return await counted(visit, query)
    except AudienceError:
        return None
