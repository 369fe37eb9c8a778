"""Rare ends of mail: reports that name little, mails that cannot be read or were held back, and odd addresses."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from deskbell.features.mail import service as mail
from deskbell.features.mail.outgoing import Addressee
from deskbell.features.mail.records import NewMail
from deskbell.features.mail.service.sending import Notice, send_notice, send_reply
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.records import AbuseReport, DeliveryReport, Person, ReportedRecipient
from deskbell.kernel.permissions import Role
from tests.api.v1.test_mail import data, file_waiting, raw_mail, taken
from tests.features.mail.test_boundaries import with_files
from tests.features.mail.test_conversations import report, suppressed
from tests.features.mail.test_corners import default_mailbox, notices
from tests.features.mail.test_filing import comments_of, received, ticket_of, written
from tests.features.mail.test_sending import replied, send, states, words_of
from tests.support.desk import Organization
from tests.support.sink import running_sink
from tests.support.work import work

CLEO = "cleo@elsewhere.example"
DAEMON = "mailer-daemon@elsewhere.example"


async def test_a_report_that_answers_a_mail_of_a_ticket_belongs_to_it(shop: Organization) -> None:
    first = await received(shop, written(CLEO, message_id="first@elsewhere.example"))
    judged = written(
        DAEMON, "Undelivered", kind="bounce", answers=("first@elsewhere.example",), report=DeliveryReport()
    )
    found = await received(shop, judged)
    assert (found.state, found.reason, found.ticket_id) == ("bounce", None, first.ticket_id)
    assert await comments_of(shop, first) == []


async def test_a_temporary_failure_that_became_final_suppresses_nothing(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        await send(shop, sink)
        message_id = str(sink.mails_to(CLEO)[0]["Message-ID"]).strip("<>")
    for _ in range(3):
        await received(shop, report(shop, CLEO, status="4.4.7", original=message_id))
    assert await states(shop) == {CLEO: "bounced"}
    assert await suppressed(shop) == []


async def test_a_complaint_without_a_recipient_suppresses_no_address(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        await send(shop, sink)
        message_id = str(sink.mails_to(CLEO)[0]["Message-ID"]).strip("<>")
    complaint = AbuseReport(kind="abuse", recipient=None, original_message_id=message_id)
    found = await received(shop, written(DAEMON, kind="bounce", abuse_report=complaint))
    assert (found.state, found.ticket_id) == ("bounce", first.ticket_id)
    assert await suppressed(shop) == []


async def test_a_notice_that_bounces_notifies_no_agent(shop: Organization) -> None:
    agent = await shop.person("agent")
    first = await received(shop, written(CLEO))
    assert (
        await agent.client.patch(f"/tickets/{first.ticket_id}/assign", {"assignee_id": str(agent.id)})
    ).status_code == 200
    number = (await ticket_of(shop, first))["number"]
    await received(shop, written(CLEO, "Hello?", ticket_numbers=(number,)))
    async with running_sink() as sink:
        await send(shop, sink)
        message_id = str(sink.mails_to(agent.email)[-1]["Message-ID"]).strip("<>")
    recipient = ReportedRecipient(address=agent.email, action="failed", status="5.1.1")
    bounced = DeliveryReport(recipients=(recipient,), original_message_id=message_id)
    found = await received(shop, written(DAEMON, kind="bounce", report=bounced))
    assert (found.state, found.ticket_id) == ("bounce", first.ticket_id)
    await work(shop.desk, shop)
    assert await notices(shop, "agent", "mail_failed") == []
    assert await suppressed(shop) == [agent.email]


async def test_a_mail_that_cannot_be_read_waits_in_quarantine(shop: Organization) -> None:
    new_mail = NewMail(id=new_id(), source="command", size=1, raw_digest=bytes(32), raw=b"?")
    async with shop.desk.database.unit(shop.system()) as uow:
        await mail.accept(uow, new_mail)
    async with shop.desk.database.unit(shop.system()) as uow:
        await mail.give_up(uow, new_mail.id)
    async with shop.desk.database.unit(shop.system()) as uow:
        found = await mail.outcome_of(uow, new_mail.id)
    assert (found.state, found.reason) == ("quarantined", "unreadable")
    again = await received(shop, written(CLEO))
    assert again.state == "created"


async def test_automatic_mail_that_a_rule_held_back_is_filed_when_it_is_released(shop: Organization) -> None:
    await default_mailbox(shop, automatic_mail="quarantine")
    lead = await shop.person("team_lead")
    found = await taken(shop, b"Auto-Submitted: auto-generated\r\n" + raw_mail("Alarm"))
    assert (found.mail.state, found.mail.reason) == ("quarantined", "by_rule")
    assert (await lead.client.post(f"/quarantine/{found.mail.id}/release")).status_code == 202
    await file_waiting(shop)
    assert (await data(lead.client, f"/mails/{found.mail.id}"))["state"] == "created"
    refused = await (await shop.client("agent")).post(f"/quarantine/{found.mail.id}/release")
    assert refused.status_code == 403, "an agent sees the mail of a ticket, and releases none but their own"


async def test_a_note_without_words_adds_nothing(shop: Organization) -> None:
    first = await received(shop, written(CLEO, message_id="first@elsewhere.example"))
    agent = await shop.person("agent")
    answer = written(agent.email, "#note", new_text="#note", verdict="pass", answers=("first@elsewhere.example",))
    found = await received(shop, answer)
    assert (found.state, found.comment_id) == ("appended", None)
    assert await comments_of(shop, first) == []


async def test_a_file_without_a_place_in_the_html_and_a_copy_to_no_address_harm_nothing(shop: Organization) -> None:
    judged = written(CLEO, html="<p>It broke.</p>", cc=(Person("", "no address"),))
    found = await received(shop, with_files(shop, judged, 1))
    assert [each["filename"] for each in (await ticket_of(shop, found))["attachments"]] == ["1.txt"]
    assert await data(await shop.client("owner"), f"/tickets/{found.ticket_id}/followers") == []


async def test_a_reply_is_put_on_its_way_once_and_a_note_never(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    public = await replied(shop, first.ticket_id)
    note = await replied(shop, first.ticket_id, "Smells of wear", public=False)
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await send_reply(uow, public) is not None
        assert await send_reply(uow, public) is None
        assert await send_reply(uow, note) is None
        assert await send_reply(uow, new_id()) is None


@pytest.mark.parametrize("role", [Role.AGENT, Role.CUSTOMER])
async def test_a_notice_about_no_ticket_goes_out_without_a_thread(shop: Organization, role: Role) -> None:
    agent = await shop.person("agent")
    notice = Notice(
        notification_id=new_id(), ticket_id=None, comment_id=None, subject="Backup", words="It is done.",
        words_html="<p>It is done.</p>", language="en",
    )  # fmt: skip
    person = Addressee(recipient_id=UUID(str(agent.id)), name="A", address=agent.email, field="to", role=role)
    async with shop.desk.database.unit(shop.system()) as uow:
        await send_notice(uow, replace(notice, notification_id=new_id()), person)
    async with running_sink() as sink:
        await send(shop, sink)
        (found,) = [each for each in sink.mails_to(agent.email) if each["Subject"] == "Backup"]
    assert (found["In-Reply-To"], found["References"], found["Reply-To"]) == (None, None, None)
    assert "It is done." in words_of(found)
