"""A page of tickets to export, with everything that belongs to them, read in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.tickets.events import TicketAssigned, TicketCreated, TicketUpdated
from deskbell.features.transfer.exporting import queries
from deskbell.features.transfer.format.history import changes_of, fields_as_dict, flattened, steps_of
from deskbell.features.transfer.format.records import Attachment, Change, Comment, Feedback, PersonRef, Ticket
from deskbell.kernel.events import DomainEvent, decode_event
from deskbell.runtime.sql import Db


class StoredFile(Struct, frozen=True):
    """The content of an attachment: its storage key and its expected hash and size."""

    storage_key: str
    sha256: str
    size: int
    filename: str


class Page(Struct):
    """Rows of some tickets and of everything that belongs to them."""

    tickets: list[Any]
    comments: dict[UUID, list[Any]]
    attachments: dict[UUID, list[Any]]
    history: dict[UUID, list[tuple[Any, DomainEvent]]]
    feedback: dict[UUID, Any]
    names: dict[UUID, str]
    emails: dict[UUID, str]

    def files_of(self, ticket_id: UUID) -> list[StoredFile]:
        """The contents of a ticket's attachments, each once."""
        found = {
            row["sha256"]: StoredFile(row["storage_key"], row["sha256"].hex(), row["size"], row["filename"])
            for row in self.attachments.get(ticket_id, [])
            if row["storage_key"] is not None
        }
        return list(found.values())

    def record(self, row: Any, missing: set[str]) -> Ticket:
        """A ticket as a record of the open format, without the files (by SHA-256) that are missing."""
        attached: dict[UUID | None, list[Attachment]] = defaultdict(list)
        for each in self.attachments.get(row["id"], []):
            sha256 = None if each["sha256"] is None else each["sha256"].hex()
            if sha256 is None or sha256 not in missing:
                attached[each["comment_id"]].append(
                    Attachment(
                        filename=each["filename"], id=each["id"], mime_type=each["mime_type"], size=each["size"],
                        sha256=sha256, url=each["url"],
                    )
                )  # fmt: skip
        history = self.history.get(row["id"], [])
        filer = next((self._person(e["actor_id"]) for e, event in history if isinstance(event, TicketCreated)), None)
        verdict = self.feedback.get(row["id"])
        return Ticket(
            id=row["id"], external_id=row["external_id"], number=row["number"], subject=row["subject"],
            description=row["description"], status=row["status"],
            custom_status=row["custom_status"], priority=row["priority"], type=row["type"],
            channel=row["channel"], requester=PersonRef(email=row["requester"]),
            created_by=filer if filer and filer.email != row["requester"] else None,
            assignee=PersonRef(email=row["assignee"]) if row["assignee"] else None, group=row["group_name"],
            category=row["category"], brand=row["brand"], tags=row["tags"],
            custom_fields=fields_as_dict(msgspec.json.decode(row["custom_fields"])), created_at=row["created_at"],
            updated_at=row["updated_at"], first_response_at=row["first_response_at"], solved_at=row["solved_at"],
            closed_at=row["closed_at"], deleted_at=row["deleted_at"], reopen_count=row["reopen_count"] or None,
            feedback=verdict and Feedback(rating=verdict["rating"], comment=verdict["comment"], at=verdict["created_at"]),
            attachments=attached[None],
            comments=[
                Comment(
                    id=each["id"], external_id=each["external_id"], author=PersonRef(email=each["author"]),
                    body=each["body"], public=each["public"], channel=each["channel"], created_at=each["created_at"],
                    edited_at=each["edited_at"], attachments=attached[each["id"]],
                )
                for each in self.comments.get(row["id"], [])
            ],
            changes=self._changes(history),
        )  # fmt: skip

    def _changes(self, history: Sequence[tuple[Any, DomainEvent]]) -> list[Change]:
        found: list[Change] = []
        for row, event in history:
            found += changes_of(event, row["at"], self._person(row["actor_id"]), self._name)
        return flattened(steps_of(found))

    def _person(self, user_id: UUID | None) -> PersonRef | None:
        email = None if user_id is None else self.emails.get(user_id)
        return None if email is None else PersonRef(email=email)

    def _name(self, field: str, value: Any) -> str | None:
        """The address or name for an id in the journal; None for a deleted group."""
        names = self.emails if field in ("assignee", "requester") else self.names
        return names.get(UUID(value))


async def read_page(db: Db, after: int, limit: int, names: dict[UUID, str]) -> Page:
    """The next tickets by number with everything that belongs to them; `names` are those of groups and categories."""
    tickets = await queries.tickets_after(db, after, limit)
    ids = [row["id"] for row in tickets]
    history: dict[UUID, list[tuple[Any, DomainEvent]]] = defaultdict(list)
    people: set[UUID] = set()
    for row in await queries.history_of(db, ids):
        event = decode_event(row["type"], row["payload"])
        history[row["ticket_id"]].append((row, event))
        people |= _people_in(row["actor_id"], event)
    return Page(
        tickets=tickets,
        comments=_by_ticket(await queries.comments_of(db, ids)),
        attachments=_by_ticket(await queries.attachments_of(db, ids)),
        history=history,
        feedback={row["ticket_id"]: row for row in await queries.feedback_of(db, ids)},
        names=names,
        emails=await queries.emails_of(db, sorted(people)),
    )


def _by_ticket(rows: Sequence[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["ticket_id"]].append(row)
    return found


def _people_in(actor_id: UUID | None, event: DomainEvent) -> set[UUID]:
    found = {actor_id} if actor_id is not None else set()
    if isinstance(event, TicketAssigned | TicketUpdated):
        for key in ("assignee_id", "requester_id"):
            if (change := event.changes.get(key)) is not None:
                found |= {UUID(value) for value in (change.was, change.now) if value is not None}
    return found
