"""Which tickets of a batch are new, and under which ids and numbers they come in."""

from collections.abc import Sequence
from uuid import UUID

from deskbell.features.transfer.format import Ticket
from deskbell.features.transfer.identity import HIGHEST_NUMBER, id_of
from deskbell.features.transfer.queries import adding, finding
from deskbell.features.transfer.reading import LineProblem, RecordLine
from deskbell.features.transfer.rows import Placed
from deskbell.features.transfer.work import Work
from deskbell.kernel.ids import new_id

__all__ = ["Arrival", "free_id", "fresh_tickets", "placed"]

Arrival = tuple[int, UUID | None, Ticket]
"""A line's number, the id that its ticket brings, and the ticket."""


async def fresh_tickets(work: Work, lines: Sequence[RecordLine]) -> list[Arrival]:
    """The tickets that are not there yet."""
    brought: list[Arrival] = [
        (number, id_of(work.organization_id, record), record) for number, record in lines if isinstance(record, Ticket)
    ]
    ids = [key for _, key, _ in brought if key is not None]
    names = [ticket.external_id for _, _, ticket in brought if ticket.external_id is not None]
    spoken = [c.external_id for _, _, ticket in brought for c in ticket.comments if c.external_id is not None]
    known_ids = await finding.ticket_ids(work.db, ids) if ids else set()
    known_names = await finding.ticket_external_ids(work.db, names) if names else set()
    known_spoken = await finding.comment_external_ids(work.db, spoken) if spoken else set()
    fresh: list[Arrival] = []
    for arrival in brought:
        line, key, ticket = arrival
        if key in known_ids or ticket.external_id in known_names:
            work.counts.present += 1
            continue
        repeated = _repeated_comment(ticket, known_spoken)
        if repeated is not None:
            sentence = "is the name of a comment that is there already"
            work.problems.append(LineProblem(line, f"comments[{repeated}].external_id", sentence))
            continue
        fresh.append(arrival)
        known_ids |= {key} if key is not None else set()
        known_names |= {ticket.external_id} if ticket.external_id is not None else set()
        known_spoken |= {c.external_id for c in ticket.comments if c.external_id is not None}
    return fresh


async def placed(work: Work, fresh: Sequence[Arrival]) -> list[Placed]:
    """The new tickets with ids for them and their comments, and with numbers. No number is given to others meanwhile."""
    brought = [comment.id for _, _, ticket in fresh for comment in ticket.comments if comment.id is not None]
    taken = await finding.comment_ids(work.db, brought) if brought else set()
    comment_ids = [[free_id(comment.id, taken) for comment in ticket.comments] for _, _, ticket in fresh]
    numbers = await _numbers(work, [ticket.number for _, _, ticket in fresh])
    return [
        Placed(line, ticket, key or new_id(), number, ids)
        for (line, key, ticket), number, ids in zip(fresh, numbers, comment_ids, strict=True)
    ]


def free_id(brought: UUID | None, taken: set[UUID]) -> UUID:
    """The id that was brought if nobody has it, else a new one; it counts as taken then."""
    free = brought if brought is not None and brought not in taken else new_id()
    taken.add(free)
    return free


async def _numbers(work: Work, wanted: Sequence[int | None]) -> list[int]:
    """A number for each: its own where that is free, else the next."""
    last = await adding.last_number(work.db, work.organization_id)
    behind = [number for number in wanted if number is not None and number <= last]
    taken = await finding.taken_numbers(work.db, behind) if behind else set()
    kept: list[int | None] = []
    for number in wanted:
        if number is None or number > HIGHEST_NUMBER or number in taken:
            kept.append(None)
            continue
        taken.add(number)
        kept.append(number)
    last = max([last, *taken])
    numbers: list[int] = []
    for number in kept:
        if number is None:
            last += 1
        numbers.append(last if number is None else number)
    await adding.set_last_number(work.db, work.organization_id, last)
    return numbers


def _repeated_comment(ticket: Ticket, known: set[str]) -> int | None:
    """Which comment has a name that another one has."""
    seen: set[str] = set()
    for index, comment in enumerate(ticket.comments):
        if comment.external_id is None:
            continue
        if comment.external_id in known or comment.external_id in seen:
            return index
        seen.add(comment.external_id)
    return None
