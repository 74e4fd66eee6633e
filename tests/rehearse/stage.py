"""The stage: a page on which staff play any owner on any messenger, and let things go wrong."""

import asyncio
import io
import threading
import wave
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.rehearse.messenger import Condition, Messenger
from tests.rehearse.on_zalo_oa import OnZaloOA
from tests.rehearse.people import VILLAGE, Person, person
from tests.rehearse.program import DidNotStart, Program
from tests.rehearse.time_passed import let_pass

HERE = Path(__file__).parent
CONDITIONS = {
    Condition.fine: "Bình thường",
    Condition.slow: "Chậm (5 giây)",
    Condition.away: "Mất kết nối",
    Condition.revoked: "Token bị thu hồi",
}
LONGEST_WAIT_HOURS = 24 * 30
PICTURE = HERE / "static" / "workshop.jpg"
# Zalo shows pictures by their addresses on the program.
PROGRAMS = "http://127.0.0.1:*"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'self'; img-src 'self' {PROGRAMS}; object-src 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
}


def _recording() -> bytes:
    """Return a second of silence."""
    held = io.BytesIO()
    with wave.open(held, "wb") as written:
        written.setparams((1, 1, 8000, 0, "NONE", ""))
        written.writeframes(b"\x80" * 8000)
    return held.getvalue()


@dataclass
class Stage:
    """Who is played on which messengers, and the program they talk to."""

    messengers: Mapping[str, Messenger]
    program: Program
    village: list[Person] = field(default_factory=lambda: list(VILLAGE))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def app(self) -> Starlette:
        """Return the page as an application; what it does is done in threads, as it waits for servers."""
        return Starlette(
            routes=[
                Route("/", self.show),
                Route("/lines", self.show_lines),
                Route("/plays", self.plays, methods=["POST"]),
                Route("/happens", self.happens, methods=["POST"]),
                Route("/people", self.adds, methods=["POST"]),
                Route("/media/{on}/{number:path}", self.media),
                Mount("/static", StaticFiles(directory=HERE / "static")),
            ]
        )

    # What is shown.

    def show(self, request: Request) -> Response:
        """Show the village, the conversation that is looked at, and how the vendors are."""
        who, on = self._looked_at(request.query_params)
        return self._page(
            "stage.html",
            village=self.village,
            messengers=self.messengers.values(),
            conditions=CONDITIONS,
            problem=request.query_params.get("problem", ""),
            **self._conversation(who, on),
        )

    def show_lines(self, request: Request) -> Response:
        """Show the conversation alone, for the script that looks whether there is more."""
        return self._page("conversation.html", **self._conversation(*self._looked_at(request.query_params)))

    def _conversation(self, who: Person, on: Messenger) -> dict[str, Any]:
        with self.lock:
            lines = on.lines(who)
        newest = next((place for place in range(len(lines) - 1, -1, -1) if lines[place].kind == "theirs"), -1)
        running = self.program.running
        return {"who": who, "on": on, "lines": lines, "newest": newest, "program": self.program, "running": running}

    def _page(self, template: str, **values: object) -> Response:
        return HTMLResponse(self.templates.get_template(template).render(values), headers=HEADERS)

    def _looked_at(self, asked: Mapping[str, str]) -> tuple[Person, Messenger]:
        number = asked.get("person", "")
        who = next((one for one in self.village if str(one.number) == number), self.village[0])
        return who, self.messengers.get(asked.get("on", ""), next(iter(self.messengers.values())))

    def media(self, request: Request) -> Response:
        """Give out what somebody sent, as a picture or a recording."""
        on = self.messengers.get(request.path_params["on"])
        found = on.media(request.path_params["number"]) if on else None
        if found is None:
            raise HTTPException(404)
        _, media_type, data = found
        return Response(data, media_type=media_type, headers=HEADERS)

    # What is done.

    async def plays(self, request: Request) -> Response:
        """Let the person do something on their messenger."""
        form = await self._form(request)
        who, on = self._looked_at({name: value for name, value in form.items() if isinstance(value, str)})
        upload = form.get("file")
        sent = None
        if isinstance(upload, UploadFile) and upload.filename:
            sent = upload.filename, upload.content_type or "", await upload.read()
        text, press = str(form.get("text", "")).strip(), str(form.get("press", ""))
        await asyncio.to_thread(self._plays, str(form.get("act", "")), who, on, text, press, sent)
        return self._back(who, on)

    def _plays(
        self, act: str, who: Person, on: Messenger, text: str, press: str, sent: tuple[str, str, bytes] | None
    ) -> None:
        with self.lock:
            match act:
                case "press":
                    on.presses(who, press)
                case "begin":
                    on.begins(who)
                case "share" if on.sharing:
                    on.shares_phone(who)
                case "leave" if on.leaving:
                    on.leaves(who)
                case "back" if on.coming_back:
                    on.comes_back(who)
                case "picture":
                    on.sends(who, "anh-xuong.jpg", "image/jpeg", PICTURE.read_bytes())
                case "recording":
                    on.sends(who, "ghi-am.wav", "audio/wav", _recording())
                case "officer" if text and isinstance(on, OnZaloOA):
                    on.officer_writes(who, text)
                case "say":
                    if sent:
                        on.sends(who, *sent)
                    if text:
                        on.says(who, text)

    async def happens(self, request: Request) -> Response:
        """Let something happen to a vendor, to the time, or to the program."""
        form = {name: str(value) for name, value in (await self._form(request)).items()}
        who, on = self._looked_at(form)
        problem = await asyncio.to_thread(self._happens, form, on)
        return self._back(who, on, problem)

    def _happens(self, form: Mapping[str, str], on: Messenger) -> str:
        """Let it happen; return what went wrong, "" where nothing did."""
        match form.get("what", ""):
            case "condition" if form.get("condition") in set(Condition):
                with self.lock:
                    on.becomes(Condition(form["condition"]))
            case "time" if (hours := _hours(form.get("hours", ""))) and self.program.running:
                asyncio.run(let_pass(self.program.database_url, on.name, hours))
                if isinstance(on, OnZaloOA):
                    on.time_passes(hours)
            case "token" if isinstance(on, OnZaloOA):
                on.token_ends()
            case "kill":
                self.program.dies()
            case "start" if not self.program.running:
                try:
                    self.program.start()
                except DidNotStart as failed:
                    return f"Chương trình không chạy được: {failed}"
        return ""

    async def adds(self, request: Request) -> Response:
        """Let one more person live in the village."""
        form = await self._form(request)
        name, phone = str(form.get("name", "")).strip()[:60], str(form.get("phone", "")).strip()[:20]
        if name:
            number = max(one.number for one in self.village) + 1
            self.village.append(person(number, name, str(form.get("trade", "")).strip()[:60], phone))
        who, on = self._looked_at({"person": str(self.village[-1].number), "on": str(form.get("on", ""))})
        return self._back(who, on)

    async def _form(self, request: Request) -> dict[str, UploadFile | str]:
        """Return a form of this very page: no other site plays here."""
        if request.headers.get("origin", f"http://{request.url.netloc}") != f"http://{request.url.netloc}":
            raise HTTPException(403)
        return dict(await request.form(max_files=1, max_fields=20))

    def _back(self, who: Person, on: Messenger, problem: str = "") -> Response:
        asked = {"person": who.number, "on": on.name, **({"problem": problem} if problem else {})}
        return RedirectResponse(f"/?{urlencode(asked)}#phone", 303)


def _hours(text: str) -> int:
    return min(int(text), LONGEST_WAIT_HOURS) if text.isascii() and text.isdigit() and len(text) < 5 else 0
