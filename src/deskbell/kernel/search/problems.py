"""Errors in search texts."""

from deskbell.kernel.errors import Param, Problem


class QueryProblem(ValueError):
    """An invalid search text.

    `position` (from 0) and `length` mark the invalid part, in characters. `problem` is the reason as a code of the message
    catalogue; its parameter `at` is the position counted from 1.
    """

    def __init__(self, code: str, position: int, length: int, **params: Param) -> None:
        self.problem = Problem(code, "", {"at": position + 1, **params})
        super().__init__(code, *self.problem.params.values())
        self.position = position
        self.length = length
