"""The files that replies and notes of rules name. They stay with the rule for its versions; each use copies them."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.files.queries import lock_deletable
from deskbell.features.files.records import StoredFile
from deskbell.features.rules.queries import files as queries
from deskbell.features.rules.records import Rule, RuleFile
from deskbell.features.tickets.rules import Meaning
from deskbell.kernel.access import step
from deskbell.kernel.errors import Conflict, Invalid, Problem
from deskbell.kernel.events import Change
from deskbell.runtime.database import UnitOfWork

MAX_KEPT: Final = 100
"""The maximum number of files of a rule and its versions."""
KIND: Final = "file"
"""The kind of name in a rule that means one of its files."""

Files: TypeAlias = Mapping[str, Sequence[UUID]]
"""The files that the actions of a rule may name: the ids of those that have a name."""


class Offered(Struct, frozen=True):
    """The files that the actions of a rule may name, and those of them that are uploads so far."""

    files: Files
    uploads: Mapping[UUID, StoredFile]


@step("commands that authorise their actor")
def files_in(names: Sequence[Meaning]) -> dict[str, list[UUID]]:
    """The files that a rule names."""
    return {each.name: [each.id] for each in names if each.kind == KIND}


@step("commands that authorise their actor")
async def offered(
    uow: UnitOfWork, rule_id: UUID | None, names: Sequence[Meaning], file_ids: Sequence[UUID] | UnsetType
) -> Offered:
    """The files of these ids: the rule's own, and uploads of the actor. Without ids, those that the rule names now.

    Raises `Invalid` for `file_ids` that are neither.
    """
    if file_ids is UNSET:
        return Offered(files_in(names), {})
    if len(file_ids) > MAX_KEPT:
        raise Invalid.field("file_ids", "too_many_entries", limit=MAX_KEPT)
    own = {file.id: file for file in await queries.files_of(uow.db, rule_id)} if rule_id is not None else {}
    files: dict[str, list[UUID]] = {}
    uploads: dict[UUID, StoredFile] = {}
    for i, file_id in enumerate(dict.fromkeys(file_ids)):
        file: RuleFile | StoredFile | None = own.get(file_id)
        if file is None:
            upload = await lock_deletable(uow.db, uow.actor, file_id, any_file=False)
            if upload is None or upload.attached:
                raise Invalid([Problem.at(f"file_ids.{i}", "attachment.upload_unknown")])
            file = uploads[file_id] = upload
        files.setdefault(file.filename, []).append(file_id)
    return Offered(files, uploads)


@step("commands that authorise their actor")
async def keep(uow: UnitOfWork, rule: Rule, found: Offered) -> None:
    """Makes the uploads that a rule names its own. Raises `Conflict` above the limit."""
    named = [ids[0] for ids in files_in(rule.names).values()]
    new = [found.uploads[file_id] for file_id in named if file_id in found.uploads]
    if not new:
        return
    if len(await queries.files_of(uow.db, rule.id)) + len(new) > MAX_KEPT:
        raise Conflict("rule.too_many_files", limit=MAX_KEPT)
    files = [
        RuleFile(
            id=each.id, rule_id=rule.id, filename=each.filename, mime_type=each.mime_type, size=each.size,
            sha256=each.sha256, storage_key=each.storage_key,
        )
        for each in new
    ]  # fmt: skip
    await queries.take_over(uow.db, uow.actor.organization_id, files)


@step("commands that authorise their actor")
def change_of(before: Sequence[Meaning], after: Sequence[Meaning]) -> Change | None:
    """The change of a rule's files, by name; one may have become another of its name."""
    was, now = files_in(before), files_in(after)
    return None if was == now else Change(list(was), list(now))
