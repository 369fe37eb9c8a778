"""A ticket's conversation and history as one list."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.queries import comments as comment_queries
from deskbell.features.tickets.queries import history as history_queries
from deskbell.features.tickets.queries import reads
from deskbell.features.tickets.queries import timeline as queries
from deskbell.features.tickets.queries.history import HistoryEntry
from deskbell.features.tickets.service.reading import find
from deskbell.kernel.paging import decode_cursor, encode_cursor
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["Timeline", "TimelineEntry", "timeline"]


class TimelineEntry(Struct, frozen=True, kw_only=True):
    """A comment, or a step of the history."""

    kind: Literal["comment", "step"]
    at: datetime
    event_id: int | None
    comment: Comment | None = None
    step: HistoryEntry | None = None


class Timeline(Struct, frozen=True):
    """A part of a timeline, newest first; `next_cursor` is None at its end.

    `read_event_id` is the last event that the reader has read, None if they never looked.
    """

    entries: list[TimelineEntry]
    next_cursor: str | None
    read_event_id: int | None

    @property
    def comments(self) -> list[Comment]:
        """The comments among the entries."""
        return [each.comment for each in self.entries if each.comment]


async def timeline(uow: UnitOfWork, ticket_id: UUID, limit: int, cursor: str | None = None) -> Timeline:
    """The latest comments and steps that the actor may see, before a cursor. Raises `NotFound`, `Invalid`.

    The step that a comment was added is left out: the comment itself is there. A page may be shorter than its limit where a
    step holds nothing for its reader.
    """
    uow.actor.require(Permission.TICKET_READ)
    after = None if cursor is None else decode_cursor(cursor, tuple[datetime, str, str])
    await find(uow, ticket_id)
    places = await queries.places_before(uow.db, uow.actor, ticket_id, after, limit + 1)
    shown = places[:limit]
    comments = await comment_queries.of_ids(uow.db, [UUID(each.key) for each in shown if each.kind == "comment"])
    steps = await history_queries.of_ids(uow.db, uow.actor, [int(each.key) for each in shown if each.kind == "step"])
    found = [
        TimelineEntry(
            kind=each.kind, at=each.at, event_id=each.event_id,
            comment=comments.get(UUID(each.key)) if each.kind == "comment" else None,
            step=steps.get(int(each.key)) if each.kind == "step" else None,
        )
        for each in shown
    ]  # fmt: skip
    last = shown[-1] if len(places) > limit else None
    return Timeline(
        [entry for entry in found if entry.comment or entry.step],
        None if last is None else encode_cursor(last.at, last.kind, last.key),
        await reads.read_until(uow.db, uow.actor, ticket_id),
    )
