"""A signed-in request: who it is from, what they may do, and that it really comes from our own page."""

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from sqlalchemy import Connection
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.pages import HOME, page
from console.parts import Console
from db import audit, incidents, staff
from db.incidents import Incident
from db.staff import Member

COOKIE = "kcbot_staff"
MOST_FIELDS = 1000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a form, by the name of its field."""

    field: str
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Visit:
    """A request of a member of staff; `form` is what they sent, each field once, `files` what they attached.

    `incidents` are those nobody has seen; every page shows them to who may read.
    """

    request: Request
    console: Console
    member: Member
    now: datetime
    form: Mapping[str, str]
    files: Sequence[Attached] = ()
    incidents: Sequence[Incident] = ()
    sent: Sequence[tuple[str, str]] = ()

    def all(self, name: str) -> list[str]:
        """Return every value of a field that may come more than once, as ticks do."""
        return [value for field, value in self.sent if field == name]

    async def does(
        self, action: str, subject: str | Callable[[T], str], deed: Callable[[Connection], T], **detail: Any
    ) -> T:
        """Do something and note in the same transaction who did it to what; the subject may depend on what came of it.

        What the deed raises is raised, and nothing is noted.
        """

        def write(connection: Connection) -> T:
            done = deed(connection)
            what = subject if isinstance(subject, str) else subject(done)
            audit.note(connection, self.member.name, action, what, self.now, **detail)
            return done

        return await self.console.database.write(write)

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """Return a page that carries who is signed in."""
        known = {"member": self.member, "now": self.now, "incidents": self.incidents}
        return page(self.request, template, status, **known, **values)


Endpoint = Callable[[Visit], Awaitable[Response]]
Allowed = Callable[[Member], bool]


def console_of(request: Request) -> Console:
    """Return the parts the pages work with."""
    console: Console = request.app.state.console
    return console


def staff_page(endpoint: Endpoint, allowed: Allowed, most_files: int = 0) -> Callable[[Request], Awaitable[Response]]:
    """Return a page only for staff who may see it; what they send must come from our own form."""

    async def respond(request: Request) -> Response:
        console = console_of(request)
        now = console.clock()
        member = await _member(request, console, now)
        if member is None:
            return see_other(f"{HOME}/sign-in?next={quote(_path(request))}")
        path = request.url.path
        if member.one_time and not path.endswith(("/password", "/sign-out")):
            return see_other(f"{HOME}/password")
        if _lacks_factor(console, member) and not path.endswith(("/password", "/sign-out", "/account/second-factor")):
            return see_other(f"{HOME}/account/second-factor")
        if not allowed(member):
            return page(request, "refused.html", 403, member=member, reason="role")
        sent, files = await read_form(request, most_files) if request.method == "POST" else ([], [])
        form = dict(sent)
        if request.method == "POST" and not (is_same_origin(request) and is_token(member, form)):
            return page(request, "refused.html", 403, member=member, reason="token")
        told = member.may_read and not member.one_time
        unseen = await console.database.read(incidents.unseen) if told else ()
        return await endpoint(Visit(request, console, member, now, form, files, unseen, sent))

    return respond


def _lacks_factor(console: Console, member: Member) -> bool:
    """Whether somebody has to set up their second factor before anything else."""
    if member.one_time or member.second_factor:
        return False
    return console.second_factor == "everyone" or (console.second_factor == "administrators" and member.administers)


async def _member(request: Request, console: Console, now: datetime) -> Member | None:
    token = request.cookies.get(COOKIE, "")
    found = await console.database.read(lambda connection: staff.member(connection, token, now)) if token else None
    if found is None:
        return None
    member, unnoted = found
    if unnoted:
        await console.database.write(lambda connection: staff.seen(connection, token, now))
    return member


def _path(request: Request) -> str:
    """Return where to come back to after signing in."""
    if request.method != "GET":
        return HOME
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


async def read_form(request: Request, most_files: int = 0) -> tuple[Sequence[tuple[str, str]], Sequence[Attached]]:
    """Return the fields of a form and its files."""
    async with request.form(max_files=most_files, max_fields=MOST_FIELDS) as form:
        fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        uploads = [(name, file) for name, file in form.multi_items() if isinstance(file, UploadFile) and file.filename]
        return fields, [await _attached(name, file) for name, file in uploads]


async def _attached(field: str, file: UploadFile) -> Attached:
    return Attached(field, file.filename or "", file.content_type or "", await file.read())


def is_token(member: Member, form: Mapping[str, str]) -> bool:
    """Whether a form carries the token of its sender's session."""
    return hmac.compare_digest(form.get("csrf", "").encode(), member.csrf.encode())


def is_same_origin(request: Request) -> bool:
    """Whether a browser says that a form comes from this very site; one that says nothing is believed."""
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host")
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}


def see_other(url: str) -> Response:
    """Return the answer to what was sent: look here."""
    return RedirectResponse(url, 303, headers={"Cache-Control": "no-store"})
