"""What guards every page: whom it answers, whose forms it takes, what a browser may load."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL = ("localhost", "127.0.0.1", "::1")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors "
)
HEADERS = {
    "Content-Security-Policy": f"{POLICY}'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Answers only to its own names, as a foreign one may be pointed at us, and takes forms only from its own pages.

    `framed` are the pages that other sites may show in a frame, each with the origins of these.
    """

    def __init__(
        self, app: ASGIApp, names: tuple[str, ...] = (), framed: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.app = app
        self.names = {*LOCAL, *names}
        self.framed = {path: " ".join(origins) for path, origins in (framed or {}).items() if origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope["method"], headers)
        if refusal:
            await refusal(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                if ancestors := self.framed.get(scope["path"]):
                    answer["Content-Security-Policy"] = POLICY + ancestors
                for name, value in HEADERS.items():
                    answer.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, guarded)

    def _refusal(self, method: str, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if urlsplit(f"//{host}").hostname not in self.names:
            return PlainTextResponse("Địa chỉ này không phải của chúng tôi.", 421)
        if method in SAFE_METHODS:
            return None
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        foreign = origin is not None and urlsplit(origin).netloc != host
        if foreign or site in {"cross-site", "same-site"}:
            return PlainTextResponse("Biểu mẫu này không gửi từ trang của chúng tôi.", 403)
        return None
