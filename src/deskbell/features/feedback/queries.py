"""SQL of feedback."""

from typing import Final
from uuid import UUID

from deskbell.features.feedback.records import Feedback
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_FEEDBACK: Final = Table("ticket_feedback", Feedback, "f", key="ticket_id")


async def add(db: Db, organization_id: UUID, feedback: Feedback) -> bool:
    """Adds a rating; False when its ticket has one already."""
    insert = _FEEDBACK.insert(feedback, organization_id=organization_id)
    return bool(await db.execute(sql("{} on conflict (organization_id, ticket_id) do nothing", insert)))


async def find(db: Db, ticket_id: UUID) -> Feedback | None:
    """The rating of a ticket."""
    return await _FEEDBACK.find(db, sql("f.ticket_id = {}", ticket_id))
