"""Mails of one mailbox are stored one by one, and filed in their order while the next one is fetched."""

import asyncio

from deskbell.channels.mail.in_order import InOrder
from deskbell.channels.mail.intake import Incoming, Intake
from deskbell.features.mail.queries.received import lock_turn
from deskbell.runtime.storage import Storage
from tests.jobs.test_imap import until
from tests.support.desk import Organization


def _mail(shop: Organization, number: int, answers: str = "") -> Incoming:
    raw = (
        f"From: Cleo <cleo@elsewhere.example>\nTo: support@{shop.domain}\nSubject: Zip\n"
        f"Message-ID: <{number}.{shop.id}@elsewhere.example>\n{answers}\nWords {number}\n"
    )
    return Incoming(organization_id=shop.id, source="imap", raw=raw.encode())


async def states(shop: Organization) -> list[str]:
    """The states of the mails, in the order of their arrival."""
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all("select state from received_mails order by arrived_at, id")
    return [row["state"] for row in rows]


async def test_a_mail_is_stored_while_the_one_before_is_filed_and_filed_after_it(shop: Organization) -> None:
    desk = shop.desk
    intake = Intake(desk.database, Storage.open(desk.settings), desk.settings)
    mails = InOrder(intake)
    answer = _mail(shop, 2, f"In-Reply-To: <1.{shop.id}@elsewhere.example>\n")
    try:
        async with desk.database.unit(shop.system()) as uow:
            await uow.begin()
            await lock_turn(uow.db, shop.id)
            await mails.take(_mail(shop, 1))
            second = asyncio.create_task(mails.take(answer))

            async def both_are_stored() -> bool:
                return await states(shop) == ["received", "received"]

            await until(both_are_stored)
            assert not second.done(), "one is filed at most"
        await second
        await mails.take(answer)
        await mails.filed()
    finally:
        await intake.close()
    assert await states(shop) == ["created", "appended", "duplicate"]
