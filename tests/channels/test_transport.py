"""The transport: what surely never left is told from what may have arrived, and the token told nowhere."""

import asyncio
import logging
import ssl
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from telegram import InputFile
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.transport import MaybeSent, Transport, Unsent
from tests.doubles.telegram import TOKEN, TelegramDouble

SECRET = TOKEN.partition(":")[2]
VALUES = {"chat_id": 7, "text": "chào anh/chị"}
Answers = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Wire:
    """A server that does as it is told with each connection, and remembers the first lines it was sent."""

    answers: Answers
    port: int = 0
    heard: list[bytes] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.answers(reader, writer)
        finally:
            writer.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def served(answers: Answers) -> AsyncIterator[Wire]:
    wire = Wire(answers)
    server = await asyncio.start_server(wire, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    async with server:
        yield wire


@asynccontextmanager
async def opened(connections: int = 5, proxy: str = "", read_timeout: float = 10) -> AsyncIterator[Transport]:
    transport = Transport(connections, proxy, read_timeout)
    try:
        yield transport
    finally:
        await transport.shutdown()


def saying(answer: bytes) -> Answers:
    """Read one request, say these bytes, hang up."""

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer)
        await writer.drain()

    return answers


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)


def http(status: int, body: bytes, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %d x\r\n%bContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (status, more, len(body), body)


def url(wire: Wire) -> str:
    return f"{wire.address}/bot{TOKEN}/sendMessage"


async def speaks_no_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"no TLS")
    await writer.drain()


async def says_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def hangs_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await read_request(reader)


def told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


REFUSED = b'{"ok":false,"error_code":%d,"description":"no"}'


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http(400, REFUSED % 400), BadRequest),
        (http(401, REFUSED % 401), InvalidToken),
        (http(403, REFUSED % 403), Forbidden),
        (http(404, REFUSED % 404), InvalidToken),
        (http(409, REFUSED % 409), Conflict),
        (http(429, b'{"ok":false,"parameters":{"retry_after":7}}'), RetryAfter),
        (http(429, b'{"ok":false,"description":"Too Many Requests"}'), RetryAfter),
        (http(500, REFUSED % 500), MaybeSent),
        (http(502, b"<h1>Bad Gateway</h1>"), MaybeSent),
        (http(200, b"<h1>Sign in</h1>"), MaybeSent),
        (b"no HTTP\r\n\r\n", MaybeSent),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", MaybeSent),
        (http(403, b"<h1>Forbidden</h1>"), Unsent),
        (http(403, b'{"message":"blocked"}'), Unsent),
        (http(407, b"who are you"), Unsent),
        (http(307, b"", b"Location: http://127.0.0.1:1/\r\n"), Unsent),
    ],
)
async def test_answers_are_told_apart(answer: bytes, error: type[TelegramError]) -> None:
    async with served(saying(answer)) as wire, opened() as transport:
        with pytest.raises(error) as raised:
            await transport.call(url(wire), VALUES)
        with pytest.raises(error):
            await transport.post(url(wire), RequestData([RequestParameter("chat_id", 7, None)]))
    assert type(raised.value) is error
    assert SECRET not in told(raised.value)


async def test_a_connection_that_is_refused_was_not_used() -> None:
    async with opened() as transport:
        for address in ("http://127.0.0.1:1", "http://nowhere.invalid"):
            with pytest.raises(Unsent) as raised:
                await transport.call(f"{address}/bot{TOKEN}/sendMessage", VALUES)
            assert SECRET not in told(raised.value)


async def test_a_handshake_that_fails_is_before_the_request() -> None:
    async with served(speaks_no_tls) as wire, opened() as transport:
        with pytest.raises(Unsent) as raised:
            await transport.call(url(wire).replace("http:", "https:"), VALUES)
    assert SECRET not in told(raised.value)


async def test_a_server_without_a_certificate_is_before_the_request() -> None:
    async with opened() as transport:
        server = await asyncio.start_server(says_nothing, "127.0.0.1", 0, ssl=a_context())
        port = server.sockets[0].getsockname()[1]
        async with server:
            with pytest.raises(Unsent):
                await transport.call(f"https://127.0.0.1:{port}/bot{TOKEN}/sendMessage", VALUES)


