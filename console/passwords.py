"""Passwords: one-time ones, hashing with argon2, and what a chosen one must be."""

import asyncio
import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 200
LEAST_SCORE = 3
LONGEST_SCORED = 72
# What anybody would try here first.
OUR_WORDS = ("khuyencong", "khuyến công", "trungtam", "trung tâm", "congthuong", "công thương", "canbo", "matkhau")
AT_ONCE = 2
MOST_WAITING = 16
# No letter or digit that is read as another on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """Return a password to be read out or written down: three groups of four, 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def problem_with(password: str, again: str, name: str) -> str:
    """Return what is wrong with a chosen password, in Vietnamese; empty where nothing is."""
    if password != again:
        return "Hai lần gõ mật khẩu mới chưa giống nhau."
    if len(password) < SHORTEST:
        return f"Mật khẩu mới cần ít nhất {SHORTEST} ký tự. Một câu ngắn dễ nhớ là tốt."
    if len(password) > LONGEST:
        return f"Mật khẩu mới nhiều nhất {LONGEST} ký tự."
    if name.casefold() in password.casefold() or _score(password, name) < LEAST_SCORE:
        return "Mật khẩu này dễ đoán; chọn câu khác, không chứa tên đăng nhập."
    return ""


def _score(password: str, name: str) -> int:
    """Return how hard a password is to guess, 0 to 4: 3 withstands ten thousand million guesses."""
    # Loaded when it is first asked for: its lists of words take a tenth of a second of the start.
    from zxcvbn import zxcvbn

    score: int = zxcvbn(password[:LONGEST_SCORED], user_inputs=[name, *OUR_WORDS])["score"]
    return score


class Passwords:
    """Hashes and checks passwords in threads, two at a time: each takes a tenth of a second and 64 MiB."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Return the hash to keep."""
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, password)

    @property
    def busy(self) -> bool:
        """Whether more passwords wait to be checked than honest people type."""
        return self._waiting >= MOST_WAITING

    async def matches(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one kept; where none is kept the same time is spent."""
        self._waiting += 1
        try:
            async with self._gate:
                return await asyncio.to_thread(self._matches, kept, password)
        finally:
            self._waiting -= 1

    def _matches(self, kept: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(kept or self._nobodys, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())
