"""Files that were too large for a mail, by the link in it."""

from uuid import UUID

from deskbell.features.mail.queries import outgoing
from deskbell.features.tickets.queries import comments, tickets
from deskbell.kernel.access import anyone
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import NotFound
from deskbell.kernel.file_links import is_genuine, read_file_token
from deskbell.kernel.guest_links import LinkEnded
from deskbell.runtime.database import UnitOfWork


@anyone("the token of a mail is the credential")
async def file_of_link(uow: UnitOfWork, token: str, organization_id: UUID) -> UUID:
    """The file that a link of an organization opens. From here on the unit acts for the organization itself.

    Raises `NotFound` for any other token, and where the reply or its ticket is gone; `LinkEnded`.
    """
    parts = read_file_token(token)
    if parts is None or parts[0].organization_id != organization_id:
        raise NotFound("file")
    link, digest = parts
    await uow.enter(Actor.system(organization_id))
    if not is_genuine(await outgoing.keys(uow.db), link, digest):
        raise NotFound("file")
    comment = (await comments.by_ids(uow.db, [link.comment_id])).get(link.comment_id)
    if comment is None or not comment.public or all(each.file_id != link.file_id for each in comment.attachments):
        raise NotFound("file")
    if await tickets.find_visible(uow.db, uow.actor, comment.ticket_id) is None:
        raise NotFound("file")
    if uow.now >= link.expires_at:
        raise LinkEnded
    return link.file_id
