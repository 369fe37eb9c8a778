"""A conversation by mail in both directions: what an answer names, and who may join by it (the matrix of the design)."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, Final
from uuid import UUID

import pytest
from msgspec import Struct

from deskbell.features.mail.records import Judged, ReceivedMail, Verdict
from deskbell.kernel.clock import utc_now
from deskbell.kernel.mail.records import AbuseReport, DeliveryReport, ReportedRecipient
from tests.features.mail.test_filing import received, written
from tests.features.mail.test_sending import CLEO, FRIEND, replied, send, states
from tests.support.desk import Organization
from tests.support.sink import running_sink
from tests.support.work import work

FIRST: Final = "first@elsewhere.example"


class Talk(Struct, frozen=True):
    """A ticket that was opened by mail and answered by an agent."""

    opened: ReceivedMail
    number: int
    reply: EmailMessage
    comment_id: UUID


async def talk(shop: Organization) -> Talk:
    """Cleo writes, with a friend in copy; an agent answers."""
    opened = await received(shop, written(CLEO, "It broke.", to=(f"support@{shop.domain}", FRIEND), message_id=FIRST))
    comment_id = await replied(shop, opened.ticket_id)
    async with running_sink() as sink:
        await send(shop, sink)
        (reply,) = sink.mails_to(CLEO)
    async with shop.desk.database.unit(shop.system()) as uow:
        number = await uow.db.fetch_value("select number from tickets where id = $1", opened.ticket_id)
        await uow.db.execute(
            "insert into contact_addresses (organization_id, address, user_id, how, created_at) "
            "select $1, 'cleo@home.example', user_id, 'entered', now() from memberships where email = $2", shop.id, CLEO,
        )  # fmt: skip
    return Talk(opened, number, reply, comment_id)


def ids_of(mail: EmailMessage, header: str) -> tuple[str, ...]:
    return tuple(each.strip("<>") for each in str(mail[header] or "").split())


def all_headers(talk: Talk) -> dict[str, Any]:
    own, above = ids_of(talk.reply, "Message-ID"), ids_of(talk.reply, "References")
    return {"answers": (*own, *reversed(above)), "to": (str(talk.reply["Reply-To"]),)}


def rewritten_id(talk: Talk) -> dict[str, Any]:
    """A relay replaced our Message-ID: the answer names the relay's and, in References, the anchor."""
    return {"answers": ("0102@relay.example", ids_of(talk.reply, "References")[1])}


