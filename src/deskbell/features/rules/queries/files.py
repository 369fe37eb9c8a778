"""SQL of the files of rules."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from deskbell.features.rules.records import RuleFile
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

FILES: Final = Table("rule_files", RuleFile, "f")


async def files_of(db: Db, rule_id: UUID) -> list[RuleFile]:
    """The files of a rule and of its versions."""
    return await FILES.fetch(db, sql("f.rule_id = {}", rule_id))


async def by_ids(db: Db, file_ids: Sequence[UUID]) -> list[RuleFile]:
    """Those of these files that are there, in their order."""
    found = {file.id: file for file in await FILES.fetch(db, sql("f.id = any({})", list(file_ids)))}
    return [found[file_id] for file_id in file_ids if file_id in found]


async def take_over(db: Db, organization_id: UUID, files: Sequence[RuleFile]) -> None:
    """Makes uploads files of a rule: the contents stay where they are."""
    await db.execute(sql("delete from files where id = any({})", [file.id for file in files]))
    for file in files:
        await db.execute(FILES.insert(file, organization_id=organization_id))
