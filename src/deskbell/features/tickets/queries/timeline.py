"""A ticket's comments and steps in one order, newest first."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.queries.visibility import visible_comments_to
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission
from deskbell.runtime.journal.description import visible_to
from deskbell.runtime.journal.readers import about_tickets, reader
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, Fragment, sql

reader("conversation", "The steps of a ticket between its comments.", types=about_tickets)


class Place(Struct, frozen=True, kw_only=True):
    """The place of a comment or step: `key` is the comment's id or the event's, both of a fixed length, as text."""

    kind: Literal["comment", "step"]
    at: datetime
    key: str
    event_id: int | None


async def places_before(
    db: Db, actor: Actor, ticket_id: UUID, cursor: tuple[datetime, str, str] | None, limit: int
) -> list[Place]:
    """The latest places of a ticket before a cursor that the actor may see. Both kinds are limited before they are merged."""
    rows = await db.fetch_all(
        sql(
            "select p.kind, p.at, p.key, coalesce(p.event_id, (select e.id from events e "
            "where e.organization_id = (select deskbell_organization()) and e.subject_id = p.comment_id "
            "and e.type = 'comment.added' order by e.id limit 1)) as event_id from ("
            "(select 'comment' as kind, c.created_at as at, c.id::text as key, null::bigint as event_id, c.id as comment_id "
            "from comments c where c.organization_id = (select deskbell_organization()) and c.ticket_id = {} and {} and {} "
            "order by c.created_at desc, c.id desc limit {}) union all "
            "(select 'step', e.at, lpad(e.id::text, 20, '0'), e.id, null "
            "from events e where e.organization_id = (select deskbell_organization()) and e.ticket_id = {} "
            "and e.type <> 'comment.added' and {} and {} order by e.at desc, e.id desc limit {})) p "
            "order by p.at desc, p.kind desc, p.key desc limit {}",
            ticket_id, _comments(actor), _before(cursor, sql("c.created_at"), sql("'comment'"), sql("c.id::text")), limit,
            ticket_id, visible_to(actor), _before(cursor, sql("e.at"), sql("'step'"), sql("lpad(e.id::text, 20, '0')")),
            limit, limit,
        )
    )  # fmt: skip
    return read(Place, rows)


def _comments(actor: Actor) -> Fragment:
    return visible_comments_to(actor) if actor.may(Permission.COMMENT_READ) else sql("false")


def _before(cursor: tuple[datetime, str, str] | None, at: Fragment, kind: Fragment, key: Fragment) -> Fragment:
    if cursor is None:
        return sql("true")
    moment, its_kind, its_key = cursor
    # The first condition bounds the index; the second excludes what the page before has of the same moment.
    return sql("{} <= {} and ({}, {}::text, {}) < ({}, {}, {})", at, moment, at, kind, key, moment, its_kind, its_key)
