"""Finds existing rows: one statement per kind and batch."""

from collections.abc import Sequence
from uuid import UUID

from deskbell.features.transfer.importing.rows import Member
from deskbell.runtime.sql import Db, sql


async def ticket_ids(db: Db, ids: Sequence[UUID]) -> set[UUID]:
    """The ids among these that tickets have."""
    return {row["id"] for row in await db.fetch_all(sql("select id from tickets where id = any({})", list(ids)))}


async def ticket_external_ids(db: Db, external_ids: Sequence[str]) -> set[str]:
    """The external ids among these that tickets have."""
    rows = await db.fetch_all(sql("select external_id from tickets where external_id = any({})", list(external_ids)))
    return {row["external_id"] for row in rows}


async def comment_ids(db: Db, ids: Sequence[UUID]) -> set[UUID]:
    """The ids among these that comments have."""
    return {row["id"] for row in await db.fetch_all(sql("select id from comments where id = any({})", list(ids)))}


async def comment_external_ids(db: Db, external_ids: Sequence[str]) -> set[str]:
    """The external ids among these that comments have."""
    rows = await db.fetch_all(sql("select external_id from comments where external_id = any({})", list(external_ids)))
    return {row["external_id"] for row in rows}


async def attachment_ids(db: Db, ids: Sequence[UUID]) -> set[UUID]:
    """The ids among these that attachments have."""
    return {row["id"] for row in await db.fetch_all(sql("select id from attachments where id = any({})", list(ids)))}


async def taken_numbers(db: Db, numbers: Sequence[int]) -> set[int]:
    """The numbers among these that tickets have."""
    return {
        row["number"]
        for row in await db.fetch_all(sql("select number from tickets where number = any({})", list(numbers)))
    }


async def members_by_email(db: Db, emails: Sequence[str]) -> dict[str, Member]:
    """The members with these addresses in this organization, else users of other ones. Includes removed members."""
    rows = await db.fetch_all(
        sql(
            "select g.email, coalesce(m.user_id, n.user_id) as id, coalesce(m.role, n.role) as role "
            "from unnest({}::text[]) g (email) "
            "left join memberships m on m.organization_id = (select deskbell_organization()) and m.email = g.email "
            "left join users u on u.email = g.email and m.user_id is null "
            "left join memberships n on n.organization_id = (select deskbell_organization()) and n.user_id = u.id "
            "where m.user_id is not null or n.user_id is not null",
            list(emails),
        )
    )
    return {row["email"]: Member(row["id"], row["role"]) for row in rows}


async def groups_by_name(db: Db, names: Sequence[str]) -> dict[str, UUID]:
    """The groups with these names, in any case, locked until the unit of work ends."""
    rows = await db.fetch_all(
        sql(
            "select n.name, g.id from unnest({}::text[]) n (name) join groups g on lower(g.name) = lower(n.name) "
            "where g.deleted_at is null for key share of g",
            list(names),
        )
    )
    return {row["name"]: row["id"] for row in rows}


async def brands_by_name(db: Db, names: Sequence[str]) -> dict[str, UUID]:
    """The brands with these names, in any case, locked until the unit of work ends."""
    rows = await db.fetch_all(
        sql(
            "select n.name, b.id from unnest({}::text[]) n (name) join brands b on lower(b.name) = lower(n.name) "
            "where b.deleted_at is null for key share of b",
            list(names),
        )
    )
    return {row["name"]: row["id"] for row in rows}


async def statuses_by_name(db: Db, names: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    """The own statuses with these names: each with its id and the status that it is within."""
    rows = await db.fetch_all(
        sql(
            "select w.name, s.id, s.category from unnest({}::text[]) w (name) "
            "join statuses s on lower(s.name) = lower(w.name)",
            list(names),
        )
    )
    return {row["name"]: (row["id"], row["category"]) for row in rows}


async def categories_by_name(db: Db, names: Sequence[str]) -> dict[str, UUID]:
    """The categories with these names, in any case, locked until the unit of work ends."""
    rows = await db.fetch_all(
        sql(
            "select n.name, c.id from unnest({}::text[]) n (name) join categories c on lower(c.name) = lower(n.name) "
            "where c.deleted_at is null for key share of c",
            list(names),
        )
    )
    return {row["name"]: row["id"] for row in rows}
