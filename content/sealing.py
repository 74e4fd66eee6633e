"""Addresses of files that hold for a while: signed, so that nobody makes them or prolongs them."""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from conversation.channel import Attachment

DIGITS = 32


def sealed(file: Attachment, key: bytes, until: date) -> Attachment:
    """Return a file whose address holds until the end of a day."""
    return replace(file, seal=f"?han={until:%Y%m%d}&ky={_signature(file.sha, f'{until:%Y%m%d}', key)}")


def holds(sha: str, asked: Mapping[str, str], key: bytes, today: date) -> bool:
    """Whether an address asked for is one that we gave out and that still holds."""
    until = asked.get("han", "")
    right = hmac.compare_digest(asked.get("ky", "").encode(), _signature(sha, until, key).encode())
    return right and until >= f"{today:%Y%m%d}"


def _signature(sha: str, until: str, key: bytes) -> str:
    return hmac.digest(key, f"{sha} {until}".encode(), "sha256").hex()[:DIGITS]
