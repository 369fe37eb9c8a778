"""Counts and problems of an import."""

from typing import Final

from msgspec import Struct

from deskbell.features.transfer.format.reading import LineProblem

KEPT_PROBLEMS: Final = 1_000
"""Number of problems that are kept in full; all are counted."""


class Counts(Struct):
    """How many of each kind were loaded; `present` were there already, `refused` are lines that could not be."""

    tickets: int = 0
    comments: int = 0
    people: int = 0
    groups: int = 0
    categories: int = 0
    tags: int = 0
    files: int = 0
    present: int = 0
    refused: int = 0

    def add(self, other: "Counts") -> None:
        """Adds another's numbers to these."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Summary(Struct):
    """What a load has done so far. `problems` holds the first of the lines that were refused."""

    counts: Counts
    problems: list[LineProblem]
    last_line: int = 0

    def refuse(self, problem: LineProblem) -> None:
        """Notes a line that was refused."""
        self.counts.refused += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)
