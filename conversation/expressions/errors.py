"""What is wrong with a formula."""


class ExpressionError(ValueError):
    """A formula that cannot be read or evaluated, in words for the member of staff who wrote it.

    `position` is the offset from 0 in the source, where known; the message then names it counting from 1.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message if position is None else f"{message} (ký tự thứ {position + 1}).")
        self.position = position
