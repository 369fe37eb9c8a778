"""Files read mails by sender and reference: as a ticket, as a comment, or in quarantine."""

import hashlib
import itertools
from typing import Any
from uuid import UUID

import pytest

from deskbell.features.mail import service as mail
from deskbell.features.mail.records import Class, Judged, NewMail, ReceivedMail, StoredPart, Verdict
from deskbell.features.tickets import service as tickets
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.records import Part, Person, ReadMail
from deskbell.kernel.permissions import Role
from tests.support.desk import Client, Organization
from tests.support.work import work

_numbers = itertools.count(1)


def written(
    sender: str | None, text: str = "It broke.", *, answers: tuple[str, ...] = (), to: tuple[str, ...] = (),
    kind: Class = "person", verdict: Verdict = "none", ticket_numbers: tuple[int, ...] = (), **fields: Any,
) -> Judged:  # fmt: skip
    """A read mail that differs from every other."""
    number = next(_numbers)
    fields.setdefault("message_id", f"m{number}@elsewhere.example")
    read = ReadMail(
        author=None if sender is None else Person("Cleo Customer", sender),
        to=tuple(Person("", address) for address in to),
        text=text,
        content_sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        subject=fields.pop("subject", "Zip is broken"),
        **fields,
    )
    return Judged(mail=read, kind=kind, verdict=verdict, message_ids=list(answers), ticket_numbers=list(ticket_numbers))


async def received(
    shop: Organization, judged: Judged, *, raw: bytes | None = None, limited: bool = True
) -> ReceivedMail:
    """Takes and files a mail, each in a transaction of its own."""
    content = raw if raw is not None else str(new_id()).encode()
    new_mail = NewMail(
        id=new_id(), source="command", size=len(content), raw_digest=hashlib.sha256(content).digest(), raw=content
    )
    async with shop.desk.database.unit(shop.system()) as uow:
        await mail.accept(uow, new_mail)
    async with shop.desk.database.unit(shop.system()) as uow:
        return await mail.file_mail(uow, new_mail.id, judged, limited=limited)


async def ticket_of(shop: Organization, found: ReceivedMail) -> Any:
    """The ticket of a mail, as the owner sees it."""
    return (await (await shop.client("owner")).get(f"/tickets/{found.ticket_id}")).json()["data"]


async def comments_of(shop: Organization, found: ReceivedMail) -> Any:
    """The conversation of a mail's ticket."""
    return (await (await shop.client("owner")).get(f"/tickets/{found.ticket_id}/comments")).json()["data"]


async def test_a_first_mail_becomes_a_ticket_of_its_sender(shop: Organization) -> None:
    found = await received(shop, written("Cleo@elsewhere.example", html="<p>It broke.</p>"))
    assert (found.state, found.reason, found.comment_id) == ("created", None, None)
    ticket = await ticket_of(shop, found)
    assert (ticket["subject"], ticket["description"], ticket["channel"]) == ("Zip is broken", "It broke.", "email")
    assert ticket["requester"]["email"] == "cleo@elsewhere.example"
    assert ticket["requester"]["name"] == "Cleo Customer"


async def test_the_same_bytes_and_the_same_content_are_duplicates_that_name_the_ticket(shop: Organization) -> None:
    judged = written("cleo@elsewhere.example")
    first = await received(shop, judged, raw=b"the same bytes")
    again = await received(shop, judged, raw=b"the same bytes")
    by_another_way = await received(shop, judged, raw=b"other trace headers")
    assert [again.state, by_another_way.state] == ["duplicate", "duplicate"]
    assert {again.ticket_id, by_another_way.ticket_id} == {first.ticket_id}
    assert await comments_of(shop, first) == []


async def test_the_same_message_id_with_other_content_is_kept(shop: Organization) -> None:
    first = await received(shop, written("cleo@elsewhere.example", message_id="same@elsewhere.example"))
    other = await received(shop, written("cleo@elsewhere.example", "Other words", message_id="same@elsewhere.example"))
    assert [first.state, other.state] == ["created", "created"]


async def test_mails_without_an_id_equal_nothing(shop: Organization) -> None:
    one = await received(shop, written("one@elsewhere.example", message_id=None, answers=("",)))
    two = await received(shop, written("two@elsewhere.example", message_id=None, answers=("",)))
    assert [one.state, two.state] == ["created", "created"]
    assert one.ticket_id != two.ticket_id


