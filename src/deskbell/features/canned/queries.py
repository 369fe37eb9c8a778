"""SQL of canned responses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.canned.records import CannedFile, CannedResponse
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table

RESPONSES: Final = Table("canned_responses", CannedResponse, "c", without=["files"])
FILES: Final = Table("canned_files", CannedFile, "f")
BY_TITLE: Final = Order[CannedResponse](
    "c.name_key",
    "c.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda each: (each.title, each.id),
)


def visible_to(actor: Actor) -> Fragment:
    """The rows of `canned_responses c` that an actor may see: own ones, and shared ones that are not another group's.

    Leads see all shared ones.
    """
    if actor.may(Permission.TAG_MANAGE):
        return sql("(c.owner_id is null or c.owner_id = {})", actor.user_id)
    return sql(
        "(c.owner_id = {} or c.owner_id is null and (c.group_id is null or exists (select from group_members g "
        "where g.organization_id = c.organization_id and g.group_id = c.group_id and g.user_id = {})))",
        actor.user_id,
        actor.user_id,
    )


async def has_shortcut(db: Db, response: CannedResponse) -> bool:
    """Whether another response of the same owner, or another shared one, has the response's shortcut."""
    return bool(
        await db.fetch_value(
            sql(
                "select exists (select from canned_responses c where lower(c.shortcut) = lower({}) and c.id <> {} "
                "and c.owner_id is not distinct from {})",
                response.shortcut, response.id, response.owner_id,
            )
        )
    )  # fmt: skip


def containing(text: str) -> Fragment:
    """The responses with a text in title, content or shortcut, ignoring case."""
    return sql("strpos(lower(concat_ws(e'\\n', c.title, c.content, c.shortcut)), lower({})) > 0", text)


async def organization_name(db: Db) -> str:
    """The name of the entered organization."""
    return str(await db.fetch_value("select name from organizations where id = (select deskbell_organization())"))


async def count_use(db: Db, actor: Actor, response_id: UUID, now: datetime) -> bool:
    """Counts a use; False for a response that the actor does not see."""
    return bool(
        await db.execute(
            sql(
                "update canned_responses c set used_count = used_count + 1, last_used_at = {} where c.id = {} and {}",
                now,
                response_id,
                visible_to(actor),
            )
        )
    )


async def files_of(db: Db, response_ids: Sequence[UUID]) -> dict[UUID, list[CannedFile]]:
    """The files of responses, in their order."""
    found: dict[UUID, list[CannedFile]] = {}
    for file in await FILES.fetch(db, sql("f.response_id = any({}) order by f.position", list(response_ids))):
        found.setdefault(file.response_id, []).append(file)
    return found


async def place(db: Db, file_id: UUID, position: int) -> None:
    """Gives a file its place among those of its response."""
    await db.execute(sql("update canned_files set position = {} where id = {}", position, file_id))


async def take_over(db: Db, file: CannedFile, organization_id: UUID) -> None:
    """Makes an upload a file of a response: the content stays where it is."""
    await db.execute(sql("delete from files where id = {}", file.id))
    await db.execute(FILES.insert(file, organization_id=organization_id))


async def remove_files(db: Db, organization_id: UUID, response_id: UUID, kept: Sequence[UUID], now: datetime) -> None:
    """Removes the other files of a response. Their contents are deleted after the commit."""
    await db.execute(
        sql(
            "with gone as (delete from canned_files where response_id = {} and id <> all({}) returning storage_key) "
            "insert into removed_files (organization_id, storage_key, removed_at) select {}, storage_key, {} from gone "
            "on conflict do nothing",
            response_id, list(kept), organization_id, now,
        )
    )  # fmt: skip
