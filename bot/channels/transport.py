"""HTTP for python-telegram-bot, on aiohttp and orjson, which tells a request that never left from one that may have.

No address of the Bot API is in what is raised or logged: it holds the token.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import ClientTimeout, FormData
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.channels.pool import NoAnswer, NotWritten, Pool, timeouts

CONNECTIONS = 100
CONNECT_SECONDS = 10.0
POOL_SECONDS = 5.0
READ_SECONDS = 20.0
WRITE_SECONDS = 60.0
WAIT_SECONDS = 5
JSON = {"Content-Type": "application/json"}
# What the library hands over as a timeout: a number, None for never, or its own sign for "none was given".
Seconds = Any
NOT_GIVEN = BaseRequest.DEFAULT_NONE
# Of each part of a form the name of the file, its content, and its media type.
Files = Mapping[str, tuple[str, Any, str]]
NO_FILES: Files = {}
REFUSALS: Mapping[int, type[TelegramError]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
}


class Unsent(NetworkError):
    """Surely not sent: no connection, or an answer that says that nothing was passed on."""


class MaybeSent(NetworkError):
    """The request, or some of it, was written, and no answer of Telegram's came."""


def proxy_address(setting: str) -> URL | None:
    """Read the setting of a proxy, None where there is none; raises ValueError with a Vietnamese sentence."""
    if not setting:
        return None
    try:
        address = URL(setting)
        usable = bool(address.host and address.port)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("KCBOT_TELEGRAM_PROXY chưa đúng dạng; hãy ghi như http://10.0.0.1:3128.")
    if address.scheme not in {"http", "https"}:
        raise ValueError(
            f"KCBOT_TELEGRAM_PROXY: không dùng được proxy {address.scheme}; hãy ghi một proxy http:// hoặc https://."
        )
    return address


class Transport(BaseRequest):
    """One pool of kept connections; `proxy` is as `http://host:port`, raises ValueError where it cannot be used."""

    def __init__(self, connections: int = CONNECTIONS, proxy: str = "", read_timeout: float = READ_SECONDS) -> None:
        self._pool = Pool(connections, proxy_address(proxy))
        self._read_timeout = read_timeout
        self._timeout = timeouts(POOL_SECONDS, CONNECT_SECONDS, read_timeout, None)

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool, which needs a running loop; the first request does so too."""
        self._pool.session()

    async def shutdown(self) -> None:
        """Close all connections; a later request opens new ones."""
        await self._pool.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Read an answer; what is no JSON, a proxy's page say, is not Telegram's."""
        try:
            return orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise MaybeSent("the answer is no JSON") from None

    async def call(
        self, url: str, values: Mapping[str, Any], files: Files = NO_FILES, read_timeout: float | None = None
    ) -> Any:
        """Post values and return the result as it came.

        Raises as the library's own calls, whose layers above `do_request` cost a fifth of a request's time; KeyError,
        TypeError or AttributeError where the answer is no answer of Telegram's.
        """
        timeout = self._timeout
        if files or read_timeout:
            upload = WRITE_SECONDS if files else None
            timeout = timeouts(POOL_SECONDS, CONNECT_SECONDS, read_timeout or self._read_timeout, upload)
        status, payload = await self._fetch("POST", url, values, files, timeout)
        told = self.parse_json_payload(payload)
        if status >= 300:
            raise _refusal(status, told)
        return told["result"]

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Seconds = NOT_GIVEN,
        write_timeout: Seconds = NOT_GIVEN,
        connect_timeout: Seconds = NOT_GIVEN,
        pool_timeout: Seconds = NOT_GIVEN,
    ) -> tuple[int, bytes]:
        """Return status and body of Telegram's answer; raises Unsent, MaybeSent, or RetryAfter."""
        values = request_data.parameters if request_data else {}
        files = request_data.multipart_data if request_data else NO_FILES
        upload = _or(write_timeout, WRITE_SECONDS) if files else None
        pool, connect = _or(pool_timeout, POOL_SECONDS), _or(connect_timeout, CONNECT_SECONDS)
        timeout = timeouts(pool, connect, _or(read_timeout, self._read_timeout), upload)
        return await self._fetch(method, url, values, files, timeout)

    async def _fetch(
        self, method: str, url: str, values: Mapping[str, Any], files: Files, limits: ClientTimeout
    ) -> tuple[int, bytes]:
        body = _form(values, files) if files else _json(values)
        headers = JSON if isinstance(body, bytes) else None
        try:
            status, payload = await self._pool.fetch(method, url, body, headers, limits)
        except NotWritten as error:
            raise Unsent(str(error)) from None
        except NoAnswer as error:
            raise MaybeSent(str(error)) from None
        if status >= 300:
            _refuse_what_is_not_telegram_s(status, payload)
        return status, payload


def _refuse_what_is_not_telegram_s(status: int, payload: bytes) -> None:
    """Raise for an answer whose status is all that it says: Telegram explains in JSON what it refuses."""
    if status >= 500:
        raise MaybeSent(f"HTTP {status}")
    try:
        told = orjson.loads(payload)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict) or "ok" not in told:
        raise Unsent(f"HTTP {status}, not from Telegram")
    if status == 429 and not (told.get("parameters") or {}).get("retry_after"):
        raise RetryAfter(WAIT_SECONDS)


def _refusal(status: int, told: Mapping[str, Any]) -> TelegramError:
    """Return what Telegram refused as the error that the library makes of it."""
    wait = (told.get("parameters") or {}).get("retry_after")
    if wait:
        return RetryAfter(wait)
    return REFUSALS.get(status, NetworkError)(str(told.get("description", status)))


def _json(values: Mapping[str, Any]) -> bytes | None:
    try:
        return orjson.dumps(values) if values else None
    except orjson.JSONEncodeError:  # half a surrogate pair
        raise BadRequest("the text is no Unicode text") from None


def _form(values: Mapping[str, Any], files: Files) -> FormData:
    """Return a form whose files keep their names, which people are shown, and their types."""
    form = FormData(quote_fields=False)
    for name, value in values.items():
        form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
    for name, (filename, content, media_type) in files.items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return form


def _or(timeout: Seconds, otherwise: float) -> float | None:
    return otherwise if timeout is NOT_GIVEN else timeout
