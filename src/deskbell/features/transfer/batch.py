"""One batch of an import: whole lines, loaded in one transaction with one statement for each kind of row."""

from collections.abc import Sequence

from deskbell.features.transfer.arrival import fresh_tickets, placed
from deskbell.features.transfer.format import Person
from deskbell.features.transfer.frame import add_frame, categories_of, groups_of, members_of, note_tags
from deskbell.features.transfer.hanging import hang
from deskbell.features.transfer.queries import adding
from deskbell.features.transfer.reading import RecordLine
from deskbell.features.transfer.references import People
from deskbell.features.transfer.rows import Known, TicketRows, rows_of
from deskbell.features.transfer.work import Work

__all__ = ["load_batch"]


async def load_batch(work: Work, lines: Sequence[RecordLine]) -> None:
    """Loads what the lines say, as far as it is not there."""
    await add_frame(work, (line.record for line in lines))
    fresh = await fresh_tickets(work, lines)
    tickets = [ticket for _, _, ticket in fresh]
    people = People(work.now)
    for line in lines:
        if isinstance(line.record, Person):
            people.describe(line.record)
    for ticket in tickets:
        people.mention_all(ticket)
    members = await members_of(work, people)
    if not fresh:
        return
    groups, categories = await groups_of(work, tickets), await categories_of(work, tickets)
    await note_tags(work, tickets)
    known = Known(members, groups, categories, work.now, work.complete)
    await _write(work, [rows_of(place, known) for place in await placed(work, fresh)])


async def _write(work: Work, built: Sequence[TicketRows]) -> None:
    comments = [row for each in built for row in each.comments]
    await adding.add_tickets(work.db, work.organization_id, [each.ticket for each in built])
    if comments:
        await adding.add_comments(work.db, work.organization_id, comments)
    hanging = [one for each in built for one in each.hanging]
    if hanging:
        await hang(work, hanging)
    feedback = [each.feedback for each in built if each.feedback is not None]
    if feedback:
        await adding.add_feedback(work.db, work.organization_id, feedback)
    await adding.build_search(work.db, [each.ticket.id for each in built])
    for each in built:
        work.tell_all(each.events)
    work.counts.tickets += len(built)
    work.counts.comments += len(comments)
