"""Shared macros, for rules that use them."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.canned.queries import RESPONSES
from deskbell.features.macros import queries
from deskbell.features.macros.records import Macro, MacroFile
from deskbell.kernel.access import step
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql


class MacroWords(Struct, frozen=True):
    """The words of a macro before their variables are replaced, and its files."""

    text: str
    public: bool
    files: list[MacroFile]


@step("the reader of the journal that carries out effects of rules")
async def shared_macro(uow: UnitOfWork, macro_id: UUID) -> Macro | None:
    """A shared macro; None for one that is not active or is gone."""
    return await queries.MACROS.find(uow.db, sql("m.id = {} and m.owner_id is null and m.active", macro_id))


@step("the reader of the journal that carries out effects of rules")
async def words_of(uow: UnitOfWork, macro: Macro) -> MacroWords | None:
    """The words of a macro; None for one that has none."""
    if macro.comment is None:
        return None
    text = macro.comment.body
    if macro.comment.canned_response_id is not None:
        response = await RESPONSES.find(uow.db, sql("c.id = {}", macro.comment.canned_response_id))
        if response is None:
            return None
        text = response.content
    found = (await queries.files_of(uow.db, [macro.id])).get(macro.id, [])
    return MacroWords(text, macro.comment.public, found)
