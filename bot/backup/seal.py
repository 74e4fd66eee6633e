"""A file that only its key opens: pieces of AES-256-GCM, in order, the last one marked.

After STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): a piece that is changed, left out, moved or cut off is noticed.
"""

import hashlib
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"KCBOT sealed 1\n"
PIECE = 1024 * 1024
_TAG, _SALT = 16, 16


class NotOpened(Exception):
    """The file is no backup, its key is another, or it was changed or cut off."""


class Sealing:
    """A file to write to, whose bytes are sealed on their way; `close` writes the last piece."""

    def __init__(self, file: BinaryIO, key: str) -> None:
        self._file, self._number, self._held = file, 0, b""
        salt = secrets.token_bytes(_SALT)
        self._cipher = _cipher(key, salt)
        file.write(MAGIC + salt)

    def write(self, data: bytes) -> int:
        self._held += data
        while len(self._held) > PIECE:
            piece, self._held = self._held[:PIECE], self._held[PIECE:]
            self._put(piece, last=False)
        return len(data)

    def close(self) -> None:
        self._put(self._held, last=True)

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, None))
        self._number += 1


def opened(file: BinaryIO, key: str) -> Iterator[bytes]:
    """Yield what was sealed, piece by piece; raises NotOpened."""
    head = file.read(len(MAGIC) + _SALT)
    if not head.startswith(MAGIC) or len(head) < len(MAGIC) + _SALT:
        raise NotOpened
    cipher = _cipher(key, head[len(MAGIC) :])
    number, piece = 0, file.read(PIECE + _TAG)
    while True:
        following = file.read(PIECE + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), piece, None)
        except InvalidTag:
            raise NotOpened from None
        if not following:
            return
        number, piece = number + 1, following


def _cipher(key: str, salt: bytes) -> AESGCM:
    typed = "".join(key.split()).casefold().encode()
    return AESGCM(hashlib.scrypt(typed, salt=salt, n=2**14, r=8, p=1, dklen=32))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
