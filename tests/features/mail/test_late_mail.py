"""Admins learn of mail that waits for too long, once."""

from typing import Any

import pytest

from deskbell.features.mail import service as mail
from deskbell.features.mail.records import NewMail
from deskbell.kernel.ids import new_id
from tests.features.mail.test_filing import received, written
from tests.features.mail.test_sending import CLEO, replied, send
from tests.support.desk import Organization
from tests.support.sink import running_sink
from tests.support.work import run_job, work


async def alerts(shop: Organization) -> list[str]:
    """The titles of the admin's notifications about waiting mail, after a look."""
    await run_job(shop.desk, "mail.look_for_late_mail")
    await work(shop.desk, shop, send=False)
    found: list[Any] = (await (await shop.client("admin")).get("/notifications")).json()["data"]
    return [each["title"] for each in found if each["type"] == "mail_waiting"]


async def change(shop: Organization, statement: str) -> None:
    """Changes rows of the shop."""
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(statement)


@pytest.mark.parametrize("again", [False, True])
async def test_received_mail_that_is_not_filed(shop: Organization, again: bool) -> None:
    await shop.person("admin")
    new = NewMail(id=new_id(), source="command", size=1, raw_digest=b"late", raw=b"x")
    async with shop.desk.database.unit(shop.system()) as uow:
        await mail.accept(uow, new)
    # Not due, so that no worker of another test files it.
    await change(shop, "update received_mails set next_try_at = now() + interval '1 day'")
    assert await alerts(shop) == []
    await change(shop, "update received_mails set arrived_at = now() - interval '6 minutes'")
    title = "Received mail has waited for 5 minutes to be filed: 1"
    assert await alerts(shop) == [title]
    assert await alerts(shop) == [title], "an alert that stands is not repeated"
    if again:
        await change(shop, "update received_mails set arrived_at = now()")
        assert await alerts(shop) == [title]
        await change(shop, "update received_mails set arrived_at = now() - interval '6 minutes'")
        assert await alerts(shop) == [title, title]


async def test_mail_that_no_server_takes(shop: Organization, rival: Organization) -> None:
    await shop.person("admin")
    first = await received(shop, written(CLEO))
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        sink.answer = lambda _phase, _to: "451 4.3.0 Later"
        await send(shop, sink)
    assert await alerts(shop) == []
    await change(shop, "update mail_deliveries set created_at = now() - interval '61 minutes'")
    assert await alerts(shop) == ["Mail has waited for an hour to be sent: 1"]
    assert await alerts(rival) == []
