"""Words of rules on tickets: in the name of the rule's author, without rights of their own."""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.features.canned import service as canned
from deskbell.features.files import service as files
from deskbell.features.files.records import Upload
from deskbell.features.files.service import Master
from deskbell.features.tickets.comment_records import Attachment, NewComment
from deskbell.features.tickets.queries import comments
from deskbell.features.tickets.records import Person, Ticket
from deskbell.features.tickets.service import add_comment
from deskbell.kernel.access import step
from deskbell.kernel.errors import NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.words import Channel
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.storage import Storage


class RuleWords(Struct, frozen=True):
    """Words to write, before their variables are replaced, and the files to attach copies of."""

    text: str
    public: bool
    files: Sequence[Master]


@step("the reader of the journal that carries out effects of rules")
async def write_words(uow: UnitOfWork, storage: Storage, ticket: Ticket, words: RuleWords, author: Person) -> None:
    """Adds a comment to a ticket, with copies of the files. Raises `NotFound` for a file whose content is gone."""
    copies: list[Upload] = []
    try:
        for file in words.files:
            copies.append(await files.copy(storage, uow.actor.organization_id, file))  # noqa: PERF401 - a failure discards them
        body = (await canned.rendered(uow, words.text, ticket, author)).text
        new = NewComment(body=body, public=words.public, channel=Channel.API)
        comment = await add_comment(uow, ticket.id, new, author_id=author.id)
        for copy in copies:
            await files.add_of(uow, copy, author.id)
        attached = [
            Attachment(new_id(), comment.id, each.id, each.filename, None, each.mime_type, each.size) for each in copies
        ]
        if attached:
            await comments.add_attachments(uow.db, uow.actor.organization_id, ticket.id, comment.id, attached)
    except BaseException as error:
        for copy in copies:
            await storage.delete(copy.storage_key)
        if isinstance(error, FileNotFoundError):
            raise NotFound("file") from error
        raise
