"""Public replies go out as one threaded mail to all who take part, each recipient with a delivery of their own."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import msgspec
import pytest

from deskbell.features.mail.queries import deliveries, outgoing
from deskbell.features.mail.schedule import LEASE
from deskbell.kernel.clock import utc_now
from deskbell.kernel.mail.ids import IdKind, TokenKind, read_message_id, read_token
from deskbell.runtime.mail_transport import Answer, Transport, Way
from tests.features.mail.test_filing import received, written
from tests.support.desk import Organization, Person
from tests.support.sink import Sink, running_sink
from tests.support.work import dispatching, leave_alone_others, send_mails, tools_of, work

FRIEND = "friend@elsewhere.example"
CLEO = "cleo@elsewhere.example"


async def replied(
    shop: Organization, ticket_id: UUID | str | None, body: str = "A new one is on its way.", **more: Any
) -> UUID:
    """Adds a comment as an agent."""
    agent = await shop.person("agent")
    answer = await agent.client.post(f"/tickets/{ticket_id}/comments", {"body": body, **more})
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["data"]["id"])


async def send(shop: Organization, sink: Sink, now: datetime | None = None) -> None:
    """Does the shop's background work, and makes each due delivery once."""
    tools = tools_of(shop.desk)
    tools = msgspec.structs.replace(tools, settings=msgspec.structs.replace(tools.settings, smtp_url=sink.url))
    await work(shop.desk, shop, send=False)
    await leave_alone_others(shop)
    async with dispatching(tools) as dispatcher:
        await dispatcher.start_due(now)
        await dispatcher.drain()


async def states(shop: Organization) -> dict[str, str]:
    """The state of each delivery of replies, by address."""
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all(
            "select d.address, d.state from mail_deliveries d join outgoing_mails o on o.organization_id = d.organization_id "
            "and o.id = d.mail_id where o.kind = 'reply'"
        )
    return {row["address"]: row["state"] for row in rows}


async def test_a_reply_is_one_threaded_mail_to_requester_and_followers(shop: Organization) -> None:
    first = await received(
        shop, written(CLEO, "It broke.", to=(f"support@{shop.domain}", FRIEND), message_id="first@elsewhere.example")
    )
    comment_id = await replied(shop, first.ticket_id)
    await replied(shop, first.ticket_id, "Smells of wear", public=False)
    async with running_sink() as sink:
        await send(shop, sink)
        assert sorted(to for _, to, _ in sink.taken) == [CLEO, FRIEND]
        assert len({raw for _, _, raw in sink.taken}) == 1, "one mail, the same bytes for all"
        (mail,) = sink.mails_to(CLEO)
        await replied(shop, first.ticket_id, "It arrives tomorrow.")
        await send(shop, sink)
        second = sink.mails_to(CLEO)[1]
    async with shop.desk.database.unit(shop.system()) as uow:
        keys = await outgoing.keys(uow.db)
        number = await uow.db.fetch_value("select number from tickets where id = $1", first.ticket_id)
    assert mail["To"] == f"Cleo Customer <{CLEO}>"
    assert FRIEND in str(mail["Cc"])
    assert mail["From"].addresses[0].display_name == "Agent at Test Shop"
    assert mail["From"].addresses[0].addr_spec == f"support@{shop.domain}"
    assert mail["Subject"] == "Re: Zip is broken"
    assert mail["In-Reply-To"] == "<first@elsewhere.example>"
    own = read_message_id(keys, mail["Message-ID"])
    assert own is not None
    assert (own.kind, own.subject) == (IdKind.COMMENT, comment_id)
    references = str(mail["References"]).split()
    assert references[0] == "<first@elsewhere.example>"
    anchor = read_message_id(keys, references[1])
    assert anchor is not None
    assert (anchor.kind, anchor.subject) == (IdKind.ANCHOR, first.ticket_id)
    token = read_token(str(mail["Reply-To"]).partition("+")[2].partition("@")[0])
    assert token is not None
    assert (token.kind, token.number, token.is_valid(keys)) == (TokenKind.TICKET, number, True)
    assert mail["Auto-Submitted"] is None
    assert "A new one is on its way." in words_of(mail)
    assert "> It broke." in words_of(mail)
    assert '<blockquote type="cite">' in words_of(mail, "html")
    assert second["In-Reply-To"] == mail["Message-ID"]
    assert str(second["References"]).split()[-1] == mail["Message-ID"]
    assert (second["Thread-Index"], second["Thread-Topic"]) == (mail["Thread-Index"], "Zip is broken")
    assert set((await states(shop)).values()) == {"sent"}
    assert not any(b"Smells of wear" in raw for _, _, raw in sink.taken)


