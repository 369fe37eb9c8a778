"""A mail to two mailboxes is one ticket, or one of each where a mailbox wants that."""

import asyncio
from uuid import UUID

import pytest

from deskbell.channels.mail.intake import Incoming, Intake
from deskbell.features.mail.records import Filed
from deskbell.runtime.storage import Storage
from tests.api.v1.test_mail import data
from tests.channels.mail.test_receiver import receiving, send, stored, subjects
from tests.support.desk import Organization


async def two_mailboxes(shop: Organization, *, each: bool) -> tuple[UUID, UUID]:
    """The default mailbox, and one for bills."""
    admin = await shop.client("admin")
    (box,) = await data(admin, "/mailboxes")
    new = {"name": "Billing", "addresses": [f"billing@{shop.domain}"], "each_mailbox": each, "tags": ["bill"]}
    made = await admin.post("/mailboxes", new)
    assert made.status_code == 201, made.text
    return UUID(box["id"]), UUID(made.json()["data"]["id"])


def raw(shop: Organization, name: str, subject: str, answers: str = "") -> bytes:
    """A mail to both."""
    head = f"From: Cleo <cleo@elsewhere.example>\r\nTo: support@{shop.domain}, billing@{shop.domain}\r\n"
    reference = f"In-Reply-To: <{answers}@elsewhere.example>\r\n" if answers else ""
    return f"{head}Subject: {subject}\r\nMessage-ID: <{name}@elsewhere.example>\r\n{reference}\r\nWords of {name}.\r\n".encode()


async def fetched(shop: Organization, content: bytes, *mailboxes: UUID) -> list[Filed]:
    """The ends of a mail that lies in several mailboxes, and is fetched from each."""
    intake = Intake(shop.desk.database, Storage.open(shop.desk.settings), shop.desk.settings)
    try:
        return [
            filed
            for mailbox_id in mailboxes
            async for filed in intake.take(
                [Incoming(organization_id=shop.id, mailbox_id=mailbox_id, source="imap", raw=content)]
            )
        ]
    finally:
        await intake.close()


async def handed_over(shop: Organization, *contents: bytes) -> list[Filed]:
    """The ends of mails that came by the command, which names no mailbox."""
    intake = Intake(shop.desk.database, Storage.open(shop.desk.settings), shop.desk.settings)
    try:
        mails = [Incoming(organization_id=shop.id, source="command", raw=each) for each in contents]
        return [filed async for filed in intake.take(mails)]
    finally:
        await intake.close()


@pytest.mark.parametrize("backwards", [False, True])
async def test_a_mailbox_may_get_a_ticket_of_its_own_of_each_mail_and_its_answers_go_there(
    shop: Organization, backwards: bool
) -> None:
    support, billing = await two_mailboxes(shop, each=True)
    order = (billing, support) if backwards else (support, billing)
    one, other = await fetched(shop, raw(shop, "first", "Zip"), *order)
    assert [each.mail.state for each in (one, other)] == ["created", "created"]
    assert one.ticket_number != other.ticket_number
    again = await fetched(shop, raw(shop, "first", "Zip"), *order, *order)
    assert {each.mail.state for each in again} == {"duplicate"}
    assert [each.ticket_number for each in again] == [one.ticket_number, other.ticket_number] * 2
    changed = raw(shop, "first", "Zip").replace(b"\r\nTo:", b"\r\nReceived: by elsewhere\r\nTo:")
    by_another_way = await fetched(shop, changed, *order)
    assert [each.mail.state for each in by_another_way] == ["duplicate", "duplicate"]
    answers = await fetched(shop, raw(shop, "second", "Re: Zip", "first"), *order)
    assert [(each.mail.state, each.ticket_number) for each in answers] == [
        ("appended", one.ticket_number), ("appended", other.ticket_number),
    ]  # fmt: skip
    tagged = {each["number"]: each["tags"] for each in (await data(await shop.client("owner"), "/tickets"))["tickets"]}
    bill = (one if backwards else other).ticket_number
    assert [number for number, tags in tagged.items() if tags] == [bill]


