"""Commands on macros: own ones are their owner's, shared ones are kept by leads."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.canned.queries import RESPONSES
from deskbell.features.canned.queries import visible_to as canned_for
from deskbell.features.fields.configuration import current
from deskbell.features.files.service import own_upload
from deskbell.features.macros import queries
from deskbell.features.macros.checking import names_in, permissions_of, problems_of
from deskbell.features.macros.events import MacroCreated, MacroDeleted, MacroUpdated
from deskbell.features.macros.records import (
    Macro,
    MacroAction,
    MacroChanges,
    MacroComment,
    MacroFile,
    NewMacro,
    WholeMacro,
)
from deskbell.features.rules.queries.rules import called
from deskbell.features.tickets.queries.references import find_group
from deskbell.features.tickets.rules import Meaning
from deskbell.kernel.changes import applied, one_line, require_text
from deskbell.kernel.errors import Conflict, Invalid, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory
from deskbell.runtime.references import gone
from deskbell.runtime.sql import all_of, sql

MAX_SHARED: Final = 1_000
MAX_OWN: Final = 100
MAX_FILES: Final = 10

MACROS: Final = Directory(
    queries.MACROS,
    "macro",
    queries.BY_TITLE,
    created=lambda macro: MacroCreated(macro_id=macro.id, title=macro.title, shared=macro.owner_id is None),
    updated=lambda macro, changes: MacroUpdated(macro_id=macro.id, changes=changes),
    deleted=lambda macro: MacroDeleted(macro_id=macro.id, title=macro.title),
    versioned=True,
)


async def list_macros(
    uow: UnitOfWork, search: str | None, page: PageRequest, *, active: bool | None = None
) -> Page[WholeMacro]:
    """A page of the macros that the actor may see, by title; `search` matches parts of the title."""
    uow.actor.require(Permission.MACRO_USE)
    where = all_of([queries.visible_to(uow.actor), queries.matching((search or "").strip(), active=active)])
    found = await MACROS.page(uow.db, page, where)
    of_macro = await queries.files_of(uow.db, [macro.id for macro in found.items])
    whole = [WholeMacro(macro, of_macro.get(macro.id, [])) for macro in found.items]
    return Page(whole, found.total, found.request, found.next_cursor)


async def get(uow: UnitOfWork, macro_id: UUID) -> WholeMacro:
    """A macro that the actor may see. Raises `NotFound`."""
    uow.actor.require(Permission.MACRO_USE)
    macro = await MACROS.get(uow.db, macro_id, queries.visible_to(uow.actor))
    return WholeMacro(macro, (await queries.files_of(uow.db, [macro_id])).get(macro_id, []))


async def create(uow: UnitOfWork, new: NewMacro) -> WholeMacro:
    """Creates a macro. Raises `Invalid` naming every mistake, `Conflict` above the limit."""
    uow.actor.require(Permission.MACRO_USE)
    owner_id = _owner(uow, shared=new.shared)
    require_text(title=new.title)
    uow.actor.require(*permissions_of(new.actions))
    names = await _checked(uow, new.actions, new.comment)
    await _require_group(uow, new.group_id)
    await _require_room(uow, owner_id)
    macro = Macro(
        id=new_id(), owner_id=owner_id, group_id=new.group_id, title=one_line(new.title), active=new.active,
        actions=new.actions, names=names, comment=new.comment, created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    await MACROS.create(uow, macro)
    return WholeMacro(macro, await _put_files(uow, macro, [], new.file_ids))


def etag(whole: WholeMacro) -> str:
    """The entity tag of a macro."""
    macro = whole.macro
    files = [file.id for file in whole.files]
    return tag_of(macro.title, macro.owner_id, macro.group_id, macro.active, macro.actions, macro.comment, files)


async def update(
    uow: UnitOfWork, macro_id: UUID, changes: MacroChanges, expected_version: Precondition | None = None
) -> WholeMacro:
    """Sets the given fields. Raises `NotFound`, `StaleVersion`, `Forbidden`, `Invalid`, `Conflict` above the limit."""
    uow.actor.require(Permission.MACRO_USE)
    macro = await _locked(uow, macro_id, expected_version)
    require_text(title=changes.title)
    after = replace(applied(macro, changes), title=one_line(macro.title if changes.title is UNSET else changes.title))
    if changes.shared is not UNSET and changes.shared != (macro.owner_id is None):
        after = replace(after, owner_id=_owner(uow, shared=changes.shared))
        await _require_room(uow, after.owner_id)
    if changes.group_id is not UNSET:
        await _require_group(uow, changes.group_id)
    uow.actor.require(*permissions_of([each for each in after.actions if each not in macro.actions]))
    if changes.actions is not UNSET or changes.comment is not UNSET:
        after = replace(after, names=await _checked(uow, after.actions, after.comment))
    before, macro = macro, await MACROS.update(uow, macro, after)
    present = (await queries.files_of(uow.db, [macro_id])).get(macro_id, [])
    wanted = [file.id for file in present] if changes.file_ids is UNSET else list(dict.fromkeys(changes.file_ids))
    if macro.comment is None and changes.file_ids is UNSET:
        wanted = []  # they went with the words
    if wanted == [file.id for file in present]:
        return WholeMacro(macro, present)
    files_now = await _put_files(uow, macro, present, wanted)
    change = Change([file.filename for file in present], [file.filename for file in files_now])
    uow.record(MacroUpdated(macro_id=macro.id, changes={"files": change}))
    if macro.version == before.version:
        macro = replace(macro, version=macro.version + 1)
        await uow.db.execute(queries.MACROS.update(macro, "version"))
    return WholeMacro(macro, files_now)


async def delete(uow: UnitOfWork, macro_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a macro; what was done with it stays. Raises `NotFound`, `StaleVersion`, `Forbidden`."""
    uow.actor.require(Permission.MACRO_USE)
    macro = await _locked(uow, macro_id, expected_version)
    await queries.remove_files(uow.db, uow.actor.organization_id, macro_id, [], uow.now)
    await gone(uow, "macro", macro_id)
    await MACROS.delete(uow, macro)


