"""Counts and problems of an import."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from deskbell.features.transfer.format.adjustments import Adjustment
from deskbell.features.transfer.format.reading import LineProblem

KEPT_PROBLEMS: Final = 1_000
"""Number of problems, and of adjustments, that are kept in full; all are counted."""


class Counts(Struct):
    """Numbers of added rows of each kind, of adjusted values and of lines that were not loaded."""

    tickets: int = 0
    comments: int = 0
    people: int = 0
    groups: int = 0
    categories: int = 0
    brands: int = 0
    tags: int = 0
    definitions: int = 0
    """Fields, statuses, steps, forms, macros and rules."""
    articles: int = 0
    """Each in one language."""
    files: int = 0
    shortened: int = 0
    kept_as_fields: int = 0
    kept_as_files: int = 0
    corrected: int = 0
    present: int = 0
    """Lines whose content the organization had already."""
    refused: int = 0

    def add(self, other: "Counts") -> None:
        """Adds the other counts to these."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Summary(Struct):
    """The progress of a load. `problems` and `adjustments` hold the first ones."""

    counts: Counts
    problems: list[LineProblem]
    adjustments: list[Adjustment] = []
    last_line: int = 0

    def refuse(self, problem: LineProblem) -> None:
        """Adds a line that was refused."""
        self.counts.refused += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem._replace(content=None))

    def adjust(self, adjustments: Iterable[Adjustment]) -> None:
        """Adds values that were adjusted."""
        for adjustment in adjustments:
            setattr(self.counts, adjustment.kind, getattr(self.counts, adjustment.kind) + 1)
            if len(self.adjustments) < KEPT_PROBLEMS:
                self.adjustments.append(adjustment)
