"""Rarer ways of mail, in both directions: reports, refusals, releases and what the operator does."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from deskbell.features.mail import service as mail
from deskbell.features.mail.service import operating
from deskbell.features.mail.service.keeping import expire
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import Conflict, NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.records import AbuseReport, DeliveryReport, ReportedRecipient
from tests.api.v1.test_mail import data, file_waiting, raw_mail, taken
from tests.features.mail.test_filing import received, ticket_of, written
from tests.features.mail.test_sending import replied, send, states, words_of
from tests.support.desk import Organization
from tests.support.sink import running_sink
from tests.support.work import work

CLEO = "cleo@elsewhere.example"


async def default_mailbox(shop: Organization, **changes: Any) -> None:
    """Changes the default mailbox."""
    admin = await shop.person("admin")
    box = next(each for each in await data(admin.client, "/mailboxes") if each["is_default"])
    assert (await admin.client.put(f"/mailboxes/{box['id']}", changes)).status_code == 200


async def notices(shop: Organization, key: str, kind: str) -> list[Any]:
    """A person's notifications of a kind."""
    return [each for each in await data(await shop.client(key), "/notifications") if each["type"] == kind]


async def test_an_hour_without_success_notifies_the_author_once(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    await replied(shop, first.ticket_id)
    now = utc_now()
    async with running_sink() as sink:
        sink.answer = lambda _phase, _to: "451 4.3.0 Later"
        for minutes in (0, 2, 7, 18, 34, 65, 130):
            await send(shop, sink, now + timedelta(minutes=minutes))
            await work(shop.desk, shop, send=False)
    assert await states(shop) == {CLEO: "delayed"}
    (late,) = await notices(shop, "agent", "mail_failed")
    assert "not yet reached" in late["title"]


async def test_an_id_that_a_relay_gave_finds_the_ticket(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        sink.answer = lambda phase, _to: "250 2.0.0 Taken as <0102018f2a3b@relay.example>" if phase == "DATA" else None
        await send(shop, sink)
    answer = await received(shop, written(CLEO, "Thanks", answers=("0102018f2a3b@relay.example",)))
    assert (answer.state, answer.ticket_id) == ("appended", first.ticket_id)


async def test_a_token_admits_a_stranger_where_the_mailbox_says_so(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    number = (await ticket_of(shop, first))["number"]
    stranger = written("friend@elsewhere.example", "Me too", ticket_numbers=(number,))
    apart = await received(shop, replace(stranger, token_numbers=[number]))
    assert apart.ticket_id != first.ticket_id
    await default_mailbox(shop, token_admits=True)
    again = written("friend@elsewhere.example", "Me three", ticket_numbers=(number,))
    joined = await received(shop, replace(again, token_numbers=[number]))
    assert joined.ticket_id == first.ticket_id
    followers = await data(await shop.client("agent"), f"/tickets/{first.ticket_id}/followers")
    assert [each["how"] for each in followers] == ["mail"]


async def test_a_mail_that_failed_its_check_is_filed_when_it_is_released(shop: Organization) -> None:
    await default_mailbox(shop, failed_mail="quarantine", trusted_servers=["mx.shop.example"])
    lead = await shop.person("team_lead")
    checked = b"Authentication-Results: mx.shop.example; dmarc=fail header.from=elsewhere.example\r\n"
    found = await taken(shop, checked + raw_mail("Forged"))
    assert (found.mail.state, found.mail.reason) == ("quarantined", "dmarc_fail")
    assert (await lead.client.post(f"/quarantine/{found.mail.id}/release")).status_code == 202
    await file_waiting(shop)
    shown = await data(lead.client, f"/mails/{found.mail.id}")
    assert (shown["state"], shown["verdict"]) == ("created", "none")


async def test_a_mail_without_sender_or_bytes_cannot_be_released(shop: Organization) -> None:
    lead = await shop.person("team_lead")
    unsigned = await taken(shop, b"Subject: Nobody\r\n\r\nHello\r\n")
    refused = await lead.client.post(f"/quarantine/{unsigned.mail.id}/release")
    assert (unsigned.mail.reason, refused.status_code) == ("no_sender", 409)
    fake = await taken(shop, raw_mail("Fake", sender=lead.email))
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update received_mails set raw = null where id = $1", fake.mail.id)
    assert (await lead.client.post(f"/quarantine/{fake.mail.id}/release")).status_code == 409
    odd = await received(shop, written("not an address"))
    assert (odd.state, odd.reason) == ("quarantined", "no_sender")


async def test_reports_change_deliveries_and_suppress_what_complained(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        await send(shop, sink)
        message_id = str(sink.mails_to(CLEO)[0]["Message-ID"]).strip("<>")

    def report(action: str, status: str = "", address: str = CLEO, about: str | None = message_id) -> Any:
        recipient = ReportedRecipient(address=address, action=action, status=status)
        return DeliveryReport(recipients=(recipient,), original_message_id=about)

    daemon = "mailer-daemon@elsewhere.example"
    unknown = await received(
        shop, written(daemon, kind="bounce", report=report("failed", "5.1.1", about="x@y.example"))
    )
    assert (unknown.state, unknown.reason) == ("bounce", "no_ticket_for_bounce")
    for other in (report("delayed", "4.4.1", address="friend@elsewhere.example"), report("relayed")):
        await received(shop, written(daemon, kind="bounce", report=other))
    assert await states(shop) == {CLEO: "sent"}
    await received(shop, written(daemon, kind="bounce", report=report("delayed", "4.4.1")))
    assert await states(shop) == {CLEO: "delayed"}
    complaint = AbuseReport(kind="abuse", recipient=CLEO, original_message_id=message_id)
    found = await received(shop, written(daemon, kind="bounce", abuse_report=complaint))
    assert (found.state, found.ticket_id) == ("bounce", first.ticket_id)
    suppressed = await data(await shop.client("team_lead"), "/suppressed-addresses")
    assert [(each["address"], each["reason"]) for each in suppressed] == [(CLEO, "complaint")]
    for _ in range(2):
        await received(shop, written(daemon, kind="bounce", report=report("failed", "5.2.2")))
    assert await states(shop) == {CLEO: "bounced"}


async def test_a_file_that_is_too_large_for_mail_is_named(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    agent = await shop.person("agent")
    large = {"file": ("film.bin", b"0" * (14 * 1024 * 1024 + 1), "application/octet-stream")}
    uploaded = (await agent.client.request("POST", "/upload", files=large)).json()["data"]
    files = [{"filename": "x", "url": uploaded["url"], "mime_type": "text/plain", "size": 1}]
    await replied(shop, first.ticket_id, "See the film.", attachments=files)
    async with running_sink() as sink:
        await send(shop, sink)
        (found,) = sink.mails_to(CLEO)
    for kind in ("plain", "html"):
        assert "film.bin" in words_of(found, kind)
    assert list(found.iter_attachments()) == []


async def test_a_notice_about_what_was_deleted_meanwhile_is_not_sent(shop: Organization) -> None:
    agent = await shop.person("agent")
    first = await received(shop, written(CLEO))
    ticket = await ticket_of(shop, first)
    await agent.client.patch(f"/tickets/{ticket['id']}/assign", {"assignee_id": str(agent.id)})
    answer = await received(shop, written(CLEO, "Hello?", ticket_numbers=(ticket["number"],)))
    await work(shop.desk, shop, send=False)
    owner = await shop.person("owner")
    assert (await owner.client.delete(f"/comments/{answer.comment_id}")).status_code == 200
    async with running_sink() as sink:
        await send(shop, sink)
        assert sink.mails_to(agent.email) == []


async def test_a_delivery_of_a_deleted_reply_is_not_found(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    comment_id = await replied(shop, first.ticket_id)
    agent = await shop.person("agent")
    async with running_sink() as sink:
        sink.answer = lambda _phase, _to: "550 5.7.1 No"
        await send(shop, sink)
    (delivery,) = await data(agent.client, f"/comments/{comment_id}/deliveries")
    assert (await agent.client.delete(f"/comments/{comment_id}")).status_code == 200
    assert (await agent.client.post(f"/deliveries/{delivery['id']}/retry")).status_code == 404


async def test_what_does_not_exist_is_not_found(shop: Organization) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        for call in (
            mail.file_mail(uow, new_id(), written(CLEO)), mail.outcome_of(uow, new_id()), mail.content_of(uow, new_id()),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                await call
        assert not await expire(uow, new_id())


async def test_the_operator_lists_what_waits_and_has_it_tried_again(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        sink.answer = lambda _phase, _to: "451 4.3.0 Later"
        await send(shop, sink)
    waiting = await taken(shop, raw_mail("Fake", sender=(await shop.person("agent2")).email))
    async with shop.desk.database.unit(shop.system()) as uow:
        await operating.file_again(uow, waiting.mail.id)
        received_mails, deliveries = await operating.waiting(uow, 10)
        assert [each.id for each in received_mails] == [waiting.mail.id]
        assert [(each.address, each.answer_code) for each in deliveries] == [(CLEO, 451)]
        assert await operating.hasten(uow) == 1
        with pytest.raises(Conflict):
            await operating.file_again(uow, UUID(str(first.id)))