async def test_what_people_type_never_becomes_a_header(shop: Organization) -> None:
    first = await received(shop, written(CLEO, "Hi", subject="Zip\r\nBcc: victim@elsewhere.example"))
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update memberships set name = $2 where user_id = $1", (await shop.person("agent")).id,
            'Eve\r\nBcc: victim@elsewhere.example\u202e "<eve@evil.example>',
        )  # fmt: skip
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        await send(shop, sink)
        (mail,) = sink.mails_to(CLEO)
    assert mail["Bcc"] is None
    assert [each.addr_spec for each in mail["From"].addresses] == [f"support@{shop.domain}"]
    assert "\n" not in str(mail["Subject"])


async def test_files_are_attached_and_pictures_are_shown_in_the_text(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    agent = await shop.person("agent")
    made = []
    for name, content, kind in (
        ("katze ü.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png"),
        ("list.txt", b"a,b", "text/plain"),
    ):
        uploaded = await agent.client.request("POST", "/upload", files={"file": (name, content, kind)})
        assert uploaded.status_code == 201, uploaded.text
        made.append(uploaded.json()["data"])
    body = f"Look: ![cat](/api/v1/uploads/{made[0]['id']})"
    files = [{"filename": "x", "url": each["url"], "mime_type": "text/plain", "size": 1} for each in made]
    await replied(shop, first.ticket_id, body, attachments=files)
    async with running_sink() as sink:
        await send(shop, sink)
        (mail,) = sink.mails_to(CLEO)
    shown = mail.get_body(("html",))
    assert shown is not None
    assert f'src="cid:{made[0]["id"]}@files"' in shown.get_content()
    assert [part.get_filename() for part in mail.iter_attachments()] == ["list.txt"]
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert (picture["Content-ID"], picture.get_filename()) == (f"<{made[0]['id']}@files>", "katze ü.png")


async def test_a_final_refusal_fails_reopens_once_and_notifies_the_author(shop: Organization) -> None:
    first = await received(shop, written(CLEO, to=(f"support@{shop.domain}", FRIEND)))
    await replied(shop, first.ticket_id, update={"status": "solved"})
    async with running_sink() as sink:
        sink.answer = lambda phase, to: "550 5.1.1 No such person" if phase == "RCPT" and to == CLEO else None
        await send(shop, sink)
    assert await states(shop) == {CLEO: "failed", FRIEND: "sent"}
    agent = await shop.person("agent")
    assert (await agent.client.get(f"/tickets/{first.ticket_id}")).json()["data"]["status"] == "open"
    await work(shop.desk, shop)
    notified = [
        each for each in (await agent.client.get("/notifications")).json()["data"] if each["type"] == "mail_failed"
    ]
    assert [CLEO in each["title"] for each in notified] == [True]


@pytest.mark.parametrize("answer", ["451 4.3.0 Later", "421 4.7.0 Too fast", "530 5.7.0 Sign in first"])
async def test_a_temporary_answer_or_one_about_us_is_tried_again(shop: Organization, answer: str) -> None:
    first = await received(shop, written(CLEO))
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        sink.answer = lambda phase, _to: answer if phase == "DATA" else None
        now = utc_now()
        await send(shop, sink)
        assert await states(shop) == {CLEO: "delayed"}
        sink.answer = lambda _phase, _to: None
        await send(shop, sink, now)
        assert sink.taken == [], "not before its time"
        await send(shop, sink, now + timedelta(minutes=2))
        assert len(sink.taken) == 1
    assert await states(shop) == {CLEO: "sent"}


async def test_a_reply_to_a_suppressed_address_is_not_sent_and_says_so(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "insert into suppressed_addresses (organization_id, address, reason, created_at) values ($1, $2, 'bounce', now())",
            shop.id, CLEO,
        )  # fmt: skip
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        await send(shop, sink)
        assert sink.taken == []
    assert await states(shop) == {CLEO: "suppressed"}


async def test_a_reply_that_is_deleted_before_it_is_sent_is_cancelled(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    comment_id = await replied(shop, first.ticket_id)
    await work(shop.desk, shop, send=False)
    agent = await shop.person("agent")
    assert (await agent.client.delete(f"/comments/{comment_id}")).status_code == 200
    async with running_sink() as sink:
        await send(shop, sink)
        assert sink.taken == []
    assert await states(shop) == {CLEO: "cancelled"}


class DyingTransport(Transport):
    """Ends its worker between the mail server's 250 and the note of it."""

    async def send(self, content: bytes, sender: str, recipient: str, way: Way | None = None) -> Answer:
        answer = await super().send(content, sender, recipient, way)
        if recipient == CLEO and answer.is_taken:
            raise RuntimeError("killed")
        return answer


async def test_a_worker_that_dies_after_the_answer_sends_the_same_mail_again_and_nothing_else_is_repeated(
    shop: Organization,
) -> None:
    first = await received(shop, written(CLEO, to=(f"support@{shop.domain}", FRIEND)))
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        tools = tools_of(shop.desk)
        settings = msgspec.structs.replace(tools.settings, smtp_url=sink.url)
        await work(shop.desk, shop, send=False)
        async with dispatching(msgspec.structs.replace(tools, settings=settings), DyingTransport) as dispatcher:
            await dispatcher.start_due()
            await dispatcher.drain()
        died = await states(shop)
        await send(shop, sink)
        assert died == {CLEO: "queued", FRIEND: "sent"}
        assert await states(shop) == died, "the lease still holds"
        await send(shop, sink, utc_now() + LEASE + timedelta(seconds=1))
        assert set((await states(shop)).values()) == {"sent"}
        mails = sink.mails_to(CLEO)
        assert {mail["Message-ID"] for mail in mails} == {mails[0]["Message-ID"]}
        assert len({raw for _, _, raw in sink.taken}) == 1
        assert len(mails) == 2
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from outgoing_mails where kind = 'reply'") == 1
        assert await uow.db.fetch_value("select count(*) from events where type = 'mail.sent'") == 2


async def test_an_attempt_that_was_taken_for_lost_writes_nothing(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    await replied(shop, first.ticket_id)
    await work(shop.desk, shop, send=False)
    now = utc_now()
    async with shop.desk.database.unit(None) as uow:
        await uow.begin()
        (lost,) = await deliveries.claim(uow.db, now, now + LEASE, 10, 10)
        (again,) = await deliveries.claim(uow.db, now + LEASE, now + 2 * LEASE, 10, 10)
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.begin()
        values = {"next_try_at": None, "code": 250, "answer": "OK", "now": now}
        assert not await deliveries.note(uow.db, lost, state="failed", **values)  # type: ignore[arg-type]  # values of several types
        assert await deliveries.note(uow.db, again, state="sent", **values)  # type: ignore[arg-type]  # values of several types


async def test_staff_get_notices_with_tokens_of_their_own_that_say_what_an_answer_becomes(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    agent, other = await shop.person("agent"), await shop.person("agent2")
    assigned = await agent.client.patch(f"/tickets/{first.ticket_id}/assign", {"assignee_id": str(agent.id)})
    assert assigned.status_code == 200, assigned.text
    await received(shop, written(CLEO, "Still broken", ticket_numbers=(assigned.json()["data"]["number"],)))
    await replied(shop, first.ticket_id, f"@{other.email.partition('@')[0]} a secret", public=False)
    async with running_sink() as sink:
        await send(shop, sink)
        (public,) = sink.mails_to(agent.email)
        (note,) = sink.mails_to(other.email)
        assert not any(b"a secret" in raw for _, to, raw in sink.taken if to != other.email)
    async with shop.desk.database.unit(shop.system()) as uow:
        keys = await outgoing.keys(uow.db)
    for mail, person, kind, line in (
        (public, agent, TokenKind.PUBLIC_BY_STAFF, "Your answer to this mail goes to the customer."),
        (note, other, TokenKind.NOTE_BY_STAFF, "Your answer to this mail becomes an internal note."),
    ):
        token = _token(mail)
        assert token.kind is kind
        assert token.is_valid(keys, person=person.id)
        assert not token.is_valid(keys)
        assert words_of(mail).startswith(line)
        assert mail["Auto-Submitted"] == "auto-generated"


def words_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The words of a mail."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def _token(mail: Any) -> Any:
    found = read_token(str(mail["Reply-To"]).partition("+")[2].partition("@")[0])
    assert found is not None
    return found


async def test_without_plus_words_the_subject_carries_the_number(shop: Organization) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update mailboxes set separator = ''")
    first = await received(shop, written(CLEO))
    await replied(shop, first.ticket_id)
    await work(shop.desk, shop, send=False)
    async with running_sink() as sink:
        await send(shop, sink)
        (mail,) = sink.mails_to(CLEO)
    assert mail["Reply-To"] is None
    assert mail["Subject"] == "Re: Zip is broken [#1]"


async def test_the_outbox_shows_what_a_mail_server_would_get(shop: Organization) -> None:
    customer: Person = await shop.person("customer")
    ticket = (await customer.client.post("/tickets", {"subject": "Zip", "description": "It broke"})).json()["data"]
    await replied(shop, ticket["id"])
    await work(shop.desk, shop)
    await send_mails(tools_of(shop.desk))
    async with shop.desk.database.unit(None) as uow:
        kept = await uow.db.fetch_all(
            "select subject, body_text, body_html from outbox where recipient = $1", customer.email
        )
    assert [(row["subject"], "A new one" in row["body_text"], "A new one" in row["body_html"]) for row in kept] == [
        ("Zip", True, True)
    ]


async def test_members_of_the_staff_are_notified_of_mail_from_their_address_that_waits(shop: Organization) -> None:
    agent = await shop.person("agent")
    waiting = await received(shop, written(agent.email, subject="Please close them all"))
    assert waiting.reason == "unproven_staff"
    await work(shop.desk, shop)
    (shown,) = (await agent.client.get("/notifications")).json()["data"]
    assert (shown["type"], shown["message"]) == ("mail_quarantined", "Please close them all")
