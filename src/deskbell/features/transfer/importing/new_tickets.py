"""Finds the new tickets of a batch and gives them ids and numbers."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from deskbell.features.transfer.format.reading import RecordLine
from deskbell.features.transfer.format.records import Ticket
from deskbell.features.transfer.importing.building import Placed
from deskbell.features.transfer.importing.identity import HIGHEST_NUMBER, id_of
from deskbell.features.transfer.importing.queries import adding, finding
from deskbell.features.transfer.importing.work import Work
from deskbell.kernel.ids import new_id


class NewTicket(NamedTuple):
    """A ticket that the organization does not have yet; `id` is None unless the line or its content gives one."""

    line: RecordLine
    id: UUID | None
    ticket: Ticket


async def new_tickets(work: Work, lines: Sequence[RecordLine]) -> list[NewTicket]:
    """The tickets of the batch that the organization does not have yet."""
    candidates = [
        NewTicket(line, id_of(work.organization_id, line.record), line.record)
        for line in lines
        if isinstance(line.record, Ticket)
    ]
    ids = [each.id for each in candidates if each.id is not None]
    names = [each.ticket.external_id for each in candidates if each.ticket.external_id is not None]
    comment_names = [c.external_id for each in candidates for c in each.ticket.comments if c.external_id is not None]
    known_ids = await finding.ticket_ids(work.db, ids) if ids else set()
    known_names = await finding.ticket_external_ids(work.db, names) if names else set()
    known_comment_names = await finding.comment_external_ids(work.db, comment_names) if comment_names else set()
    new: list[NewTicket] = []
    for each in candidates:
        line, key, ticket = each
        if key in known_ids or ticket.external_id in known_names:
            work.counts.present += 1
            continue
        repeated = _repeated_comment(ticket, known_comment_names)
        if repeated is not None:
            sentence = "is the name of a comment that is there already"
            work.problems.append(line.refused(f"comments[{repeated}].external_id", sentence))
            continue
        new.append(each)
        work.adjustments += line.adjustments
        known_ids |= {key} if key is not None else set()
        known_names |= {ticket.external_id} if ticket.external_id is not None else set()
        known_comment_names |= {c.external_id for c in ticket.comments if c.external_id is not None}
    return new


async def place(work: Work, new: Sequence[NewTicket]) -> list[Placed]:
    """Gives new tickets and their comments ids, and tickets numbers; holds the number counter until the commit."""
    tickets = [each.ticket for each in new]
    given = [comment.id for ticket in tickets for comment in ticket.comments if comment.id is not None]
    taken = await finding.comment_ids(work.db, given) if given else set()
    comment_ids = [[free_id(comment.id, taken) for comment in ticket.comments] for ticket in tickets]
    numbers = await _numbers(work, [ticket.number for ticket in tickets])
    return [
        Placed(each.ticket, each.id or new_id(), number, ids)
        for each, number, ids in zip(new, numbers, comment_ids, strict=True)
    ]


def free_id(given: UUID | None, taken: set[UUID]) -> UUID:
    """The id from the file if it is free, else a new one. Adds the result to `taken`."""
    free = given if given is not None and given not in taken else new_id()
    taken.add(free)
    return free


async def _numbers(work: Work, wanted: Sequence[int | None]) -> list[int]:
    """A number for each ticket: its own where that is free, else the next."""
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
    """The index of the first comment whose `external_id` another comment has."""
    seen: set[str] = set()
    for index, comment in enumerate(ticket.comments):
        if comment.external_id is None:
            continue
        if comment.external_id in known or comment.external_id in seen:
            return index
        seen.add(comment.external_id)
    return None