REFERENCES = {"by id": ("first@elsewhere.example",), "by number": (), "by neither": ()}
APPENDED, LINKED, OWN, QUARANTINED = ("appended", True), ("created", True), ("created", False), ("quarantined", False)
EXPECTED: dict[tuple[str, Verdict], tuple[str, bool]] = {
    ("requester", "pass"): APPENDED,
    ("requester", "none"): APPENDED,
    ("requester", "fail"): LINKED,
    ("follower", "none"): APPENDED,
    ("follower", "fail"): LINKED,
    ("second address", "none"): APPENDED,
    ("stranger", "pass"): LINKED,
    ("stranger", "none"): LINKED,
    ("staff", "pass"): APPENDED,
    ("staff", "none"): QUARANTINED,
    ("staff", "fail"): QUARANTINED,
}


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize(("who", "verdict"), EXPECTED)
async def test_who_may_join_a_conversation(shop: Organization, who: str, verdict: Verdict, reference: str) -> None:
    admin, agent = await shop.person("owner"), await shop.person("agent")
    first = await received(
        shop, written("cleo@elsewhere.example", message_id="first@elsewhere.example", to=("friend@elsewhere.example",))
    )
    ticket = await ticket_of(shop, first)
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "insert into contact_addresses (organization_id, address, user_id, how, created_at) "
            "values ($1, 'cleo@home.example', $2, 'entered', now())",
            shop.id,
            UUID(ticket["requester_id"]),
        )
    sender = {
        "requester": "cleo@elsewhere.example", "follower": "friend@elsewhere.example", "staff": agent.email,
        "second address": "cleo@home.example", "stranger": "mallory@elsewhere.example",
    }[who]  # fmt: skip
    numbers = (ticket["number"],) if reference == "by number" else ()
    answer = written(
        sender, "An answer", answers=REFERENCES[reference], ticket_numbers=numbers, verdict=verdict,
        new_text="An answer", quoted="> It broke.",
    )  # fmt: skip
    found = await received(shop, answer)

    state, about_it = EXPECTED[who, verdict]
    if reference == "by neither" and state != "quarantined":
        state, about_it = OWN
    assert found.state == state
    bodies = [comment["body"] for comment in await comments_of(shop, first)]
    assert bodies == (["An answer"] if state == "appended" else [])
    async with shop.desk.database.unit(shop.system()) as uow:
        links = await uow.db.fetch_all("select ticket_id, other_id, kind from ticket_links")
    expected = [(found.ticket_id, first.ticket_id, "related")] if state == "created" and about_it else []
    assert [tuple(row) for row in links] == expected
    if state == "quarantined":
        assert (found.reason, found.ticket_id) == ("unproven_staff", None)
    assert (await admin.client.get("/tickets")).json()["data"]["pagination"]["total"] == (
        2 if state == "created" else 1
    )


async def test_another_organizations_conversation_is_not_found(shop: Organization, rival: Organization) -> None:
    first = await received(shop, written("cleo@elsewhere.example", message_id="ours@elsewhere.example"))
    theirs = await received(
        rival, written("cleo@elsewhere.example", answers=("ours@elsewhere.example",), ticket_numbers=(2,))
    )
    assert theirs.state == "created"
    assert await comments_of(shop, first) == []


async def test_an_answer_opens_a_solved_ticket_and_follows_up_one_closed_long_ago(shop: Organization) -> None:
    admin = await shop.client("owner")
    first = await received(shop, written("cleo@elsewhere.example", message_id="old@elsewhere.example"))
    await admin.patch(f"/tickets/{first.ticket_id}/status", {"status": "solved"})
    answer = await received(shop, written("cleo@elsewhere.example", answers=("old@elsewhere.example",)))
    assert (answer.state, (await ticket_of(shop, first))["status"]) == ("appended", "open")
    await admin.patch(f"/tickets/{first.ticket_id}/status", {"status": "closed"})
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update tickets set closed_at = closed_at - interval '8 days'")
    late = await received(shop, written("cleo@elsewhere.example", answers=("old@elsewhere.example",)))
    assert (late.state, (await ticket_of(shop, first))["status"]) == ("created", "closed")
    async with shop.desk.database.unit(shop.system()) as uow:
        links = await uow.db.fetch_all("select ticket_id, other_id, kind from ticket_links")
    assert [tuple(row) for row in links] == [(late.ticket_id, first.ticket_id, "follow_up")]


async def test_an_automatic_reply_changes_nothing_and_opens_nothing(shop: Organization) -> None:
    admin = await shop.client("owner")
    first = await received(shop, written("cleo@elsewhere.example", message_id="away@elsewhere.example"))
    await admin.patch(f"/tickets/{first.ticket_id}/status", {"status": "solved"})
    away = await received(
        shop, written("cleo@elsewhere.example", "Away", answers=("away@elsewhere.example",), kind="auto_reply")
    )
    assert (away.state, (await ticket_of(shop, first))["status"]) == ("appended", "solved")
    lost = await received(shop, written("cleo@elsewhere.example", "Away", kind="auto_reply"))
    assert (lost.state, lost.reason, lost.ticket_id) == ("ignored", "auto_reply", None)
    own = await received(shop, written(f"support@{shop.domain}", kind="own_mail"))
    assert (own.state, own.reason) == ("ignored", "own_mail")


