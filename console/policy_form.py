"""Writing a policy page: every figure with where it stands, every part as Markdown, seen as owners will see it."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.responses import Response

from console.pages import HOME
from console.policies import Known, find, read_number
from console.policy_preview import screens
from console.routing import BOTH, route, writers
from console.visit import Visit, see_other
from content.library import shipped_page
from content.page_fields import (
    FIGURE,
    HEAD,
    LABELS,
    MOST_FIGURES,
    FieldError,
    fields_of,
    read_typed,
    refuse_days_to_come,
)
from content.pages import LABEL_LENGTH, PARTS
from conversation.answers import normalise
from conversation.calendar import local_day
from conversation.page import Page
from db import pages
from db.pages import MAX_LETTER, MAX_NOTE, Draft, PageRefused

REVIEWED_WITHIN = timedelta(days=365)
_OURS = ("note", "letter", "after", "page_id")


async def new(visit: Visit) -> Response:
    """Show an empty page to be written, or keep what was written as its first draft."""
    if visit.request.method == "GET":
        fields = {"published": "true", "group": "0", "asks": visit.request.query_params.get("ask", "")[:MAX_NOTE]}
        return await _form(visit, None, _with_review(visit, fields))
    fields = _typed(visit)
    page_id = fields["page_id"].strip()
    if page_id in (await visit.console.library_now()).pages:
        problem = "Đã có trang mang mã này. Chọn mã khác, hoặc mở trang ấy ra sửa."
        return await _form(visit, None, fields, FieldError("page_id", problem))
    return await _keep(visit, None, page_id, fields)


async def edit(visit: Visit) -> Response:
    """Show a page as it was last written, or keep what was changed as a draft."""
    known = await find(visit)
    if visit.request.method == "POST":
        return await _keep(visit, known, known.id, _typed(visit))
    source = known.waiting.source if known.waiting else known.current or (known.latest.source if known.latest else "")
    fields = fields_of(source)
    asked = visit.request.query_params.get("ask", "")[:MAX_NOTE].strip()
    fields["asks"] = "\n".join(filter(None, [fields["asks"], asked]))
    kept = {"after": str(known.latest.number) if known.latest else ""}
    kept["letter"] = known.waiting.letter if known.waiting else ""
    return await _form(visit, known, _with_review(visit, {**fields, **kept}))


def _with_review(visit: Visit, fields: Mapping[str, str]) -> dict[str, str]:
    """Return fields with a day for reading the page again, a year from now where none is set."""
    later = (local_day(visit.now) + REVIEWED_WITHIN).isoformat()
    return {**fields, "review_by": fields.get("review_by") or later}


def _typed(visit: Visit) -> dict[str, str]:
    """Return what was typed, by the names of the fields; whatever else a form holds is left out."""
    figures = [f"figure{number}.{name}" for number in range(MOST_FIGURES) for name in FIGURE]
    return {name: visit.form.get(name, "") for name in (*HEAD, *PARTS, "asks", *figures, *_OURS)}


async def _keep(visit: Visit, known: Known | None, page_id: str, fields: Mapping[str, str]) -> Response:
    now, after = visit.now, fields["after"]
    try:
        text, page = read_typed(page_id, fields)
        refuse_days_to_come(page, local_day(now))
    except FieldError as wrong:
        return await _form(visit, known, fields, wrong)
    if visit.form.get("do") == "preview":
        return await _form(visit, known, fields, page=page)
    draft = Draft(
        page_id,
        text,
        visit.member.name,
        read_number(after),
        shipped_page(page_id) if known else "",
        normalise(fields["note"]),
        normalise(fields["letter"]),
    )
    try:
        await visit.does("page.written", f"page:{page_id}", lambda connection: pages.keep_draft(connection, draft, now))
    except PageRefused as refused:
        return await _form(visit, known, fields, FieldError("" if known else "page_id", str(refused)))
    return see_other(f"{HOME}/pages/{page_id}?done=kept")


async def _form(
    visit: Visit,
    known: Known | None,
    fields: Mapping[str, str],
    wrong: FieldError | None = None,
    page: Page | None = None,
) -> Response:
    library = await visit.console.library_now()
    return visit.page(
        "policy_form.html",
        422 if wrong else 200,
        known=known,
        fields=fields,
        wrong=wrong,
        screens=screens(library, visit.console.renderer, page, visit.now) if page else [],
        topics=library.topics,
        figures=_blocks(fields),
        labels=LABELS,
        figure_fields=FIGURE,
        parts=PARTS,
        most={"label": LABEL_LENGTH, "note": MAX_NOTE, "letter": MAX_LETTER},
    )


def _blocks(fields: Mapping[str, str]) -> list[int]:
    """Return the numbers of the figures to show: those that were typed, and one more to be typed."""
    typed = [n for n in range(MOST_FIGURES) if any(fields.get(f"figure{n}.{name}", "").strip() for name in FIGURE)]
    free = next((n for n in range(MOST_FIGURES) if n not in typed), None)
    return sorted([*typed, *([] if free is None else [free])])


ROUTES = [
    route("/pages/new", new, BOTH, writers, 1),
    route("/pages/{page_id}/edit", edit, BOTH, writers, 1),
]
