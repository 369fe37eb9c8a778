"""The part of their conversations that rows of lists show, in one statement for all rows."""

from collections.abc import Sequence
from uuid import UUID

from deskbell.features.tickets.listing_records import EXCERPT, RowExtras
from deskbell.features.tickets.queries.visibility import visible_comments_to
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission
from deskbell.runtime.journal.description import visible_to
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, Fragment, all_of, sql

reader("unread", "Whether others wrote on a ticket since a user read it.", types=("ticket.created", "comment.added"))


async def extras_of(db: Db, actor: Actor, ticket_ids: Sequence[UUID]) -> dict[UUID, RowExtras]:
    """The latest comments, the counts and the unread marks of tickets that the actor may see.

    Each part is found by an index that begins with the ticket. Without `comments:read` there are no comments.
    """
    seen = visible_comments_to(actor) if actor.may(Permission.COMMENT_READ) else sql("false")
    rows = await db.fetch_all(
        sql(
            "select t.id, p.words, l.id as last_comment_id, l.author_id as last_comment_author_id, "
            "m.name as last_comment_author_name, m.email as last_comment_author_email, "
            "m.avatar_url as last_comment_author_avatar_url, m.role as last_comment_author_role, "
            "l.public as last_comment_public, l.created_at as last_comment_created_at, n.comments_count, "
            "f.attachments_count, {} as unread "
            "from tickets t "
            "left join lateral (select left(c.body, {}) as words from comments c "
            "where c.organization_id = t.organization_id and c.ticket_id = t.id and c.public and {} "
            "order by c.created_at desc, c.id desc limit 1) p on true "
            "left join lateral (select c.id, c.author_id, c.public, c.created_at from comments c "
            "where c.organization_id = t.organization_id and c.ticket_id = t.id and {} "
            "order by c.created_at desc, c.id desc limit 1) l on true "
            "left join memberships m on m.organization_id = t.organization_id and m.user_id = l.author_id "
            "cross join lateral (select count(*) as comments_count from comments c "
            "where c.organization_id = t.organization_id and c.ticket_id = t.id and {}) n "
            "cross join lateral (select count(*) as attachments_count from attachments a "
            "left join comments c on c.organization_id = a.organization_id and c.id = a.comment_id "
            "where a.organization_id = t.organization_id and a.ticket_id = t.id and (a.comment_id is null or {})) f "
            "where t.id = any({})",
            unread_by(actor), EXCERPT, seen, seen, seen, seen, list(ticket_ids),
        )
    )  # fmt: skip
    return {each.id: each for each in read(RowExtras, rows)}


def unread_by(actor: Actor) -> Fragment:
    """Whether another user filed `tickets t` or commented on it after the actor read it. Imported history is read."""
    return sql(
        "exists (select from events e where e.organization_id = t.organization_id and e.ticket_id = t.id "
        "and e.id > coalesce((select r.event_id from ticket_reads r where r.organization_id = t.organization_id "
        "and r.user_id = {} and r.ticket_id = t.id), 0) and e.type in ('ticket.created', 'comment.added') "
        "and e.actor_id is distinct from {} and not e.imported and {})",
        actor.user_id, actor.user_id, all_of([visible_to(actor)]),
    )  # fmt: skip
