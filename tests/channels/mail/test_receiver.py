"""The receiver, used by the SMTP and LMTP clients of Python."""

import asyncio
import shutil
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from deskbell.channels.mail.intake import Intake
from deskbell.channels.mail.receiver import Limits, Receiver
from deskbell.runtime.database import Database
from deskbell.runtime.storage import Storage
from tests.channels.mail.test_intake import mail
from tests.support.desk import Organization


@asynccontextmanager
async def receiving(shop: Organization, limits: Limits = Limits(), **settings: object) -> AsyncIterator[int]:  # noqa: B008 - it is frozen
    """The port of a receiver."""
    desk = shop.desk
    changed = msgspec.structs.replace(desk.settings, **settings)
    intake = Intake(desk.database, Storage.open(desk.settings), changed)
    receiver = Receiver(desk.database, intake, changed, limits)
    port = await receiver.start("127.0.0.1", 0)
    try:
        yield port
    finally:
        await receiver.stop()
        await intake.close()


def send(port: int, recipients: list[str], raw: bytes) -> dict[str, tuple[int, bytes]]:
    """Sends one mail by SMTP; returns the refused recipients."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        return client.sendmail("cleo@elsewhere.example", recipients, raw)


async def subjects(shop: Organization) -> list[str]:
    """The subjects of the shop's stored mails that are filed, once all of them are."""
    while True:
        async with shop.desk.database.unit(shop.system()) as uow:
            rows = await uow.db.fetch_all("select state, source, subject from received_mails order by arrived_at, id")
        if all(row["state"] != "received" for row in rows):
            return [row["subject"] for row in rows if row["state"] in ("created", "appended")]
        await asyncio.sleep(0.01)


async def stored(shop: Organization) -> int:
    """The number of mails of the shop."""
    async with shop.desk.database.unit(shop.system()) as uow:
        return int(await uow.db.fetch_value("select count(*) from received_mails"))


async def test_a_mail_is_stored_when_its_sender_is_answered_and_filed_for_each_organization(
    shop: Organization, rival: Organization
) -> None:
    to = [f"support@{shop.domain}", f"support+word@{rival.domain}"]
    async with receiving(shop) as port:
        assert await asyncio.to_thread(send, port, to, mail("For both")) == {}
        assert [await stored(shop), await stored(rival)] == [1, 1]
        assert [await subjects(shop), await subjects(rival)] == [["For both"], ["For both"]]


async def test_it_relays_nothing_and_refuses_what_is_too_large(shop: Organization) -> None:
    ours = f"support@{shop.domain}"
    async with receiving(shop, max_mail_bytes=5_000) as port:
        refused = await asyncio.to_thread(send, port, [ours, "victim@elsewhere.example"], mail("For one"))
        assert refused["victim@elsewhere.example"][0] == 550
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await asyncio.to_thread(send, port, ["victim@elsewhere.example"], mail("For none"))
        with pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPDataError)) as large:
            await asyncio.to_thread(send, port, [ours], mail("Large", "word " * 5_000))
        assert large.value.smtp_code == 552
        assert await subjects(shop) == ["For one"]
        assert await stored(shop) == 1


async def test_long_lines_and_leading_dots_arrive_as_they_were_sent(shop: Organization) -> None:
    raw = mail("Long", ".dot\r\n" + "x" * 100_000)
    async with receiving(shop) as port:
        await asyncio.to_thread(send, port, [f"support@{shop.domain}"], raw)
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select raw from received_mails") == raw


async def test_without_a_database_the_sender_is_asked_to_try_again(shop: Organization, fresh_database_url: str) -> None:
    desk = shop.desk
    away = await Database.open(fresh_database_url, size=1)
    await away.close()
    intake = Intake(away, Storage.open(desk.settings), desk.settings)
    receiver = Receiver(away, intake, desk.settings)
    port = await receiver.start("127.0.0.1", 0)
    try:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            await asyncio.to_thread(send, port, [f"support@{shop.domain}"], mail("Later"))
        assert [code for code, _ in refused.value.recipients.values()] == [451]
    finally:
        await receiver.stop()
        await intake.close()


async def test_on_a_nearly_full_disk_the_sender_is_asked_to_try_again(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = [300 * 1024**2, 200 * 1024**2, 300 * 1024**2]
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=space[0]))
    to = [f"support@{shop.domain}"]
    async with receiving(shop) as port:
        await asyncio.to_thread(send, port, to, mail("While there is space"))
        space.pop(0)
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            await asyncio.to_thread(send, port, to, mail("Later"))
        assert [code for code, _ in refused.value.recipients.values()] == [451]
        space.pop(0)
        await asyncio.to_thread(send, port, to, mail("Later"))
        assert await subjects(shop) == ["While there is space", "Later"]


async def test_lmtp_answers_for_each_recipient(shop: Organization, rival: Organization) -> None:
    async with receiving(shop) as port:

        def deliver() -> list[int]:
            client = smtplib.LMTP("127.0.0.1", port, timeout=60)
            client.ehlo_or_helo_if_needed()
            client.mail("cleo@elsewhere.example")
            for address in (f"support@{shop.domain}", f"support@{rival.domain}"):
                client.rcpt(address)
            codes = [client.data(mail("By LMTP"))[0], client.getreply()[0]]
            client.quit()
            return codes

        assert await asyncio.to_thread(deliver) == [250, 250]
        assert [await subjects(shop), await subjects(rival)] == [["By LMTP"], ["By LMTP"]]
        async with shop.desk.database.unit(shop.system()) as uow:
            assert await uow.db.fetch_value("select source from received_mails") == "lmtp"
