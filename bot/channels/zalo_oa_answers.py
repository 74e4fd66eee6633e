"""Answers of Zalo's OpenAPI: what they carry, and what each refusal means."""

from collections.abc import Mapping
from typing import Any

import orjson

from bot.channels.base import TokenRefused
from conversation.channel import Failure, Rejected, Stopped, Uncertain, Unreachable, WindowClosed

LONGEST_REASON = 200
# The rate is counted by the minute, and its refusal does not say when the minute ends.
PAUSES = (4.0, 8.0, 16.0, 32.0, 60.0)

# Zalo's codes of refusals. To whom the window is closed, or for whom nothing is left that we may send, must write
# first; so must who can only be written to for money that the account does not spend.
TOKEN_REFUSED = {-124, -216, -220}
RATE_EXCEEDED = {-32}
CLOSED = {-211, -218, -224, -230, -231, -232, -320, -321}
# Does not follow the account; has been locked or away for long; takes no messages from it.
GONE = {-213, -227, -244}
NOT_SENT = {-200}


class TooMany(Exception):
    """Surely not taken: Zalo has had too many calls of ours for now."""


def data_of(status: int, body: bytes) -> Mapping[str, Any]:
    """Return the data of an answer. Raises TokenRefused, TooMany or a Failure: Zalo refuses with HTTP 200 too."""
    if status == 429:
        raise TooMany
    try:
        told = orjson.loads(body)
        code = int(told["error"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise Uncertain(f"HTTP {status}, not from Zalo") from None
    if status >= 500:
        raise Uncertain(f"HTTP {status}")
    if code:
        raise _refusal(code, str(told.get("message", ""))[:LONGEST_REASON])
    data = told.get("data")
    return data if isinstance(data, dict) else {}


def _refusal(code: int, words: str) -> Failure | TokenRefused | TooMany:
    """Return what Zalo refused, whatever the HTTP status: it answers 200 to most."""
    reason = f"{code} {words}"
    if code in TOKEN_REFUSED:
        return TokenRefused()
    if code in RATE_EXCEEDED:
        return TooMany()
    if code in CLOSED:
        return WindowClosed(reason)
    if code in GONE:
        return Stopped(reason)
    if code in NOT_SENT:
        return Unreachable(reason)
    return Rejected(reason)


def quota_left(data: Mapping[str, Any]) -> int | None:
    """Return how many more messages may be sent to a person, as a number or a text of it; None where it is not said."""
    for place in ("quota", "cs_reply"):
        try:
            return max(0, int(data[place]["remain"]))
        except (KeyError, TypeError, ValueError):
            continue
    return None
