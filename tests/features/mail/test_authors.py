"""The author of a mail behind lists, forms and several mailboxes, and the recipient of an answer."""

from typing import Any

import pytest
from msgspec.structs import replace

from deskbell.kernel.mail.authentication import Seal
from deskbell.kernel.mail.records import Person
from tests.api.v1.test_mail import data, raw_mail, taken
from tests.features.mail.test_corners import default_mailbox
from tests.features.mail.test_filing import comments_of, received, ticket_of, written
from tests.features.mail.test_sending import CLEO, replied, send
from tests.support.desk import Organization
from tests.support.sink import running_sink

LIST = (("list-id", "<support.lists.example>"), ("list-post", "<mailto:support@lists.example>"))


def by_list(sender: str, *, name: str = "Cleo via Support", **fields: Any) -> Any:
    """A mail that a list writes in Cleo's name."""
    judged = written(sender, headers=LIST, kind="automatic", reply_to=(Person("", CLEO),), **fields)
    return replace(judged, mail=replace(judged.mail, author=Person(name, sender)))


async def test_a_list_that_writes_in_a_persons_name_is_undone(shop: Organization) -> None:
    first = await received(shop, by_list("support@lists.example", verdict="pass", message_id="first@elsewhere.example"))
    ticket = await ticket_of(shop, first)
    assert (ticket["requester"]["email"], ticket["requester"]["name"]) == (CLEO, "Cleo")
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select verdict from received_mails") == "none"
        assert await uow.db.fetch_value("select count(*) from outgoing_mails") == 0, "no automatic answer"
    answers = ("first@elsewhere.example",)
    forged = await received(shop, by_list("support@lists.example", verdict="pass", answers=answers))
    assert (forged.state, forged.ticket_id == first.ticket_id) == ("created", False), "anybody can write such headers"
    ours = await received(shop, by_list(f"support@{shop.domain}", verdict="pass", answers=answers))
    assert (ours.state, ours.ticket_id) == ("appended", first.ticket_id), "our own list"
    failed = await received(shop, by_list("support@lists.example", verdict="fail"))
    assert (await ticket_of(shop, failed))["requester"]["email"] == "support@lists.example"
    plain = await received(shop, by_list("support@lists.example", name="Support"))
    assert (await ticket_of(shop, plain))["requester"]["email"] == "support@lists.example"


async def test_a_forwarder_that_the_mailbox_believes_proves_a_sender_whose_signature_it_broke(
    shop: Organization,
) -> None:
    first = await received(shop, written(CLEO, message_id="first@elsewhere.example"))
    seal = Seal(1, "forward.example", "i=1; mx.forward.example; dmarc=pass header.from=elsewhere.example")

    async def forwarded() -> tuple[str | None, bool]:
        judged = written(CLEO, answers=("first@elsewhere.example",), verdict="fail", authors=(Person("Cleo", CLEO),))
        found = await received(shop, replace(judged, seals=[seal]))
        async with shop.desk.database.unit(shop.system()) as uow:
            verdict = await uow.db.fetch_value("select verdict from received_mails where id = $1", found.id)
        return verdict, found.ticket_id == first.ticket_id

    assert await forwarded() == ("fail", False)
    (box,) = await data(await shop.client("admin"), "/mailboxes")
    changed = await (await shop.client("admin")).put(
        f"/mailboxes/{box['id']}", {"trusted_sealers": ["Forward.example"]}
    )
    assert changed.status_code == 200, changed.text
    assert await forwarded() == ("pass", True)


async def test_a_list_gives_no_rights_of_the_staff(shop: Organization) -> None:
    agent = await shop.person("agent")
    judged = written(
        "support@lists.example", headers=(*LIST, ("x-original-from", f"Agent <{agent.email}>")), verdict="pass",
    )  # fmt: skip
    found = await received(shop, judged)
    assert (found.state, found.reason) == ("quarantined", "unproven_staff")


async def test_the_reply_to_of_a_form_is_the_customer_where_the_mailbox_names_it(shop: Organization) -> None:
    def form(**fields: Any) -> Any:
        return written("form@web.example", reply_to=(Person("Cleo Customer", CLEO),), kind="automatic", **fields)

    unknown = await received(shop, form())
    assert (await ticket_of(shop, unknown))["requester"]["email"] == "form@web.example"
    boxes = await data(await shop.client("admin"), "/mailboxes")
    changed = {"form_senders": ["@web.example"]}
    answer = await (await shop.client("admin")).put(f"/mailboxes/{boxes[0]['id']}", changed)
    assert answer.json()["data"]["form_senders"] == ["@web.example"]
    known = await received(shop, form(verdict="pass"))
    assert (await ticket_of(shop, known))["requester"]["email"] == CLEO
    forged = await received(shop, form(verdict="fail"))
    assert (await ticket_of(shop, forged))["requester"]["email"] == "form@web.example"


