"""Settings of a mailbox that decide what becomes of a mail, and the conversations that mails name without us."""

import hashlib
from typing import Any
from uuid import UUID

import msgspec
import pytest

from deskbell.features.mail import service as mail
from deskbell.features.mail.records import Judged, NewMail, ReceivedMail, Source
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.records import DeliveryReport, ReportedRecipient
from tests.features.mail.test_filing import received, ticket_of, written
from tests.features.mail.test_sending import CLEO
from tests.support.desk import Organization

FRIEND = "friend@elsewhere.example"


async def box_of(shop: Organization, **changes: Any) -> UUID:
    """The default mailbox with these settings."""
    admin = await shop.client("admin")
    box = next(each for each in (await admin.get("/mailboxes")).json()["data"] if each["is_default"])
    answer = await admin.put(f"/mailboxes/{box['id']}", changes)
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()["data"][name] for name in changes} == changes
    return UUID(box["id"])


async def test_a_mailbox_limits_the_tickets_of_a_sender_an_hour(shop: Organization) -> None:
    await box_of(shop, tickets_per_hour=2)
    found = [await received(shop, written(CLEO)) for _ in range(3)]
    assert [each.state for each in found] == ["created", "created", "quarantined"]
    refused = await (await shop.client("admin")).post(
        "/mailboxes", {"name": "None", "addresses": [], "tickets_per_hour": 0}
    )
    assert refused.status_code == 422


async def test_a_report_about_a_mail_of_others_is_a_ticket_where_the_mailbox_wants_that(shop: Organization) -> None:
    def report() -> Judged:
        recipient = ReportedRecipient(address=CLEO, action="failed", status="5.1.1")
        found = DeliveryReport(recipients=(recipient,), original_message_id="made-up@elsewhere.example")
        return written("mailer-daemon@relay.example", "Undelivered", kind="bounce", report=found)

    assert (await received(shop, report())).reason == "no_ticket_for_bounce"
    await box_of(shop, report_tickets=True, automatic_mail="ignore")
    found = await received(shop, report())
    assert found.state == "created"
    assert (await ticket_of(shop, found))["description"] == "Undelivered"


@pytest.mark.parametrize(
    ("source", "host", "verdict"),
    [
        ("imap", "outlook.office365.com", "pass"),
        ("imap", "imap.shop.example", "none"),
        ("smtp", "outlook.office365.com", "none"),
    ],
)
async def test_microsofts_results_without_a_servers_name_count_from_its_imap_server_alone(
    shop: Organization, source: Source, host: str, verdict: str
) -> None:
    box = await box_of(shop)
    account = {"host": host, "username": "support", "password": "secret", "enabled": False}
    assert (await (await shop.client("admin")).put(f"/mailboxes/{box}/imap", account)).status_code == 200
    results = (
        "authentication-results",
        "spf=pass smtp.mailfrom=elsewhere.example; dmarc=pass header.from=elsewhere.example",
    )
    judged = written(CLEO, headers=(results, ("received", "from x by AM0.prod.outlook.com with HTTPS")))
    judged = Judged(mail=replaced_author(judged))
    found = await taken_by(shop, judged, source, box)
    async with shop.desk.database.unit(shop.system()) as uow:
        shown = await uow.db.fetch_value("select verdict from received_mails where id = $1", found.id)
    assert shown == verdict


async def test_mails_that_answer_the_same_mail_of_others_are_one_conversation_of_its_people(shop: Organization) -> None:
    """Cleo wrote to a friend, who answers with us in copy; Cleo then writes to both by her own first mail."""
    first = await received(shop, written(FRIEND, "See below", to=(CLEO,), answers=("between@elsewhere.example",)))
    assert first.state == "created"
    hers = await received(shop, written(CLEO, "And one thing more", answers=("between@elsewhere.example",)))
    assert (hers.state, hers.ticket_id) == ("appended", first.ticket_id)
    other = await received(shop, written("else@elsewhere.example", answers=("between@elsewhere.example",)))
    assert (other.state, other.ticket_id != first.ticket_id) == ("created", True)
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update mail_ids set created_at = created_at - interval '31 days'")
    late = await received(shop, written(CLEO, answers=("between@elsewhere.example",)))
    assert (late.state, late.ticket_id != first.ticket_id) == ("created", True)


def replaced_author(judged: Judged) -> Any:
    """The mail with its author among those of From."""
    assert judged.mail.author is not None
    return msgspec.structs.replace(judged.mail, authors=(judged.mail.author,))


async def taken_by(shop: Organization, judged: Judged, source: Source, box: UUID) -> ReceivedMail:
    """Takes and files a mail that came to a mailbox by a way."""
    content = str(new_id()).encode()
    new_mail = NewMail(
        id=new_id(), source=source, size=len(content), raw_digest=hashlib.sha256(content).digest(), raw=content,
        mailbox_id=box,
    )  # fmt: skip
    async with shop.desk.database.unit(shop.system()) as uow:
        await mail.accept(uow, new_mail)
    async with shop.desk.database.unit(shop.system()) as uow:
        return await mail.file_mail(uow, new_mail.id, judged)
