"""Pictures and recordings that people send through a Zalo bot: public addresses that expire."""

from collections.abc import Collection

from aiohttp import ClientError
from yarl import URL

from bot.channels.pool import NotWritten, Pool, timeouts
from conversation.channel import Rejected, Unreachable

LIMITS = timeouts(pool=5, connect=10, read=20, upload=40)
LARGEST = 20 * 1024 * 1024
MOST_REDIRECTIONS = 3
REDIRECTIONS = {301, 302, 303, 307, 308}


class Media:
    """Downloads from the vendor's hosts alone: what names an address is an event, and whoever forged one must not make
    us ask a machine of our own network.

    Allowed are http and https, `hosts` and what is below them, each redirection judged anew; no other address, whatever
    it resolves to.
    """

    def __init__(self, hosts: Collection[str], connections: int) -> None:
        self._hosts = tuple(hosts)
        self._pool = Pool(connections)

    async def close(self) -> None:
        await self._pool.close()

    async def fetch(self, reference: str) -> bytes:
        """Return a picture or a recording of up to 20 MB. Raises Rejected or Unreachable."""
        place = self._allowed(reference)
        try:
            for _ in range(1 + MOST_REDIRECTIONS):
                found = await self._get(place)
                if isinstance(found, bytes):
                    return found
                place = self._allowed(str(place.join(found)))
        except (NotWritten, ClientError, TimeoutError) as error:
            raise Unreachable(type(error).__name__) from None
        raise Rejected("the file is redirected without end")

    async def _get(self, place: URL) -> bytes | URL:
        """Return what is there, or where it has moved to."""
        async with self._pool.session().get(place, allow_redirects=False, timeout=LIMITS) as answer:
            if answer.status in REDIRECTIONS:
                return _address(answer.headers.get("Location", ""))
            if answer.status != 200:
                raise Rejected(f"HTTP {answer.status}")
            # Stores of files call any file an octet-stream; a page that says no is text.
            if not answer.content_type.startswith(("image/", "audio/")) and not answer.content_type.endswith(
                "/octet-stream"
            ):
                raise Rejected(f"the file is {answer.content_type[:50]}")
            data = bytearray()
            async for part in answer.content.iter_any():
                data += part
                if len(data) > LARGEST:
                    raise Rejected("the file is larger than 20 MB")
            return bytes(data)

    def _allowed(self, reference: str) -> URL:
        place = _address(reference)
        host = place.host or ""
        theirs = any(host == one or host.endswith(f".{one}") for one in self._hosts)
        if not theirs or place.scheme not in {"http", "https"}:
            raise Rejected("the file is not on a host of Zalo's")
        return place


def _address(written: str) -> URL:
    try:
        return URL(written)
    except ValueError:
        raise Rejected("the file has no address") from None
