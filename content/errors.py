"""A mistake in what the house says or asks, with the place to mend it."""

from pathlib import Path


class ContentError(Exception):
    """A content file that cannot be used; `str()` is `file:line: message`, the message in Vietnamese."""

    def __init__(self, file: str | Path, line: int, message: str) -> None:
        super().__init__(file, line, message)
        self.file = file
        self.line = line
        self.message = message

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"
