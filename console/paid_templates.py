"""Paid templates, for administrators: what Zalo approved, what it costs, and what fills its blanks."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import HOME
from console.visit import Visit, see_other
from conversation.vendor_template import SOURCES, Blank
from db import vendor_templates
from db.vendor_templates import MAX_BLANKS, MAX_NAME, MAX_PRICE, Template, TemplateRefused

BLANKS_SHOWN = 3
NOTICES = {"kept": "Đã lưu mẫu tin."}


async def listed(visit: Visit) -> Response:
    """Show all templates and an empty form, or keep a new one."""
    if visit.request.method == "GET":
        return await _page(visit, {})
    by, now = visit.member.name, visit.now
    try:
        template = read_template(visit.form.get("id", ""), visit.form)
        await visit.does(
            "template.added",
            f"template:{template.id}",
            lambda connection: vendor_templates.add(connection, template, by, now),
        )
    except TemplateRefused as refused:
        return await _page(visit, visit.form, problem=str(refused))
    return see_other(f"{HOME}/paid-templates?done=kept")


async def one(visit: Visit) -> Response:
    """Show the form of a template, or keep what was changed."""
    template_id: str = visit.request.path_params["template_id"]
    found = await visit.console.database.read(lambda connection: vendor_templates.find(connection, template_id))
    if found is None:
        raise HTTPException(404)
    if visit.request.method == "GET":
        return await _page(visit, _fields(found), found)
    by, now = visit.member.name, visit.now
    try:
        template = read_template(template_id, visit.form)
        await visit.does(
            "template.changed",
            f"template:{template.id}",
            lambda connection: vendor_templates.change(connection, template, by, now),
        )
    except TemplateRefused as refused:
        return await _page(visit, visit.form, found, str(refused))
    return see_other(f"{HOME}/paid-templates?done=kept")


def read_template(template_id: str, fields: Mapping[str, str]) -> Template:
    """Read the form of a template; raises TemplateRefused for what is no number."""
    blanks = []
    for place in range(MAX_BLANKS):
        name = fields.get(f"blank{place}", "").strip()
        if name:
            longest = _number(fields.get(f"longest{place}", ""), f"Chỗ trống «{name}»: số ký tự là một con số.")
            blanks.append(Blank(name, fields.get(f"source{place}", ""), longest))
    price = _number(fields.get("price", ""), "Giá một tin là một con số, tính bằng đồng.")
    active = fields.get("active") == "yes"
    return Template(template_id.strip(), fields.get("name", ""), price, tuple(blanks), active)


def _number(written: str, otherwise: str) -> int:
    figures = written.strip().replace(".", "")
    if not (figures.isascii() and figures.isdigit() and len(figures) <= len(str(MAX_PRICE)) + 1):
        raise TemplateRefused(otherwise)
    return int(figures)


def _fields(template: Template) -> dict[str, str]:
    """Return a template as the fields of its form hold it."""
    fields = {"id": template.id, "name": template.name, "price": str(template.price)}
    fields["active"] = "yes" if template.active else ""
    for place, blank in enumerate(template.blanks):
        fields |= {
            f"blank{place}": blank.name,
            f"source{place}": blank.source,
            f"longest{place}": str(blank.longest),
        }
    return fields


async def _page(visit: Visit, fields: Mapping[str, str], found: Template | None = None, problem: str = "") -> Response:
    return visit.page(
        "paid_templates.html",
        422 if problem else 200,
        templates=await visit.console.database.read(vendor_templates.listed),
        shown=found,
        fields=fields,
        sources=SOURCES,
        most_blanks=MAX_BLANKS,
        always=BLANKS_SHOWN,
        most_name=MAX_NAME,
        problem=problem,
        notice=NOTICES.get(visit.request.query_params.get("done", ""), ""),
    )