async def test_an_answer_to_both_mailboxes_is_one_comment_of_the_ticket_that_there_is(shop: Organization) -> None:
    support, billing = await two_mailboxes(shop, each=True)
    (first,) = await fetched(shop, raw(shop, "first", "Zip"), support)
    answers = await fetched(shop, raw(shop, "second", "Re: Zip", "first"), support, billing)
    assert [each.mail.state for each in answers] == ["appended", "duplicate"]
    assert {each.ticket_number for each in answers} == {first.ticket_number}
    comments = await data(await shop.client("owner"), f"/tickets/{first.mail.ticket_id}/comments")
    assert [each["body"] for each in comments] == ["Words of second."]


async def test_without_the_setting_a_mail_in_two_mailboxes_is_one_ticket(shop: Organization) -> None:
    found = await fetched(shop, raw(shop, "first", "Zip"), *await two_mailboxes(shop, each=False))
    assert [each.mail.state for each in found] == ["created", "duplicate"]
    assert len({each.ticket_number for each in found}) == 1


@pytest.mark.parametrize(("each", "tickets"), [(True, 2), (False, 1)])
async def test_the_receiver_takes_one_mail_to_two_mailboxes(shop: Organization, each: bool, tickets: int) -> None:
    await two_mailboxes(shop, each=each)
    to = [f"support@{shop.domain}", f"billing@{shop.domain}", f"support+word@{shop.domain}"]
    async with receiving(shop) as port:
        assert await asyncio.to_thread(send, port, to, raw(shop, "first", "Zip")) == {}
        assert await subjects(shop) == ["Zip"] * tickets
    assert await stored(shop) == tickets
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all("select envelope_to from received_mails order by cardinality(envelope_to)")
    named = [sorted(row["envelope_to"]) for row in rows]
    assert named == ([[to[1]], sorted([to[0], to[2]])] if each else [sorted(to)])


async def test_a_mail_without_a_mailbox_goes_to_each_that_it_was_addressed_to_and_has_one_end(
    shop: Organization,
) -> None:
    await two_mailboxes(shop, each=True)
    owner = await shop.client("owner")
    content = raw(shop, "first", "Zip")
    (filed,) = await handed_over(shop, content)
    assert (filed.mail.state, filed.ticket_number) == ("created", 1)
    found = (await data(owner, "/tickets"))["tickets"]
    assert sorted((each["number"], each["subject"], each["tags"]) for each in found) == [
        (1, "Zip", []),
        (2, "Zip", ["bill"]),
    ]
    again = await handed_over(shop, content, content)
    assert [(each.mail.state, each.ticket_number) for each in again] == [("duplicate", 1)] * 2
    answers = await handed_over(shop, raw(shop, "second", "Re: Zip", "first"))
    assert [(each.mail.state, each.ticket_number) for each in answers] == [("appended", 1)]
    for each in found:
        assert [comment["body"] for comment in await data(owner, f"/tickets/{each['id']}/comments")] == [
            "Words of second."
        ]
    assert await stored(shop) == 6  # two mails for each mailbox, and two repeats


async def test_a_mail_without_a_mailbox_is_that_of_its_delivery_not_of_all_that_its_to_names(
    shop: Organization,
) -> None:
    await two_mailboxes(shop, each=True)
    delivered = f"Delivered-To: billing+word@{shop.domain}\r\n".encode() + raw(shop, "first", "Zip")
    assert [each.mail.state for each in await handed_over(shop, delivered)] == ["created"]
    (ticket,) = (await data(await shop.client("owner"), "/tickets"))["tickets"]
    assert ticket["tags"] == ["bill"]


async def test_a_mail_without_a_mailbox_is_one_ticket_of_the_first_without_the_setting(shop: Organization) -> None:
    await two_mailboxes(shop, each=False)
    assert [each.mail.state for each in await handed_over(shop, raw(shop, "first", "Zip"))] == ["created"]
    assert await stored(shop) == 1
