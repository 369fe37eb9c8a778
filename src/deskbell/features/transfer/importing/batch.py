"""One batch of an import: whole lines, loaded in one transaction with one statement for each kind of row."""

from collections.abc import Sequence
from uuid import UUID

from deskbell.features.transfer.format.reading import RecordLine
from deskbell.features.transfer.format.records import Person, Ticket
from deskbell.features.transfer.importing.attachments import attach
from deskbell.features.transfer.importing.building import Known, TicketRows, rows_of
from deskbell.features.transfer.importing.new_tickets import new_tickets, place
from deskbell.features.transfer.importing.prerequisites import (
    add_prerequisites,
    brands_of,
    categories_of,
    groups_of,
    members_of,
    statuses_of,
    tags_of,
)
from deskbell.features.transfer.importing.queries import adding, words
from deskbell.features.transfer.importing.references import People
from deskbell.features.transfer.importing.work import Work


async def load_batch(work: Work, lines: Sequence[RecordLine]) -> None:
    """Loads the lines whose content the organization does not have yet."""
    await add_prerequisites(work, (line.record for line in lines))
    new = await new_tickets(work, lines)
    tickets = [each.ticket for each in new]
    people = People(work.now)
    for line in lines:
        if isinstance(line.record, Person):
            people.describe(line.record)
        if not isinstance(line.record, Ticket):
            work.adjustments += line.adjustments
    for ticket in tickets:
        people.mention_all(ticket)
    members = await members_of(work, people)
    if not new:
        return
    groups, categories = await groups_of(work, tickets), await categories_of(work, tickets)
    brands, tags = await brands_of(work, tickets), await tags_of(work, tickets)
    statuses = await statuses_of(work, tickets)
    known = Known(members, groups, categories, brands, tags, statuses, work.now, work.complete)
    built = [rows_of(each, known) for each in await place(work, new)]
    await _write(work, built)
    await _add_documents(work, [(each.line.line, rows.ticket.id) for each, rows in zip(new, built, strict=True)])


async def _write(work: Work, built: Sequence[TicketRows]) -> None:
    comments = [row for each in built for row in each.comments]
    await adding.add_tickets(work.db, work.organization_id, [each.ticket for each in built])
    if comments:
        await adding.add_comments(work.db, work.organization_id, comments)
    attachments = [one for each in built for one in each.attachments]
    if attachments:
        await attach(work, attachments)
    feedback = [each.feedback for each in built if each.feedback is not None]
    if feedback:
        await adding.add_feedback(work.db, work.organization_id, feedback)
    for each in built:
        work.add_events(each.events)
    work.counts.tickets += len(built)
    work.counts.comments += len(comments)


async def _add_documents(work: Work, tickets: Sequence[tuple[int, UUID]]) -> None:
    ready = [(ticket_id, work.documents[line]) for line, ticket_id in tickets if line in work.documents]
    if ready:
        await words.add_documents(work.db, work.organization_id, ready)
    missing = [ticket_id for line, ticket_id in tickets if line not in work.documents]
    if missing:
        await words.build_documents(work.db, missing)