async def test_one_mail_to_two_mailboxes_is_one_ticket_that_knows_both(shop: Organization) -> None:
    made = await (await shop.client("admin")).post(
        "/mailboxes", {"name": "Billing", "addresses": [f"billing@{shop.domain}"]}
    )
    assert made.status_code == 201
    to = (f"support@{shop.domain}", f"billing@{shop.domain}")
    first = await received(shop, written(CLEO, to=to, message_id="both@elsewhere.example"), raw=b"first")
    assert first.state == "created"
    (mail,) = await data(await shop.client("team_lead"), "/mails")
    assert mail["to_addresses"] == list(to)
    assert await data(await shop.client("owner"), f"/tickets/{first.ticket_id}/followers") == []
    async with shop.desk.database.unit(shop.system()) as uow:
        known = await uow.db.fetch_value("select count(*) from memberships where email = any($1)", list(to))
    assert known == 0


async def test_mail_to_an_alias_or_to_its_word_becomes_a_ticket_of_its_group(shop: Organization) -> None:
    admin = await shop.client("admin")
    made = [(await admin.post("/groups", {"name": name})).json()["data"]["id"] for name in ("Billing", "Everybody")]
    (box,) = await data(admin, "/mailboxes")
    alias = f"rechnung@{shop.domain}"
    settings = {"addresses": [*box["addresses"], alias], "address_groups": {alias: made[0]}, "group_id": made[1]}
    assert (await admin.put(f"/mailboxes/{box['id']}", settings)).status_code == 200
    for to, group in (
        (alias, "Billing"),
        (f"support+billing@{shop.domain}", "Billing"),
        (box["addresses"][0], "Everybody"),
    ):
        found = await received(shop, written(CLEO, to=(to,)))
        assert (await ticket_of(shop, found))["group"]["name"] == group, to
    assert (await admin.delete(f"/groups/{made[0]}")).status_code == 200
    found = await received(shop, written(CLEO, to=(alias,)))
    assert (await ticket_of(shop, found))["group"]["name"] == "Everybody", "the group is gone"


async def test_a_follow_up_is_seen_from_both_tickets_by_the_staff_alone(
    shop: Organization, rival: Organization
) -> None:
    owner = await shop.client("owner")
    first = await received(shop, written(CLEO, message_id="old@elsewhere.example"))
    await owner.patch(f"/tickets/{first.ticket_id}/status", {"status": "closed"})
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update tickets set closed_at = closed_at - interval '8 days'")
    late = await received(shop, written(CLEO, answers=("old@elsewhere.example",)))
    for one, other, refers in ((late, first, True), (first, late, False)):
        (link,) = await data(owner, f"/tickets/{one.ticket_id}/links")
        assert (link["kind"], link["refers"], link["ticket_id"]) == ("follow_up", refers, str(other.ticket_id))
    path = f"/tickets/{first.ticket_id}/links"
    assert (await (await shop.client("customer")).get(path)).status_code in (403, 404)
    assert (await (await rival.client("owner")).get(path)).status_code == 404
    assert (await owner.delete(f"/tickets/{late.ticket_id}")).status_code == 200
    assert await data(owner, path) == []


async def test_headers_come_before_the_number_in_the_subject(shop: Organization) -> None:
    first = await received(shop, written(CLEO, message_id="first@elsewhere.example"))
    second = await received(shop, written(CLEO, message_id="second@elsewhere.example"))
    number = (await ticket_of(shop, second))["number"]
    answer = await received(
        shop, written(CLEO, "Which?", answers=("first@elsewhere.example",), ticket_numbers=(number,))
    )
    assert answer.ticket_id == first.ticket_id


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To"])
async def test_the_mailbox_is_found_behind_a_list(shop: Organization, header: str) -> None:
    made = await (await shop.client("admin")).post(
        "/mailboxes", {"name": "Billing", "addresses": [f"billing@{shop.domain}"], "priority": "high"}
    )
    head = f"{header}: billing@{shop.domain}\r\n".encode()
    filed = await taken(shop, head + raw_mail("Behind a list"))
    assert filed.mail.mailbox_id is not None
    assert str(filed.mail.mailbox_id) == made.json()["data"]["id"]
    assert (await ticket_of(shop, filed.mail))["priority"] == "high"


async def test_the_requester_stays_the_recipient_whoever_wrote_last(shop: Organization) -> None:
    friend = "friend@elsewhere.example"
    first = await received(shop, written(CLEO, to=(friend,), message_id="first@elsewhere.example"))
    await received(shop, written(friend, "Me too", answers=("first@elsewhere.example",)))
    assert [each["body"] for each in await comments_of(shop, first)] == ["Me too"]
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        await send(shop, sink)
        (mail,) = sink.mails_to(CLEO)
    assert CLEO in str(mail["To"])
    assert friend in str(mail["Cc"])
    assert friend not in str(mail["To"])


async def test_two_desks_that_acknowledge_one_another_fall_silent(shop: Organization, rival: Organization) -> None:
    for desk in (shop, rival):
        await default_mailbox(desk, acknowledge="always")
    begun = raw_mail("Hello", sender=f"support@{rival.domain}")
    waiting, mails = [(shop, begun)], 0
    async with running_sink() as sink:
        while waiting and mails < 20:
            to, raw = waiting.pop()
            await taken(to, raw)
            await send(to, sink)
            for _, address, content in sink.taken[mails:]:
                other = next((each for each in (shop, rival) if address == f"support@{each.domain}"), None)
                if other is not None:
                    waiting.append((other, content))
            mails = len(sink.taken)
    assert mails <= 3, "silence"
    assert not waiting
