"""The staff pages as one application, to be mounted at /console."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from console import (
    absence,
    account,
    announcements,
    audiences,
    audit_log,
    backups,
    calls,
    canned,
    case,
    cases,
    classes,
    composer,
    duplicates,
    establishments,
    export_files,
    files,
    forms,
    home,
    imports,
    inbox,
    incidents,
    my_chat,
    outreach,
    paid_templates,
    papers,
    people,
    policies,
    policy_form,
    questions,
    reminders,
    responses,
    rosters,
    rounds,
    sign_in,
    staff,
    summaries,
    tables,
    trial,
    unanswered,
)
from console.pages import STATIC, page
from console.parts import Console
from console.progress import progress
from console.routing import BOTH, GET, LARGEST_UPLOAD, POST, administrators, anyone, readers, route, scoped, writers


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


ROUTES = [
    Mount("/static", StaticFiles(directory=STATIC)),
    Route("/sign-in", sign_in.sign_in, methods=BOTH),
    Route("/sign-in/code", sign_in.code, methods=BOTH),
    *account.ROUTES,
    route("/sign-out", sign_in.sign_out, POST, anyone),
    route("/password", sign_in.password, BOTH, anyone),
    *home.ROUTES,
    route("/tables/{name}", tables.table, GET, scoped),
    route("/tables/establishments/tags", tables.tag, POST, writers),
    route("/tables/{name}/export.{suffix}", tables.export_table, GET, scoped),
    route("/responses/{code}", responses.response, GET, scoped),
    route("/files/{answer}", files.show, GET, readers),
    route("/files/{answer}/remove", files.remove, POST, writers),
    route("/questions", questions.listed, GET, readers),
    route("/questions/{question_id:int}/answered", questions.mark_answered, POST, writers),
    route("/announcements", announcements.listed, GET, readers),
    route("/announcements/new", composer.new, BOTH, writers, 1),
    route("/announcements/{announcement_id:int}", announcements.one, GET, readers),
    route("/announcements/{announcement_id:int}/edit", composer.edit, BOTH, writers, 1),
    route("/announcements/{announcement_id:int}/correct", composer.correct, BOTH, writers),
    route("/announcements/{announcement_id:int}/calls.xlsx", calls.calls, GET, readers),
    route("/announcements/{announcement_id:int}/progress", progress, GET, readers),
    *(
        route(f"/announcements/{{announcement_id:int}}/{action.__name__}", action, POST, writers)
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
    route("/audiences", audiences.builder, GET, readers),
    route("/audiences/count", audiences.count, GET, readers),
    route("/audiences/save", audiences.save, POST, writers),
    route("/audiences/forget", audiences.forget, POST, writers),
    route("/me", my_chat.mine, BOTH, scoped),
    route("/incidents", incidents.listed, GET, readers),
    route("/incidents/{incident_id:int}/seen", incidents.mark_seen, POST, writers),
    route("/classes", classes.listed, GET, readers),
    route("/classes/new", classes.new, BOTH, writers),
    route("/classes/{code}", classes.one, GET, readers),
    route("/classes/{code}/edit", classes.edit, BOTH, writers),
    route("/classes/{code}/open", classes.set_open, POST, writers),
    route("/classes/{code}/reminders", reminders.of_class, POST, writers),
    route("/outreach", outreach.listed, GET, readers),
    route("/outreach/class/{code}", outreach.of_a_class, GET, readers),
    route("/outreach/class/{code}/poster.pdf", outreach.class_poster, GET, readers),
    route("/outreach/page/{page_id}", outreach.of_a_page, GET, readers),
    route("/outreach/page/{page_id}/poster.pdf", outreach.page_poster, GET, readers),
    route("/forms", forms.listed, GET, readers),
    route("/forms/new", forms.new, BOTH, writers, forms.MOST_FILES),
    route("/forms/template.xlsx", forms.template, GET, readers),
    route("/forms/{name}", forms.one, GET, readers),
    route("/forms/{name}/try", trial.trial, BOTH, readers, 1),
    route("/forms/{name}/publish", forms.publish, POST, writers),
    route("/forms/{name}/close", forms.close, POST, writers),
    route("/forms/{name}/reopen", forms.reopen, POST, writers),
    route("/forms/{name}/closing", forms.set_closing, POST, writers),
    route("/forms/{name}/summary", summaries.summary, GET, readers),
    route("/forms/{name}/source/{sha}", forms.source, GET, readers),
    route("/forms/{name}/xlsform/{sha}", forms.xlsform, GET, readers),
    route("/forms/{name}/paper.pdf", papers.pdf, GET, readers),
    route("/forms/{name}/fill-in.xlsx", papers.workbook, GET, readers),
    route("/rounds", rounds.listed, GET, readers),
    route("/rounds/new", rounds.new, BOTH, writers),
    route("/rounds/{round_id:int}", rounds.one, GET, readers),
    route("/rounds/{round_id:int}/close", rounds.close, POST, writers),
    route("/rounds/{round_id:int}/reminders", reminders.of_round, POST, writers),
    route("/rounds/{round_id:int}/missing.csv", rounds.missing, GET, readers),
    route("/paid-templates", paid_templates.listed, BOTH, administrators),
    route("/paid-templates/{template_id}", paid_templates.one, BOTH, administrators),
    *imports.ROUTES,
    *duplicates.ROUTES,
    *staff.ROUTES,
    *audit_log.ROUTES,
    *export_files.ROUTES,
    *backups.ROUTES,
    *establishments.ROUTES,
    *canned.ROUTES,
    *inbox.ROUTES,
    *absence.ROUTES,
    *people.ROUTES,
    *cases.ROUTES,
    *case.ROUTES,
    *rosters.ROUTES,
    *unanswered.ROUTES,
    *policy_form.ROUTES,
    *policies.ROUTES,
]
