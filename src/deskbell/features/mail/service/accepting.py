"""Taking mail: it is stored, byte for byte, before its sender gets an answer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from deskbell.features.mail.policy import without_plus_word
from deskbell.features.mail.queries import mailboxes, received
from deskbell.features.mail.records import NewMail
from deskbell.kernel.access import step
from deskbell.kernel.mail.records import address_key
from deskbell.runtime.database import UnitOfWork

LEASE: Final = timedelta(minutes=2)
"""The time in which the receiver files a mail; afterwards a worker does."""


@step("the receivers, which act for Deskbell itself")
async def routes(uow: UnitOfWork, recipients: Sequence[str]) -> dict[str, tuple[UUID, UUID]]:
    """Organization and mailbox of each recipient that this server receives mail for.

    An address counts with its word after `+`, without it, and by a mailbox for its whole domain.
    """
    forms = {each: _forms(each) for each in recipients}
    known = {
        address: (organization_id, mailbox_id)
        for address, organization_id, mailbox_id in await mailboxes.routes(
            uow.db, sorted({form for each in forms.values() for form in each})
        )
    }
    found = {each: next((known[form] for form in forms[each] if form in known), None) for each in recipients}
    return {each: place for each, place in found.items() if place is not None}


def _forms(address: str) -> list[str]:
    key = address_key(address)
    return [key, without_plus_word(key), "@" + key.rpartition("@")[2]]


@step("the receivers, which act for Deskbell itself")
async def accept(uow: UnitOfWork, new_mail: NewMail) -> None:
    """Stores a mail in the entered organization. Its sender may be answered once the unit has committed."""
    await uow.begin()
    await received.add(uow.db, uow.actor.organization_id, new_mail, uow.now, uow.now + LEASE)
