"""`deskbell doctor` finds mail that has waited for too long."""

from pathlib import Path

from deskbell.features.mail import service as mail
from deskbell.features.mail.records import NewMail
from deskbell.kernel.ids import new_id
from deskbell.runtime.diagnosis import Finding, look_at_database
from tests.api.v1.test_mail import raw_mail, taken
from tests.features.mail.test_own_servers import own_server
from tests.features.mail.test_sending import replied, send
from tests.support.desk import Organization, running_desk
from tests.support.sink import running_sink


async def finding(database_url: str) -> Finding:
    """The doctor's finding about waiting mail."""
    (found,) = [each async for each in look_at_database(database_url) if each.subject == "waiting mail"]
    return found


async def delayed(shop: Organization) -> None:
    """Sends a reply that the mail server does not take yet."""
    filed = await taken(shop, raw_mail("Zip"))
    await replied(shop, filed.mail.ticket_id)
    async with running_sink() as sink:
        sink.answer = lambda _phase, _to: "451 4.3.0 Later"
        await send(shop, sink)


async def test_mail_that_is_not_filed_or_not_sent_in_time_is_a_problem(fresh_database_url: str, tmp_path: Path) -> None:
    async with running_desk(fresh_database_url, tmp_path) as desk:
        shop = await desk.organization()
        await delayed(shop)
        found = await finding(fresh_database_url)
        assert (found.good, found.found) == (True, "0 to be filed, 0 in quarantine, 1 to be sent")
        async with desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update mail_deliveries set first_tried_at = now() - interval '61 minutes'")
        assert not (await finding(fresh_database_url)).good
        async with desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update mail_deliveries set first_tried_at = now()")
        new = NewMail(id=new_id(), source="command", size=1, raw_digest=b"x", raw=b"x")
        async with desk.database.unit(shop.system()) as uow:
            await mail.accept(uow, new)
        assert (await finding(fresh_database_url)).good
        async with desk.database.unit(shop.system()) as uow:
            await uow.db.execute(
                "update received_mails set arrived_at = now() - interval '6 minutes' where id = $1", new.id
            )
        late = await finding(fresh_database_url)
        assert "mail queue" in (late.cure or "")


async def test_a_mailbox_that_does_not_work_is_a_problem(fresh_database_url: str, tmp_path: Path) -> None:
    async def mailboxes() -> Finding:
        return next(iter([each async for each in look_at_database(fresh_database_url) if each.subject == "mailboxes"]))

    async with running_desk(fresh_database_url, tmp_path) as desk:
        shop = await desk.organization()
        assert (await mailboxes()).good
        async with running_sink() as sink:
            await own_server(shop, sink)
        found = await mailboxes()
        assert (found.good, found.found) == (True, "0 read by IMAP, 1 with a mail server of their own")
        async with desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update smtp_accounts set failing_since = now()")
        assert "cannot send" in (await mailboxes()).found
        assert not (await mailboxes()).good