def a_context() -> ssl.SSLContext:
    """A server's side that has nothing to show."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)


@pytest.mark.parametrize("answers", [hangs_up, says_nothing])
async def test_no_answer_after_the_request_may_be_an_arrival(answers: Answers) -> None:
    async with served(answers) as wire, opened(read_timeout=0.05) as transport:
        with pytest.raises(MaybeSent) as raised:
            await transport.call(url(wire), VALUES)
    assert SECRET not in told(raised.value)


async def test_a_kept_connection_that_is_cut_is_not_asked_again() -> None:
    """What is written to it may have been read: POST is sent once, whatever the library does for GET."""
    requests: list[bytes] = []

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await read_request(reader))
        writer.write(http(200, b'{"ok":true,"result":1}').replace(b"Connection: close\r\n", b""))
        requests.append(await read_request(reader))

    async with served(answers) as wire, opened() as transport:
        assert await transport.call(url(wire), VALUES) == 1
        with pytest.raises(MaybeSent):
            await transport.call(url(wire), VALUES)
    assert len(requests) == 2


async def test_who_waits_for_a_free_connection_in_vain_sent_nothing() -> None:
    taken, over = asyncio.Event(), asyncio.Event()

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        taken.set()
        await over.wait()
        writer.write(http(200, b'{"ok":true,"result":1}'))

    async with served(answers) as wire, opened(connections=1) as transport, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(transport.call(url(wire), VALUES))
        await taken.wait()
        with pytest.raises(Unsent):
            await transport.do_request(url(wire), "POST", pool_timeout=0.02, connect_timeout=0.02)
        over.set()
        assert await first == 1


async def test_the_read_timeout_of_a_call_is_its_own(double: TelegramDouble) -> None:
    double.latency = 0.2
    place = f"{double.base_url}{TOKEN}/sendMessage"
    async with opened(read_timeout=0.05) as transport:
        assert (await transport.call(place, VALUES, read_timeout=5))["text"] == VALUES["text"]
        with pytest.raises(MaybeSent):
            await transport.call(place, VALUES)
        assert transport.read_timeout == 0.05


@pytest.mark.parametrize(
    "proxy", ["socks5://127.0.0.1:1080", "10.0.0.1:3128", "proxy", "http://", "http://h:port", "ftp://h:21"]
)
def test_a_proxy_that_cannot_be_used_is_refused_at_once(proxy: str) -> None:
    with pytest.raises(ValueError, match="KCBOT_TELEGRAM_PROXY"):
        Transport(proxy=proxy)


def test_the_words_about_a_proxy_do_not_tell_its_password() -> None:
    with pytest.raises(ValueError) as refused:
        Transport(proxy="socks5://lan:geheim@127.0.0.1:1080")
    assert "geheim" not in str(refused.value)
    assert "socks5" in str(refused.value)


async def test_a_proxy_is_asked_by_name_and_password() -> None:
    requests: list[bytes] = []

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await read_request(reader))
        writer.write(http(200, b'{"ok":true,"result":true}'))

    async with served(answers) as wire, opened(proxy=wire.address.replace("//", "//lan:mo@")) as transport:
        assert await transport.call(f"http://telegram.invalid/bot{TOKEN}/getMe", {}) is True
    assert requests[0].startswith(b"POST http://telegram.invalid/bot")
    assert b"Proxy-Authorization: Basic bGFuOm1v" in requests[0]


@pytest.mark.parametrize("answer", [http(403, b"no"), http(502, b"no"), b""])
async def test_a_proxy_that_opens_no_tunnel_passed_nothing_on(answer: bytes) -> None:
    async with served(saying(answer)) as wire, opened(proxy=wire.address) as transport:
        with pytest.raises(Unsent) as raised:
            await transport.call(f"https://telegram.invalid/bot{TOKEN}/sendMessage", VALUES)
    assert SECRET not in told(raised.value)


async def test_an_upload_keeps_its_name_and_type(double: TelegramDouble) -> None:
    place = f"{double.base_url}{TOKEN}/sendDocument"
    async with opened() as transport:
        await transport.call(place, {"chat_id": 7}, {"document": ('Thông báo "1".pdf', b"%PDF-", "application/pdf")})
        file = InputFile(b"\x89PNG", filename="ảnh.png")
        data = RequestData([RequestParameter("chat_id", 7, None), RequestParameter("document", None, [file])])
        await transport.post(place, data)
    assert [(one.name, one.media_type, one.data) for one in double.uploads.values()] == [
        ('Thông báo "1".pdf', "application/pdf", b"%PDF-"),
        ("ảnh.png", "image/png", b"\x89PNG"),
    ]


async def test_what_is_shut_down_opens_again(double: TelegramDouble) -> None:
    place = f"{double.base_url}{TOKEN}/getMe"
    transport = Transport()
    await transport.initialize()
    for _ in range(2):
        assert (await transport.call(place, {}))["id"] == 42
        await transport.shutdown()
    await transport.shutdown()


async def test_no_log_tells_the_token(double: TelegramDouble, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with opened() as transport:
        await transport.call(f"{double.base_url}{TOKEN}/getMe", {})
        with pytest.raises(NetworkError):
            await transport.call(f"http://127.0.0.1:1/bot{TOKEN}/getMe", {})
    assert SECRET not in caplog.text