WAYS: Final[dict[str, Callable[[Talk], dict[str, Any]]]] = {
    "all headers": all_headers,
    "In-Reply-To alone": lambda talk: {"answers": ids_of(talk.reply, "Message-ID")},
    "References alone": lambda talk: {"answers": tuple(reversed(ids_of(talk.reply, "References")))},
    "none with token": lambda talk: {"to": (str(talk.reply["Reply-To"]),)},
    "none with tag": lambda talk: {"ticket_numbers": (talk.number,)},
    "rewritten id": rewritten_id,
    "own References": lambda _talk: {"answers": ("x1@client.example", FIRST)},
}
PEOPLE: Final[dict[str, tuple[str, Verdict, str]]] = {
    "requester": (CLEO, "none", "appended"),
    "follower": (FRIEND, "none", "appended"),
    "second address": ("cleo@home.example", "none", "appended"),
    "stranger": ("stranger@elsewhere.example", "pass", "related"),
    "staff": ("", "pass", "appended"),
    "unproven staff": ("", "none", "quarantined"),
    "spoofed": (CLEO, "fail", "related"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_of_answering_leads_each_person_where_they_belong(shop: Organization, way: str) -> None:
    begun = await talk(shop)
    agent = await shop.person("agent")
    for name, (address, verdict, expected) in PEOPLE.items():
        found = await received(
            shop, written(address or agent.email, f"{name} says", verdict=verdict, **WAYS[way](begun))
        )
        got = found.state
        if found.state == "created":
            async with shop.desk.database.unit(shop.system()) as uow:
                got = await uow.db.fetch_value(
                    "select kind from ticket_links where ticket_id = $1 and other_id = $2", found.ticket_id,
                    begun.opened.ticket_id,
                )  # fmt: skip
        else:
            assert found.ticket_id == (begun.opened.ticket_id if expected == "appended" else None), name
        assert got == expected, name


async def test_an_id_or_token_of_our_form_with_a_wrong_check_value_finds_nothing(shop: Organization) -> None:
    begun = await talk(shop)
    own = ids_of(begun.reply, "Message-ID")[0]
    local, _, domain = own.rpartition("@")
    forged = f"{local[:-3]}aaa@{domain}"
    token = str(begun.reply["Reply-To"])
    word = token.partition("+")[2].partition("@")[0]
    # A stranger's mail may carry the forged id as its own, so that it is known; it still leads nowhere.
    await received(shop, written("eve@elsewhere.example", message_id=forged))
    for fields in ({"answers": (forged,)}, {"to": (token.replace(word, f"{word[:-3]}aaa"),)}):
        found = await received(shop, written(CLEO, "Hello?", **fields))  # type: ignore[arg-type]  # fields of several types
        assert found.state == "created"


async def test_own_mail_that_comes_back_is_ignored(shop: Organization) -> None:
    begun = await talk(shop)
    found = await received(shop, written(CLEO, message_id=ids_of(begun.reply, "Message-ID")[0]))
    assert (found.state, found.reason) == ("ignored", "own_mail")


async def test_an_out_of_office_reply_that_says_generated_is_an_automatic_reply(shop: Organization) -> None:
    begun = await talk(shop)
    await replied(shop, begun.opened.ticket_id, update={"status": "solved"})
    headers = (("auto-submitted", "auto-generated"),)
    found = await received(
        shop, written(CLEO, "Away", kind="automatic", answers=ids_of(begun.reply, "Message-ID"), headers=headers)
    )
    assert (found.state, found.ticket_id) == ("appended", begun.opened.ticket_id)
    agent = await shop.person("agent")
    assert (await agent.client.get(f"/tickets/{begun.opened.ticket_id}")).json()["data"]["status"] == "solved"


@pytest.mark.parametrize(("public", "becomes"), [(True, True), (False, False)])
async def test_an_answer_by_staff_is_proven_by_their_token_and_becomes_what_the_notice_said(
    shop: Organization, public: bool, becomes: bool
) -> None:
    begun = await talk(shop)
    agent, other = await shop.person("agent"), await shop.person("agent2")
    await replied(shop, begun.opened.ticket_id, f"@{other.email.partition('@')[0]} look", public=public)
    async with running_sink() as sink:
        await send(shop, sink)
        (notice,) = sink.mails_to(other.email)
    to = (str(notice["Reply-To"]),)
    stolen = await received(shop, written(CLEO, "Let me in", to=to, verdict="pass"))
    assert stolen.state == "created", "a token of staff is good for one person"
    wrong = await received(shop, written(agent.email, "Not mine", to=to))
    assert (wrong.state, wrong.reason) == ("quarantined", "unproven_staff")
    found = await received(shop, written(other.email, "My answer", to=to))
    assert (found.state, found.ticket_id) == ("appended", begun.opened.ticket_id)
    comments = (await agent.client.get(f"/tickets/{begun.opened.ticket_id}/comments")).json()["data"]
    assert [each["public"] for each in comments if each["body"] == "My answer"] == [becomes]
    failed = await received(shop, written(other.email, "Spoofed", to=to, verdict="fail"))
    assert failed.reason == "unproven_staff"


def report(
    shop: Organization, address: str, *, status: str, action: str = "failed", original: str | None = None,
    to: tuple[str, ...] = (),
) -> Judged:  # fmt: skip
    """A delivery report from a mail server."""
    recipient = ReportedRecipient(address=address, action=action, status=status, diagnostic=f"{status} says the server")
    found = DeliveryReport(recipients=(recipient,), original_message_id=original, original_recipient_words=to)
    return written("mailer-daemon@relay.example", "Undelivered", kind="bounce", report=found, to=to)


async def suppressed(shop: Organization) -> list[str]:
    async with shop.desk.database.unit(shop.system()) as uow:
        return [row["address"] for row in await uow.db.fetch_all("select address from suppressed_addresses")]


async def test_a_bounce_is_shown_on_its_delivery_reopens_the_ticket_and_ends_mail_to_the_address(
    shop: Organization,
) -> None:
    begun = await talk(shop)
    agent = await shop.person("agent")
    await agent.client.patch(f"/tickets/{begun.opened.ticket_id}/status", {"status": "solved"})
    found = await received(shop, report(shop, CLEO, status="5.1.1", original=ids_of(begun.reply, "Message-ID")[0]))
    assert (found.state, found.ticket_id) == ("bounce", begun.opened.ticket_id)
    assert await states(shop) == {CLEO: "bounced", FRIEND: "sent"}
    assert await suppressed(shop) == [CLEO]
    assert (await agent.client.get(f"/tickets/{begun.opened.ticket_id}")).json()["data"]["status"] == "open"
    await work(shop.desk, shop)
    notices = (await agent.client.get("/notifications")).json()["data"]
    assert [each["type"] for each in notices].count("mail_failed") == 1
    await received(shop, written(CLEO, "I am here", answers=(FIRST,)))
    assert await suppressed(shop) == [], "mail from the address itself"


async def test_a_bounce_is_matched_by_its_token_and_a_temporary_one_suppresses_nothing(shop: Organization) -> None:
    begun = await talk(shop)
    async with running_sink() as sink:
        await replied(shop, begun.opened.ticket_id, "Once more")
        await send(shop, sink)
        token = next(sender for sender, to, _ in sink.taken if to == FRIEND)
    await received(shop, report(shop, FRIEND, status="4.4.1", action="delayed", to=(token,)))
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all(
            "select state from mail_deliveries where address = $1 order by created_at", FRIEND
        )
    assert [row["state"] for row in rows] == ["sent", "delayed"]
    assert await suppressed(shop) == []
    await received(shop, report(shop, FRIEND, status="5.2.2", to=(token,)))
    assert await suppressed(shop) == [], "one failure of another kind is not enough"


async def test_a_report_without_an_id_or_token_of_ours_changes_nothing(shop: Organization) -> None:
    await talk(shop)
    found = await received(shop, report(shop, CLEO, status="5.1.1", original="made-up@elsewhere.example"))
    assert (found.state, found.reason) == ("bounce", "no_ticket_for_bounce")
    assert await states(shop) == {CLEO: "sent", FRIEND: "sent"}
    assert await suppressed(shop) == []


async def test_a_complaint_ends_notices_and_not_replies(shop: Organization) -> None:
    begun = await talk(shop)
    complaint = AbuseReport(kind="abuse", recipient=CLEO, original_message_id=ids_of(begun.reply, "Message-ID")[0])
    await received(shop, written("fbl@relay.example", kind="bounce", abuse_report=complaint))
    assert await suppressed(shop) == [CLEO]
    agent = await shop.person("agent")
    await agent.client.patch(f"/tickets/{begun.opened.ticket_id}/status", {"status": "solved"})
    await replied(shop, begun.opened.ticket_id, "A reply")
    async with running_sink() as sink:
        await send(shop, sink)
        (mail,) = sink.mails_to(CLEO)
    assert "A reply" in str(mail.get_body(("plain",)))


async def test_automatic_mails_to_a_customer_stop_after_three_in_an_hour(shop: Organization) -> None:
    begun = await talk(shop)
    agent = await shop.person("agent")
    async with running_sink() as sink:
        for status in ("solved", "open", "solved", "open", "solved"):
            await agent.client.patch(f"/tickets/{begun.opened.ticket_id}/status", {"status": status})
            await send(shop, sink)
        assert len(sink.mails_to(CLEO)) == 3
        await replied(shop, begun.opened.ticket_id, "By a person")
        await send(shop, sink, utc_now() + timedelta(seconds=1))
        assert len(sink.mails_to(CLEO)) == 4
