"""Answers of the Zalo Bot Platform: what they carry, what a refusal means, and how long to wait after one."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from bot.channels.pauses import Pauses
from conversation.channel import Failure, Rejected, Stopped, Throttled, TokenRevoked, Uncertain

LONGEST_REASON = 200
BAD_REQUEST, TOKEN_REFUSED, TIMED_OUT, TOO_MANY = 400, 401, 408, 429
PAUSES = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 120.0)
# How often a message is tried again that is refused with a code nobody has documented.
MOST_TRIES = 6
MOST_REMEMBERED = 10_000
NAMES_THE_CHAT = ("chat_id", "chat id", "chat not found", "user not found")


class Refused(Exception):
    """Zalo says `ok: false`: by which code, 0 where it names none, and in which words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {words}".strip())
        self.code = code
        self.words = words


def result_of(status: int, body: bytes, token: str) -> Any:
    """Return the result of an answer. Raises Refused, or Uncertain for what is no answer of Zalo's.

    Zalo refuses with HTTP 200 too, so that only `ok` counts.
    """
    try:
        told = orjson.loads(body)
        ok = told["ok"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        ok = None
    if ok is True:
        return told.get("result")
    if ok is not False:
        raise Uncertain(f"HTTP {status}, not from Zalo")
    words = without_token(str(told.get("description") or ""), token)[:LONGEST_REASON]
    raise Refused(_number(told.get("error_code")), words)


def without_token(words: str, token: str) -> str:
    """Return words without the token, nor its secret part alone."""
    secret = token.partition(":")[2] or token
    return words.replace(secret, "…") if secret else words


def _number(code: Any) -> int:
    try:
        return int(code)
    except (TypeError, ValueError):
        return 0


@dataclass
class BackOff:
    """How long to wait after refusals: Zalo does not say it, so that each round waits twice as long as the one before.

    A message that is refused by a code nobody knows is given up after some tries, lest it held up all others for ever.
    """

    _pauses: Pauses = field(default_factory=lambda: Pauses(PAUSES))
    _tries: dict[tuple[str, str], int] = field(default_factory=dict)

    def begin(self) -> int:
        """Return what `failure` is to be told of a send that begins now."""
        return self._pauses.begin()

    def succeeded(self, to: str, text: str) -> None:
        """Begin anew."""
        self._pauses.succeeded()
        self._tries.pop((to, text), None)

    def failure(self, refused: Refused, begun: int, to: str, text: str) -> Failure:
        """Return what a refusal means for a message that was to be sent."""
        code, words = refused.code, refused.words.lower()
        if code == TOKEN_REFUSED:
            return TokenRevoked("Zalo does not know the token")
        if code == BAD_REQUEST:
            return Stopped(str(refused)) if any(gone in words for gone in NAMES_THE_CHAT) else Rejected(str(refused))
        if code == TIMED_OUT or 500 <= code < 600:  # something went wrong inside, before or after the sending
            return Uncertain(str(refused))
        if code == TOO_MANY:
            return Throttled(self._pauses.after(begun))
        tries = self._tries.pop((to, text), 0) + 1
        if tries >= MOST_TRIES:
            return Rejected(str(refused))
        self._tries[to, text] = tries
        if len(self._tries) > MOST_REMEMBERED:
            del self._tries[next(iter(self._tries))]
        return Throttled(self._pauses.after(begun))
