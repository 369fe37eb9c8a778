"""Why a search text cannot be understood, and where."""

__all__ = ["QueryProblem"]


class QueryProblem(ValueError):
    """A search that cannot be run as written.

    `position` and `length` (in characters, from 0) mark the part of the text that is meant; `message` says what is
    allowed.
    """

    def __init__(self, message: str, position: int, length: int) -> None:
        super().__init__(f"{message} (at character {position + 1})")
        self.message = message
        self.position = position
        self.length = length
