"""Senders that staff decided about."""

from uuid import uuid5

from deskbell.features.mail.events import SenderJudged
from deskbell.features.mail.log import KnownSender, Standing
from deskbell.features.mail.queries import conversations, mailboxes, senders
from deskbell.kernel.errors import Conflict, NotFound
from deskbell.kernel.mail.records import address_key
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import STAFF_ROLES, Permission
from deskbell.runtime.database import UnitOfWork


async def list_senders(uow: UnitOfWork, page: PageRequest) -> Page[KnownSender]:
    """A page of the senders that staff decided about."""
    uow.actor.require(Permission.MAIL_REVIEW)
    return await senders.list_senders(uow.db, page)


async def judge_sender(uow: UnitOfWork, address: str, standing: Standing) -> KnownSender:
    """Blocks or trusts a sender, or a domain as `@example.com`; a repeat changes nothing.

    Raises `Conflict` for trust in a member of the staff, because a header proves nothing, or in an address of ours.
    """
    uow.actor.require(Permission.MAIL_REVIEW)
    key = address_key(address)
    if standing == "trusted":
        person = await conversations.find_person(uow.db, [key])
        if not key or (person is not None and person.role in STAFF_ROLES):
            raise Conflict("mail.staff_not_trusted" if key else "mail.no_sender")
        if await mailboxes.own_addresses(uow.db, [key]):
            raise Conflict("mail.staff_not_trusted")
    await uow.begin()
    new = KnownSender(address=key, standing=standing, created_by=uow.actor.user_id, created_at=uow.now)
    if await senders.save(uow.db, uow.actor.organization_id, new):
        address_id = uuid5(uow.actor.organization_id, key)
        uow.record(SenderJudged(address_id=address_id, address=key, standing=standing))
    return (await senders.find(uow.db, key)) or new


async def clear_sender(uow: UnitOfWork, address: str) -> None:
    """Treats a sender as any other again. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_REVIEW)
    key = address_key(address)
    await uow.begin()
    if not await senders.remove(uow.db, key):
        raise NotFound("address")
    uow.record(SenderJudged(address_id=uuid5(uow.actor.organization_id, key), address=key, standing=None))
