"""SQL of macros."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.macros.records import Macro, MacroFile
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, Fragment, all_of, sql
from deskbell.runtime.table import Table

MACROS: Final = Table("macros", Macro, "m")
FILES: Final = Table("macro_files", MacroFile, "f")
BY_TITLE: Final = Order[Macro](
    "m.name_key",
    "m.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda each: (each.title, each.id),
)


def visible_to(actor: Actor) -> Fragment:
    """The rows of `macros m` that an actor may see and use: own ones, and shared ones that are not another group's.

    Who manages shared macros sees all of these.
    """
    if actor.may(Permission.MACRO_MANAGE):
        return sql("(m.owner_id is null or m.owner_id = {})", actor.user_id)
    return sql(
        "(m.owner_id = {} or m.owner_id is null and (m.group_id is null or exists (select from group_members g "
        "where g.organization_id = m.organization_id and g.group_id = m.group_id and g.user_id = {})))",
        actor.user_id,
        actor.user_id,
    )


def matching(search: str, *, active: bool | None) -> Fragment:
    """Macros with a text in their title, ignoring case, and those that are active or not."""
    return all_of(
        [
            sql("strpos(lower(m.title), lower({})) > 0", search) if search else None,
            None if active is None else sql("m.active = {}", active),
        ]
    )


async def count_of(db: Db, owner_id: UUID | None) -> int:
    """The number of a member's macros; of None that of the shared ones."""
    return int(
        await db.fetch_value(sql("select count(*) from macros m where m.owner_id is not distinct from {}", owner_id))
    )


async def files_of(db: Db, macro_ids: Sequence[UUID]) -> dict[UUID, list[MacroFile]]:
    """The files of macros, in their order."""
    found: dict[UUID, list[MacroFile]] = {}
    for file in await FILES.fetch(db, sql("f.macro_id = any({}) order by f.position", list(macro_ids))):
        found.setdefault(file.macro_id, []).append(file)
    return found


async def place(db: Db, file_id: UUID, position: int) -> None:
    """Gives a file its place among those of its macro."""
    await db.execute(sql("update macro_files set position = {} where id = {}", position, file_id))


async def take_over(db: Db, file: MacroFile, organization_id: UUID) -> None:
    """Makes an upload a file of a macro: the content stays where it is."""
    await db.execute(sql("delete from files where id = {}", file.id))
    await db.execute(FILES.insert(file, organization_id=organization_id))


async def remove_files(db: Db, organization_id: UUID, macro_id: UUID, kept: Sequence[UUID], now: datetime) -> None:
    """Removes the other files of a macro. Their contents are deleted after the commit."""
    await db.execute(
        sql(
            "with gone as (delete from macro_files where macro_id = {} and id <> all({}) returning storage_key) "
            "insert into removed_files (organization_id, storage_key, removed_at) select {}, storage_key, {} from gone "
            "on conflict do nothing",
            macro_id, list(kept), organization_id, now,
        )
    )  # fmt: skip
