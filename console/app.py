"""The staff pages as one application, to be mounted at /console."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from console import (
    announcements,
    audiences,
    calls,
    classes,
    composer,
    files,
    forms,
    incidents,
    my_chat,
    outreach,
    paid_templates,
    papers,
    questions,
    reminders,
    responses,
    rounds,
    sign_in,
    staff,
    summaries,
    tables,
    trial,
)
from console.home import home
from console.pages import STATIC, page
from console.parts import Console
from console.progress import progress
from console.visit import Allowed, Endpoint, staff_page
from db.staff import Member

LARGEST_FORM = 64 * 1024
LARGEST_UPLOAD = 21 * 1024 * 1024
GET, POST, BOTH = ["GET"], ["POST"], ["GET", "POST"]


def console_app(console: Console) -> Starlette:
    """Return the staff pages; the headers that guard a browser are added by whoever mounts them."""
    app = Starlette(
        routes=ROUTES, exception_handlers={HTTPException: _refused, 500: _refused}, max_body_size=LARGEST_UPLOAD
    )
    app.state.console = console
    return app


async def _refused(request: Request, error: Exception) -> Response:
    """Say in Vietnamese that an address does not exist, or that something broke."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return page(request, "refused.html", status, reason="missing" if status == 404 else "other")


def _anyone(member: Member) -> bool:
    return True


def _readers(member: Member) -> bool:
    return member.may_read


def _writers(member: Member) -> bool:
    return member.may_write


def _administrators(member: Member) -> bool:
    return member.administers


def _route(path: str, endpoint: Endpoint, methods: list[str], allowed: Allowed, most_files: int = 0) -> Route:
    largest = LARGEST_UPLOAD if most_files else LARGEST_FORM
    return Route(path, staff_page(endpoint, allowed, most_files), methods=methods, max_body_size=largest)


ROUTES = [
    Mount("/static", StaticFiles(directory=STATIC)),
    Route("/sign-in", sign_in.sign_in, methods=BOTH),
    _route("/sign-out", sign_in.sign_out, POST, _anyone),
    _route("/password", sign_in.password, BOTH, _anyone),
    _route("/", home, GET, _readers),
    _route("/tables/{name}", tables.table, GET, _readers),
    _route("/tables/{name}/export.{suffix}", tables.export_table, GET, _readers),
    _route("/responses/{code}", responses.response, GET, _readers),
    _route("/files/{answer}", files.show, GET, _readers),
    _route("/files/{answer}/remove", files.remove, POST, _writers),
    _route("/questions", questions.listed, GET, _readers),
    _route("/questions/{question_id:int}/answered", questions.mark_answered, POST, _writers),
    _route("/announcements", announcements.listed, GET, _readers),
    _route("/announcements/new", composer.new, BOTH, _writers, 1),
    _route("/announcements/{announcement_id:int}", announcements.one, GET, _readers),
    _route("/announcements/{announcement_id:int}/edit", composer.edit, BOTH, _writers, 1),
    _route("/announcements/{announcement_id:int}/correct", composer.correct, BOTH, _writers),
    _route("/announcements/{announcement_id:int}/calls.xlsx", calls.calls, GET, _readers),
    _route("/announcements/{announcement_id:int}/progress", progress, GET, _readers),
    *(
        _route(f"/announcements/{{announcement_id:int}}/{action.__name__}", action, POST, _writers)
        for action in (
            announcements.send,
            announcements.attempt,
            announcements.release,
            announcements.pause,
            announcements.resume,
            announcements.resend,
            announcements.cancel,
        )
    ),
    _route("/audiences", audiences.builder, GET, _readers),
    _route("/audiences/count", audiences.count, GET, _readers),
    _route("/audiences/save", audiences.save, POST, _writers),
    _route("/audiences/forget", audiences.forget, POST, _writers),
    _route("/me", my_chat.mine, BOTH, _readers),
    _route("/incidents", incidents.listed, GET, _readers),
    _route("/incidents/{incident_id:int}/seen", incidents.mark_seen, POST, _writers),
    _route("/classes", classes.listed, GET, _readers),
    _route("/classes/new", classes.new, BOTH, _writers),
    _route("/classes/{code}", classes.one, GET, _readers),
    _route("/classes/{code}/edit", classes.edit, BOTH, _writers),
    _route("/classes/{code}/open", classes.set_open, POST, _writers),
    _route("/classes/{code}/reminders", reminders.of_class, POST, _writers),
    _route("/outreach", outreach.listed, GET, _readers),
    _route("/outreach/class/{code}", outreach.of_a_class, GET, _readers),
    _route("/outreach/class/{code}/poster.pdf", outreach.class_poster, GET, _readers),
    _route("/outreach/page/{page_id}", outreach.of_a_page, GET, _readers),
    _route("/outreach/page/{page_id}/poster.pdf", outreach.page_poster, GET, _readers),
    _route("/forms", forms.listed, GET, _readers),
    _route("/forms/new", forms.new, BOTH, _writers, forms.MOST_FILES),
    _route("/forms/template.xlsx", forms.template, GET, _readers),
    _route("/forms/{name}", forms.one, GET, _readers),
    _route("/forms/{name}/try", trial.trial, BOTH, _readers, 1),
    _route("/forms/{name}/publish", forms.publish, POST, _writers),
    _route("/forms/{name}/close", forms.close, POST, _writers),
    _route("/forms/{name}/reopen", forms.reopen, POST, _writers),
    _route("/forms/{name}/closing", forms.set_closing, POST, _writers),
    _route("/forms/{name}/summary", summaries.summary, GET, _readers),
    _route("/forms/{name}/source/{sha}", forms.source, GET, _readers),
    _route("/forms/{name}/xlsform/{sha}", forms.xlsform, GET, _readers),
    _route("/forms/{name}/paper.pdf", papers.pdf, GET, _readers),
    _route("/forms/{name}/fill-in.xlsx", papers.workbook, GET, _readers),
    _route("/rounds", rounds.listed, GET, _readers),
    _route("/rounds/new", rounds.new, BOTH, _writers),
    _route("/rounds/{round_id:int}", rounds.one, GET, _readers),
    _route("/rounds/{round_id:int}/close", rounds.close, POST, _writers),
    _route("/rounds/{round_id:int}/reminders", reminders.of_round, POST, _writers),
    _route("/rounds/{round_id:int}/missing.csv", rounds.missing, GET, _readers),
    _route("/paid-templates", paid_templates.listed, BOTH, _administrators),
    _route("/paid-templates/{template_id}", paid_templates.one, BOTH, _administrators),
    _route("/staff", staff.listed, BOTH, _administrators),
    _route("/staff/reset", staff.reset, POST, _administrators),
    _route("/staff/disable", staff.disable, POST, _administrators),
]