async def test_an_automatic_reply_causes_no_notification_and_a_persons_answer_does(shop: Organization) -> None:
    owner = await shop.client("owner")
    first = await received(shop, written("cleo@elsewhere.example", message_id="first@elsewhere.example"))
    assignee = {"assignee_id": str((await shop.person("owner")).id)}
    assert (await owner.put(f"/tickets/{first.ticket_id}", assignee)).status_code == 200
    await received(
        shop, written("cleo@elsewhere.example", "Away", answers=("first@elsewhere.example",), kind="auto_reply")
    )
    await work(shop.desk, shop)
    assert await titles(owner) == []
    await received(shop, written("cleo@elsewhere.example", "Back again", answers=("first@elsewhere.example",)))
    await work(shop.desk, shop)
    assert len(await titles(owner)) == 1


async def titles(client: Client) -> list[str]:
    """The titles of a person's notifications about tickets that changed."""
    listed: list[dict[str, str]] = (await client.get("/notifications")).json()["data"]
    return [each["title"] for each in listed if each["type"] == "ticket_updated"]


async def test_people_in_copy_follow_and_no_mailbox_ever_does(shop: Organization) -> None:
    to = (
        f"support@{shop.domain}",
        f"support+x@{shop.domain}",
        "friend@elsewhere.example",
        "no-reply@elsewhere.example",
    )
    first = await received(shop, written("cleo@elsewhere.example", to=to))
    async with shop.desk.database.unit(Actor(shop.id, (await shop.person("agent")).id, Role.AGENT)) as uow:
        assert first.ticket_id is not None
        followers = await tickets.list_followers(uow, first.ticket_id)
    assert [each.person.email for each in followers] == ["friend@elsewhere.example"]
    crowd = tuple(f"person{number}@elsewhere.example" for number in range(21))
    second = await received(shop, written("cleo@elsewhere.example", to=crowd))
    async with shop.desk.database.unit(shop.system()) as uow:
        assert second.ticket_id is not None
        assert await tickets.list_followers(uow, second.ticket_id) == []


async def test_a_mail_without_a_sender_and_tickets_beyond_the_limit_wait_in_quarantine(shop: Organization) -> None:
    assert (await received(shop, written(None))).reason == "no_sender"
    for _ in range(30):
        assert (await received(shop, written("flood@elsewhere.example"))).state == "created"
    assert (await received(shop, written("flood@elsewhere.example"))).reason == "sender_limit"
    assert (await received(shop, written("flood@elsewhere.example"), limited=False)).state == "created"
    assert (await received(shop, written("cleo@elsewhere.example"))).state == "created"


async def test_the_files_of_a_first_mail_are_attached_to_the_ticket_and_its_images_are_shown(
    shop: Organization,
) -> None:
    part = Part(
        number=1, content_type="image/png", name="cat.png", size=3, sha256="00" * 32, stored_as="1", reference="ref-1"
    )
    judged = written("cleo@elsewhere.example", html='<img src="ref-1">', parts=(part,))
    file_id = new_id()
    stored = StoredPart(
        number=1, file_id=file_id, storage_key=f"{shop.id}/{file_id}", name="cat.png", mime_type="image/png", size=3,
        sha256=bytes(32), content_id=None, inline=True,
    )  # fmt: skip
    found = await received(shop, Judged(mail=judged.mail, parts=[stored]))
    assert [each["filename"] for each in (await ticket_of(shop, found))["attachments"]] == ["cat.png"]
    async with shop.desk.database.unit(shop.system()) as uow:
        html = await uow.db.fetch_value("select description_html from tickets where id = $1", found.ticket_id)
    assert html == f'<img src="/api/v1/uploads/{file_id}">'


async def test_mail_is_routed_by_its_address_with_and_without_a_plus_word(
    shop: Organization, rival: Organization
) -> None:
    addresses = [f"Support@{shop.domain}", f"support+t5x@{rival.domain}", "support@unknown.example"]
    async with shop.desk.database.unit(None) as uow:
        found = await mail.routes(uow, addresses)
    assert {address: place[0] for address, place in found.items()} == {addresses[0]: shop.id, addresses[1]: rival.id}


async def test_a_quoted_link_of_a_guest_opens_nothing_for_the_other_readers(shop: Organization) -> None:
    """A link acts in the requester's name; a reply quotes it for the staff and the followers."""
    customer = await shop.person("customer")
    first = await received(shop, written(customer.email, message_id="first@elsewhere.example"))
    link = f"https://desk.example/portal/{shop.id}/guest?token={'a' * 92}"
    html = f'<p>As you wrote: <a href="{link}">request</a></p>'
    answer = written(
        customer.email, f"As you wrote:\n> {link}\n", answers=("first@elsewhere.example",), quoted=f"> {link}",
        new_text=f"See {link}", new_html=html, html=html, verdict="pass",
    )  # fmt: skip
    await received(shop, answer)
    await received(shop, written("other@elsewhere.example", f"Look: {link}", html=html))
    owner = await shop.client("owner")
    tickets = (await owner.get("/tickets")).json()["data"]["tickets"]
    assert len(tickets) == 2
    shown = str([(await owner.get(f"/tickets/{each['id']}?include=timeline")).json() for each in tickets])
    shown += str(await comments_of(shop, first))
    assert "/guest?token=…" in shown
    assert "a" * 20 not in shown
