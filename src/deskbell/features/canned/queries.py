"""SQL of canned responses."""

from typing import Any
from uuid import UUID

from deskbell.features.canned.records import CannedResponse
from deskbell.kernel.paging import Page, PageRequest, decode_cursor, encode_cursor
from deskbell.runtime.sql import Db, all_of, sql

__all__ = ["add", "find", "list_page", "lock", "organization_name", "remove", "shortcut_taken", "write"]

_COLUMNS = sql("c.id, c.title, c.content, c.shortcut, c.created_by, c.created_at, c.updated_at")


def _response(row: Any) -> CannedResponse:
    return CannedResponse(
        id=row[0], title=row[1], content=row[2], shortcut=row[3], created_by=row[4], created_at=row[5],
        updated_at=row[6],
    )  # fmt: skip


async def find(db: Db, response_id: UUID) -> CannedResponse | None:
    """One of the entered organization."""
    row = await db.fetch_one(sql("select {} from canned_responses c where c.id = {}", _COLUMNS, response_id))
    return None if row is None else _response(row)


async def lock(db: Db, response_id: UUID) -> CannedResponse | None:
    """The same, locked until the unit of work ends."""
    row = await db.fetch_one(sql("select {} from canned_responses c where c.id = {} for update", _COLUMNS, response_id))
    return None if row is None else _response(row)


async def list_page(db: Db, search: str | None, page: PageRequest) -> Page[CannedResponse]:
    """A part of the organization's, by title; `search` finds parts of title, content and shortcut."""
    wanted = (
        None
        if not search
        else sql(
            "strpos(lower(concat_ws(e'\\n', c.title, c.content, c.shortcut)), lower({})) > 0",
            search,
        )
    )
    down = page.descends(False)
    way = sql("desc" if down else "asc")
    after = None
    if page.cursor is not None:
        title, response_id = decode_cursor(page.cursor, tuple[str, UUID])
        after = sql("(lower(c.title), c.id) {} (lower({}), {})", sql("<" if down else ">"), title, response_id)
    rows = await db.fetch_all(
        sql(
            "select {} from canned_responses c where {} order by lower(c.title) {}, c.id {} limit {} offset {}",
            _COLUMNS, all_of([wanted, after]), way, way, page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(*) from canned_responses c where {}", all_of([wanted]))))
    found = [_response(row) for row in rows[: page.limit]]
    more = len(rows) > page.limit
    return Page(found, total, page, encode_cursor(found[-1].title, found[-1].id) if more else None)


async def shortcut_taken(db: Db, shortcut: str, but: UUID) -> bool:
    """Whether another one has this shortcut already, in whatever case."""
    return bool(
        await db.fetch_value(
            sql(
                "select exists (select from canned_responses c where lower(c.shortcut) = lower({}) and c.id <> {})",
                shortcut,
                but,
            )
        )
    )


async def add(db: Db, organization_id: UUID, response: CannedResponse) -> None:
    """Keeps a new one."""
    await db.execute(
        sql(
            "insert into canned_responses (organization_id, id, title, content, shortcut, created_by, created_at, "
            "updated_at) values ({}, {}, {}, {}, {}, {}, {}, {})",
            organization_id, response.id, response.title, response.content, response.shortcut, response.created_by,
            response.created_at, response.updated_at,
        )
    )  # fmt: skip


async def write(db: Db, response: CannedResponse) -> None:
    """Writes a locked one's fields."""
    await db.execute(
        sql(
            "update canned_responses set title = {}, content = {}, shortcut = {}, updated_at = {} where id = {}",
            response.title,
            response.content,
            response.shortcut,
            response.updated_at,
            response.id,
        )
    )


async def remove(db: Db, response_id: UUID) -> None:
    """Forgets one."""
    await db.execute(sql("delete from canned_responses where id = {}", response_id))


async def organization_name(db: Db) -> str:
    """What the entered organization calls itself."""
    return str(await db.fetch_value("select name from organizations where id = (select deskbell_organization())"))
