"""Comments and what hangs on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from deskbell.features.tickets.queries.visibility import visible_comments_to
from deskbell.features.tickets.records import Attachment, Comment, Person
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest, encode_cursor
from deskbell.kernel.permissions import Role
from deskbell.runtime.keyset import Order
from deskbell.runtime.sql import Db, all_of, sql

__all__ = [
    "add",
    "add_attachments",
    "attachments_of",
    "attachments_of_ticket",
    "by_ids",
    "find_visible",
    "list_visible",
    "page_visible",
    "remove",
    "reword",
    "ticket_id_of",
]

COLUMNS: Final = sql(
    "c.id, c.ticket_id, c.author_id, m.name, m.email, m.avatar_url, m.role, c.body, c.public, c.channel, c.external_id, "
    "c.created_at, c.edited_at"
)
_FROM: Final = sql("comments c join memberships m on m.organization_id = c.organization_id and m.user_id = c.author_id")
_BY_TIME: Final = Order("c.created_at", "c.id", shape=tuple[datetime, UUID])
_ATTACHMENT: Final = sql("f.id, f.comment_id, f.file_id, f.filename, f.url, f.mime_type, f.size")


def _comment(row: Any, attachments: list[Attachment]) -> Comment:
    return Comment(
        id=row[0], ticket_id=row[1], author=Person(row[2], row[3], row[4], row[5], Role(row[6])), body=row[7],
        public=row[8], channel=row[9], external_id=row[10], created_at=row[11], edited_at=row[12],
        attachments=attachments,
    )  # fmt: skip


async def add(db: Db, organization_id: UUID, comment: Comment) -> None:
    """Writes a comment."""
    await db.execute(
        "insert into comments (organization_id, id, ticket_id, author_id, body, public, channel, external_id, created_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        organization_id, comment.id, comment.ticket_id, comment.author.id, comment.body, comment.public,
        comment.channel, comment.external_id, comment.created_at,
    )  # fmt: skip


async def add_attachments(
    db: Db, organization_id: UUID, ticket_id: UUID, comment_id: UUID, attachments: Sequence[Attachment]
) -> None:
    """Hangs files on a comment, in order."""
    await db.execute(
        "insert into attachments (organization_id, id, ticket_id, comment_id, file_id, filename, url, mime_type, size, "
        "position) select $1, a.id, $2, $3, a.file_id, a.filename, a.url, a.mime_type, a.size, a.position "
        "from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::bigint[]) "
        "with ordinality as a (id, file_id, filename, url, mime_type, size, position)",
        organization_id, ticket_id, comment_id, [a.id for a in attachments], [a.file_id for a in attachments],
        [a.filename for a in attachments], [a.url for a in attachments], [a.mime_type for a in attachments],
        [a.size for a in attachments],
    )  # fmt: skip


async def find_visible(db: Db, actor: Actor, comment_id: UUID) -> Comment | None:
    """A comment that the actor may see; its ticket must be looked at as well."""
    row = await db.fetch_one(
        sql("select {} from {} where c.id = {} and {}", COLUMNS, _FROM, comment_id, visible_comments_to(actor))
    )
    return None if row is None else _comment(row, [])


async def by_ids(db: Db, comment_ids: Sequence[UUID]) -> dict[UUID, Comment]:
    """Comments of the entered organization, whoever may see them: for readers of the journal, which decide for each."""
    rows = await db.fetch_all(sql("select {} from {} where c.id = any({})", COLUMNS, _FROM, list(comment_ids)))
    return {comment.id: comment for comment in await _with_attachments(db, rows)}


async def ticket_id_of(db: Db, comment_id: UUID) -> UUID | None:
    """The ticket that a comment stands on."""
    value = await db.fetch_value(sql("select ticket_id from comments where id = {}", comment_id))
    return None if value is None else UUID(bytes=value.bytes)


async def list_visible(db: Db, actor: Actor, ticket_id: UUID) -> list[Comment]:
    """A ticket's whole conversation as the actor may see it, oldest first."""
    rows = await db.fetch_all(
        sql(
            "select {} from {} where c.ticket_id = {} and {} order by c.created_at, c.id",
            COLUMNS, _FROM, ticket_id, visible_comments_to(actor),
        )
    )  # fmt: skip
    return await _with_attachments(db, rows)


async def page_visible(db: Db, actor: Actor, ticket_id: UUID, page: PageRequest) -> Page[Comment]:
    """A part of a ticket's conversation, oldest first unless asked otherwise."""
    wanted = sql("c.ticket_id = {} and {}", ticket_id, visible_comments_to(actor))
    down = page.descends(False)
    rows = await db.fetch_all(
        sql(
            "select {} from {} where {} order by {} limit {} offset {}",
            COLUMNS, _FROM, all_of([wanted, _BY_TIME.after(page.cursor, descending=down)]),
            _BY_TIME.by(descending=down), page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(*) from comments c where {}", wanted)))
    comments = await _with_attachments(db, rows[: page.limit])
    more = len(rows) > page.limit
    return Page(comments, total, page, encode_cursor(comments[-1].created_at, comments[-1].id) if more else None)


async def _with_attachments(db: Db, rows: Sequence[Any]) -> list[Comment]:
    if not rows:
        return []
    hung = await attachments_of(db, [row[0] for row in rows])
    return [_comment(row, hung.get(row[0], [])) for row in rows]


async def attachments_of(db: Db, comment_ids: Sequence[UUID]) -> dict[UUID | None, list[Attachment]]:
    """The files on some comments, one query for all."""
    rows = await db.fetch_all(
        sql(
            "select {} from attachments f where f.comment_id = any({}) order by f.comment_id, f.position",
            _ATTACHMENT,
            list(comment_ids),
        )
    )
    hung: dict[UUID | None, list[Attachment]] = {}
    for row in rows:
        hung.setdefault(row[1], []).append(Attachment(*row))
    return hung


async def attachments_of_ticket(db: Db, ticket_id: UUID) -> list[Attachment]:
    """The files of a ticket itself, which an import brings with its description; those of its comments are apart."""
    rows = await db.fetch_all(
        sql(
            "select {} from attachments f where f.ticket_id = {} and f.comment_id is null order by f.position, f.id",
            _ATTACHMENT,
            ticket_id,
        )
    )
    return [Attachment(*row) for row in rows]


async def reword(db: Db, comment_id: UUID, body: str, now: datetime) -> None:
    """Changes a comment's words."""
    await db.execute(sql("update comments set body = {}, edited_at = {} where id = {}", body, now, comment_id))


async def remove(db: Db, comment_id: UUID) -> None:
    """Removes a comment; its files hang on nothing then and are swept up later."""
    await db.execute(sql("delete from comments where id = {}", comment_id))
