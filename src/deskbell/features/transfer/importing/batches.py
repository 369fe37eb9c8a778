"""Divides lines into batches."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from deskbell.features.transfer.format.reading import LineProblem, RecordLine
from deskbell.features.transfer.format.records import AnyArticle, FilePart, Group, Organization, Ticket
from deskbell.features.transfer.importing.chronology import in_order
from deskbell.features.transfer.importing.staging import Staging

MAX_LINES: Final = 500
MAX_CHARACTERS: Final = 4_000_000


class Batch(Struct):
    """Lines of one transaction. `joining` are groups whose members can be added now; `last` is the number of the last line."""

    lines: list[RecordLine]
    problems: list[LineProblem]
    joining: list[Group]
    last: int = 0
    end: bool = False


class BatchReader:
    """Reads batches. `complete` becomes True when the first line is a header, which means that the lines come from an export."""

    def __init__(self, records: Iterable[RecordLine | LineProblem], staging: Staging) -> None:
        self._records: Iterator[RecordLine | LineProblem] = iter(records)
        self._staging = staging
        self._groups: list[Group] = []
        self.complete = False
        self.header = b""

    def next(self) -> Batch:
        """The next batch; the last one has `end` set."""
        batch = Batch([], [], [])
        characters = 0
        for answer in self._records:
            batch.last = answer.line
            characters += len(answer.content or b"")  # refused lines are kept until the batch is loaded, too
            good = self._accepted(answer, batch)
            if good is not None:
                batch.lines.append(good)
                characters += max(0, _length(good) - len(good.content))
            if len(batch.lines) + len(batch.problems) >= MAX_LINES or characters >= MAX_CHARACTERS:
                break
        else:
            batch.end = True
        if self._groups and (batch.end or any(isinstance(line.record, Ticket) for line in batch.lines)):
            # Until the first ticket, `person` lines may still describe the members of a group.
            batch.joining, self._groups = self._groups, []
        return batch

    def _accepted(self, answer: RecordLine | LineProblem, batch: Batch) -> RecordLine | None:
        """The line if it is to be loaded. Stages files, collects groups and records problems of the other lines."""
        if isinstance(answer, LineProblem):
            batch.problems.append(answer)
            return None
        record = answer.record
        refusal = None
        if isinstance(record, Organization):
            self.complete = True
            self.header = answer.content
            return None
        if isinstance(record, FilePart):
            refusal = self._staging.take(record)
        elif isinstance(record, Ticket):
            refusal = self._staging.refusal_of(record)
            answer = in_order(answer, complete=self.complete)
        elif isinstance(record, AnyArticle):
            refusal = self._staging.refusal_of_pictures(record)
        elif isinstance(record, Group) and (record.leads or record.members):
            self._groups.append(record)
        if refusal is not None:
            batch.problems.append(answer.refused(refusal.field, refusal.sentence))
            return None
        return None if isinstance(record, FilePart) else answer


def _length(line: RecordLine) -> int:
    record = line.record
    if isinstance(record, AnyArticle):
        return len(record.content)
    if not isinstance(record, Ticket):
        return 0
    return len(record.description) + sum(len(comment.body) for comment in record.comments)
