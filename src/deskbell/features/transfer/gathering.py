"""Cutting a stream of lines into batches. It reads, unpacks and checks, so it runs in a thread while a batch is loaded."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from deskbell.features.transfer.format import FilePart, Group, Organization, Ticket
from deskbell.features.transfer.reading import LineProblem, RecordLine
from deskbell.features.transfer.references import refusal_of
from deskbell.features.transfer.staging import Staging

__all__ = ["Gathered", "Gatherer"]

MOST_LINES: Final = 500
MOST_CHARACTERS: Final = 4_000_000


class Gathered(Struct):
    """Lines to load together. `joining` are groups whose people can now be put in them; `last` is the last line read."""

    lines: list[RecordLine]
    problems: list[LineProblem]
    joining: list[Group]
    last: int = 0
    end: bool = False


class Gatherer:
    """Hands out batches. `complete` holds once the first line was a header: then the lines come from an export."""

    def __init__(self, records: Iterable[RecordLine | LineProblem], staging: Staging) -> None:
        self._records: Iterator[RecordLine | LineProblem] = iter(records)
        self._staging = staging
        self._groups: list[Group] = []
        self.complete = False

    def next(self) -> Gathered:
        """The next batch; the last one says so."""
        batch = Gathered([], [], [])
        characters = 0
        for answer in self._records:
            batch.last = answer.line
            good = self._sorted(answer, batch)
            if good is not None:
                batch.lines.append(good)
                characters += _length(good)
            if len(batch.lines) + len(batch.problems) >= MOST_LINES or characters >= MOST_CHARACTERS:
                break
        else:
            batch.end = True
        if self._groups and (batch.end or any(isinstance(line.record, Ticket) for line in batch.lines)):
            # Before the first ticket the people of a group may still be described; now they are wanted.
            batch.joining, self._groups = self._groups, []
        return batch

    def _sorted(self, answer: RecordLine | LineProblem, batch: Gathered) -> RecordLine | None:
        """The line, if it is one to load; the rest is put where it belongs."""
        if isinstance(answer, LineProblem):
            batch.problems.append(answer)
            return None
        record = answer.record
        refusal = None
        if isinstance(record, Organization):
            self.complete = True
            return None
        if isinstance(record, FilePart):
            refusal = self._staging.take(record)
        elif isinstance(record, Ticket):
            refusal = refusal_of(record) or self._staging.refusal_of(record)
        elif isinstance(record, Group) and (record.leads or record.members):
            self._groups.append(record)
        if refusal is not None:
            batch.problems.append(LineProblem(answer.line, refusal.field, refusal.sentence))
            return None
        return None if isinstance(record, FilePart) else answer


def _length(line: RecordLine) -> int:
    record = line.record
    if not isinstance(record, Ticket):
        return 0
    return len(record.description) + sum(len(comment.body) for comment in record.comments)
