"""Why a search text cannot be understood, and where."""

from deskbell.kernel.errors import Param, Problem


class QueryProblem(ValueError):
    """A search that cannot be run as written.

    `position` and `length` (in characters, from 0) mark the part of the text that is meant. `problem` is the reason as a
    code of the message catalogue; its parameter `at` counts the position from 1.
    """

    def __init__(self, code: str, position: int, length: int, **params: Param) -> None:
        self.problem = Problem(code, "", {"at": position + 1, **params})
        super().__init__(code, *self.problem.params.values())
        self.position = position
        self.length = length
