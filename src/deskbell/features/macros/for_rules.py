"""The words of shared macros, as rules write them: in the name of the rule's author, without rights of their own."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.canned import template
from deskbell.features.canned.context import context_of
from deskbell.features.canned.queries import RESPONSES, organization_name
from deskbell.features.files import service as files
from deskbell.features.files.records import Upload
from deskbell.features.macros import queries
from deskbell.features.macros.records import MacroFile
from deskbell.features.tickets.comment_records import Attachment, NewComment
from deskbell.features.tickets.queries import comments
from deskbell.features.tickets.records import Person, Ticket
from deskbell.features.tickets.service import add_comment
from deskbell.kernel.access import step
from deskbell.kernel.ids import new_id
from deskbell.kernel.words import Channel
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql
from deskbell.runtime.storage import Storage


class MacroWords(Struct, frozen=True):
    """The words of a macro before their variables are replaced, and its files."""

    text: str
    public: bool
    files: list[MacroFile]


@step("the reader of the journal that carries out effects of rules")
async def words_of(uow: UnitOfWork, macro_id: UUID) -> MacroWords | None:
    """The words of a shared macro; None for one that has none, is not active or is gone."""
    macro = await queries.MACROS.find(uow.db, sql("m.id = {} and m.owner_id is null and m.active", macro_id))
    if macro is None or macro.comment is None:
        return None
    text = macro.comment.body
    if macro.comment.canned_response_id is not None:
        response = await RESPONSES.find(uow.db, sql("c.id = {}", macro.comment.canned_response_id))
        if response is None:
            return None
        text = response.content
    found = (await queries.files_of(uow.db, [macro_id])).get(macro_id, [])
    return MacroWords(text, macro.comment.public, found)


@step("the reader of the journal that carries out effects of rules")
async def write_words(uow: UnitOfWork, storage: Storage, ticket: Ticket, words: MacroWords, author: Person) -> None:
    """Adds a macro's words to a ticket, with copies of its files. Raises as `add_comment` does."""
    copies: list[Upload] = []
    try:
        for file in words.files:
            copies.append(await files.copy(storage, uow.actor.organization_id, file))  # noqa: PERF401 - a failure discards them
        body = template.render(words.text, context_of(ticket, author, await organization_name(uow.db))).text
        new = NewComment(body=body, public=words.public, channel=Channel.API)
        comment = await add_comment(uow, ticket.id, new, author_id=author.id)
        for copy in copies:
            await files.add_of(uow, copy, author.id)
        attached = [
            Attachment(new_id(), comment.id, each.id, each.filename, None, each.mime_type, each.size) for each in copies
        ]
        if attached:
            await comments.add_attachments(uow.db, uow.actor.organization_id, ticket.id, comment.id, attached)
    except BaseException:
        for copy in copies:
            await storage.delete(copy.storage_key)
        raise
