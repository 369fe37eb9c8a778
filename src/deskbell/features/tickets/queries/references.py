"""Looking up what a ticket may refer to: people, groups, categories, tags, files."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.records import Named, Person
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.runtime.rows import read_one
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_PEOPLE: Final = Table("memberships", Person, "m", columns={"id": "m.user_id"})
_STAFF = sorted(role.value for role in STAFF_ROLES)


async def find_person(db: Db, user_id: UUID) -> Person | None:
    """A member of the entered organization who has not left."""
    return await _PEOPLE.find(db, sql("m.user_id = {} and m.ended_at is null", user_id))


async def find_people(db: Db, user_ids: Sequence[UUID]) -> dict[UUID, Person]:
    """Members of the entered organization by id, without those who have left."""
    people = await _PEOPLE.fetch(db, sql("m.user_id = any({}) and m.ended_at is null", list(user_ids)))
    return {person.id: person for person in people}


async def find_staff(db: Db, user_id: UUID) -> Person | None:
    """A member who can be assigned tickets."""
    staff = sql("m.user_id = {} and m.ended_at is null and m.role = any({})", user_id, _STAFF)
    return await _PEOPLE.find(db, staff)


async def find_group(db: Db, group_id: UUID) -> Named | None:
    """A group of the entered organization, locked against deletion until the unit of work ends."""
    row = await db.fetch_one(
        sql("select id, name from groups where id = {} and deleted_at is null for key share", group_id)
    )
    return read_one(Named, row)


async def find_category(db: Db, category_id: UUID) -> Named | None:
    """A category of the entered organization, locked against deletion until the unit of work ends."""
    row = await db.fetch_one(
        sql("select id, name from categories where id = {} and deleted_at is null for key share", category_id)
    )
    return read_one(Named, row)


async def find_brand(db: Db, brand_id: UUID) -> Named | None:
    """A brand of the entered organization, locked against deletion until the unit ends."""
    row = await db.fetch_one(
        sql("select id, name from brands where id = {} and deleted_at is null for key share", brand_id)
    )
    return read_one(Named, row)


async def find_tag(db: Db, tag_id: UUID) -> str | None:
    """The name of a tag of the entered organization."""
    value = await db.fetch_value(sql("select name from tags where id = {} and deleted_at is null", tag_id))
    return None if value is None else str(value)


async def add_tags(db: Db, organization_id: UUID, ids: Sequence[UUID], names: Sequence[str], now: datetime) -> None:
    """Adds the tags whose names are new, each with the id at its place in `ids`."""
    await db.execute(
        sql(
            "insert into tags (organization_id, id, name, created_at) select {}, n.id, n.name, {} "
            "from unnest({}::uuid[], {}::text[]) as n (id, name) "
            "where not exists (select from tags t where t.name = n.name and t.deleted_at is null) on conflict do nothing",
            organization_id,
            now,
            list(ids),
            list(names),
        )
    )


async def lock_tags(db: Db, names: Sequence[str]) -> dict[str, UUID]:
    """The existing tags among some names, locked against deletion until the unit ends."""
    rows = await db.fetch_all(
        sql(
            "select name, id from tags where name = any({}) and deleted_at is null order by name for key share",
            list(names),
        )
    )
    return {row["name"]: row["id"] for row in rows}


class LooseFile(Struct, frozen=True):
    """An upload that is not attached to anything yet."""

    filename: str
    mime_type: str
    size: int
    width: int | None
    height: int | None


async def find_loose_file(db: Db, file_id: UUID, uploader_id: UUID) -> LooseFile | None:
    """A person's upload that is not attached to anything yet."""
    row = await db.fetch_one(
        sql(
            "select f.filename, f.mime_type, f.size, f.width, f.height from files f where f.id = {} and f.uploaded_by = {} "
            "and not exists (select from attachments a where a.organization_id = f.organization_id and a.file_id = f.id)",
            file_id,
            uploader_id,
        )
    )
    return read_one(LooseFile, row)
