"""SQL of feedback."""

from uuid import UUID

from deskbell.features.feedback.records import Feedback
from deskbell.runtime.sql import Db, sql

__all__ = ["add", "find"]


async def add(db: Db, organization_id: UUID, feedback: Feedback) -> bool:
    """Writes a verdict; False when its ticket has one already."""
    return bool(
        await db.execute(
            sql(
                "insert into ticket_feedback (organization_id, ticket_id, user_id, rating, comment, created_at) "
                "values ({}, {}, {}, {}, {}, {}) on conflict (organization_id, ticket_id) do nothing",
                organization_id, feedback.ticket_id, feedback.user_id, feedback.rating, feedback.comment,
                feedback.created_at,
            )
        )
    )  # fmt: skip


async def find(db: Db, ticket_id: UUID) -> Feedback | None:
    """The verdict on a ticket."""
    row = await db.fetch_one(
        sql(
            "select f.ticket_id, f.user_id, f.rating, f.comment, f.created_at from ticket_feedback f "
            "where f.ticket_id = {}",
            ticket_id,
        )
    )
    return None if row is None else Feedback(*row)