async def _locked(uow: UnitOfWork, macro_id: UUID, expected_version: Precondition | None) -> Macro:
    macro = await MACROS.lock(uow.db, macro_id, queries.visible_to(uow.actor))
    if macro.owner_id is None:
        uow.actor.require(Permission.MACRO_MANAGE)
    if expected_version is not None:
        whole = WholeMacro(macro, (await queries.files_of(uow.db, [macro_id])).get(macro_id, []))
        expected_version.demand(etag(whole), whole)
    return macro


def _owner(uow: UnitOfWork, *, shared: bool) -> UUID | None:
    if shared:
        uow.actor.require(Permission.MACRO_MANAGE)
        return None
    return uow.actor.id


async def _require_room(uow: UnitOfWork, owner_id: UUID | None) -> None:
    limit = MAX_SHARED if owner_id is None else MAX_OWN
    if await queries.count_of(uow.db, owner_id) >= limit:
        raise Conflict("macro.too_many", limit=limit)


async def _require_group(uow: UnitOfWork, group_id: UUID | None) -> None:
    if group_id is not None and await find_group(uow.db, group_id) is None:
        raise Invalid.field("group_id", "group.unknown")


async def _checked(uow: UnitOfWork, actions: Sequence[MacroAction], comment: MacroComment | None) -> list[Meaning]:
    """The object that each name means: exactly one, or a problem with its place."""
    problems = list(problems_of(actions, comment, await current(uow.db, uow.actor.organization_id)))
    canned_id = comment.canned_response_id if comment is not None else None
    seen = sql("c.id = {} and {}", canned_id, canned_for(uow.actor))
    if canned_id is not None and await RESPONSES.find(uow.db, seen) is None:
        problems.append(Problem.at("comment.canned_response_id", "canned_response.not_found"))
    names = list(names_in(actions))
    wanted = sorted({(name.kind, name.value) for name in names})
    kinds, values = [kind for kind, _ in wanted], [value for _, value in wanted]
    found = {(each.kind, each.name): each.ids for each in await called(uow.db, kinds, values)} if wanted else {}
    problems += [
        Problem.at(
            name.path, "rule.name_unknown" if not ids else "rule.name_ambiguous", name=name.value, at=1, count=len(ids)
        )
        for name in names
        if len(ids := found[name.kind, name.value]) != 1
    ]
    if problems:
        raise Invalid(problems)
    return [Meaning(kind, name, ids[0]) for (kind, name), ids in found.items()]


async def _put_files(
    uow: UnitOfWork, macro: Macro, present: Sequence[MacroFile], file_ids: Sequence[UUID]
) -> list[MacroFile]:
    """Gives a macro these files: present ones, and uploads of the actor, which become its own."""
    if len(file_ids) > MAX_FILES:
        raise Invalid.field("file_ids", "too_many_entries", limit=MAX_FILES)
    if file_ids and macro.comment is None:
        raise Invalid.field("file_ids", "macro.files_without_words")
    known = {file.id: file for file in present}
    files = []
    for position, file_id in enumerate(dict.fromkeys(file_ids)):
        if file_id in known:
            await queries.place(uow.db, file_id, position)
            files.append(replace(known[file_id], position=position))
            continue
        upload = await own_upload(uow, file_id, f"file_ids.{position}")
        file = MacroFile(
            id=upload.id, macro_id=macro.id, position=position, filename=upload.filename, mime_type=upload.mime_type,
            size=upload.size, sha256=upload.sha256, storage_key=upload.storage_key,
        )  # fmt: skip
        await queries.take_over(uow.db, file, uow.actor.organization_id)
        files.append(file)
    await queries.remove_files(uow.db, uow.actor.organization_id, macro.id, file_ids, uow.now)
    return files
