"""Wording web pages; everything they show is escaped."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.app import Parts
from content.html import html_templates
from conversation.sources import SOURCES

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def environment() -> Environment:
    templates = html_templates(HERE / "templates")
    files = sorted(file for file in STATIC.iterdir() if file.is_file())
    templates.globals["version"] = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    return templates


def parts_of(request: Request) -> Parts:
    """Return the parts of the program the pages work with."""
    parts: Parts = request.app.state.parts
    return parts


def came_from(request: Request) -> str:
    """Return the source word an address carries (`?tu=apphich`), empty for none that we know."""
    word = request.query_params.get("tu", "")
    return word if word in SOURCES else ""


def words(request: Request, template: str, **values: Any) -> str:
    """Return a template's words."""
    known = {"org": parts_of(request).library.organisation, "path": request.url.path, "source": came_from(request)}
    return environment().get_template(template).render(known, **values)


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(words(request, template, **values), status)


def sorry(request: Request, status: int, title: str, text: str) -> HTMLResponse:
    """Return a page that says what is wrong and where to go on."""
    return page(request, "sorry.html", status, title=title, text=text)
