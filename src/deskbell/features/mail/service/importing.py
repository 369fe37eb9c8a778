"""Mails of archives, which become tickets without rules, notifications or answers."""

from collections.abc import Sequence
from uuid import UUID

from deskbell.features.mail.importing import ImportedMail
from deskbell.features.mail.queries import importing as queries
from deskbell.features.mail.queries import mailboxes
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork


async def known(uow: UnitOfWork, digests: Sequence[bytes]) -> set[bytes]:
    """Those of these contents of mails that were received or imported before."""
    uow.actor.require(Permission.MAIL_READ)
    return await queries.known(uow.db, digests)


async def own_and_staff(uow: UnitOfWork) -> tuple[frozenset[str], frozenset[str]]:
    """The addresses of all mailboxes, and those of the staff."""
    uow.actor.require(Permission.MAIL_READ)
    own, staff = await queries.own_and_staff(uow.db)
    return frozenset(own), frozenset(staff)


async def remember(uow: UnitOfWork, mails: Sequence[ImportedMail], mailbox_id: UUID | None) -> None:
    """Notes imported mails with their tickets: answers to them join, and a repeat of the import finds them."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await uow.begin()
    found = await mailboxes.find(uow.db, mailbox_id)
    await queries.add(uow.db, uow.actor.organization_id, mails, None if found is None else found.id, uow.now)
