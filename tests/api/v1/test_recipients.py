"""v1: the recipients of a public reply: shown before, named with it, and with the state of each afterwards."""

from datetime import timedelta
from typing import Any

import pytest

from deskbell.features.drafts.sending import release_due
from deskbell.kernel.clock import utc_now
from tests.api.v1.test_mail import CLEO, data, raw_mail, taken
from tests.features.mail.test_sending import send, words_of
from tests.support.desk import Client, Organization
from tests.support.sink import running_sink

ANN, BOB = "ann@elsewhere.example", "bob@elsewhere.example"


async def asked(shop: Organization) -> str:
    """The id of a ticket of Cleo's that Bob follows."""
    filed = await taken(
        shop, raw_mail("Zip").replace(b"undisclosed-recipients:;", f"support@{shop.domain}, {BOB}".encode())
    )
    return str(filed.mail.ticket_id)


async def answered(client: Client, ticket_id: str, **more: Any) -> Any:
    """The answer to a reply."""
    answer = await client.post(f"/tickets/{ticket_id}/comments", {"body": "A new one is on its way.", **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def ways(comment: Any) -> list[tuple[str, str, str]]:
    """Field, address and state of each delivery."""
    return [(each["field"], each["address"], each["state"]) for each in comment["deliveries"]]


async def test_the_recipients_are_shown_before_a_reply_and_their_states_with_it(shop: Organization) -> None:
    agent, lead = (await shop.person("agent")).client, (await shop.person("team_lead")).client
    ticket_id = await asked(shop)
    assert (await lead.post("/suppressed-addresses", {"address": BOB})).status_code == 201
    before = await data(agent, f"/tickets/{ticket_id}/recipients")
    assert [(each["field"], each["address"], each["suppressed"]) for each in before["recipients"]] == [
        ("to", CLEO, None), ("cc", BOB, "manual"),
    ]  # fmt: skip
    assert before["quote"] == "one"
    new = await answered(agent, ticket_id)
    assert ways(new) == [("to", CLEO, "queued"), ("cc", BOB, "suppressed")]
    assert {each["id"] for each in new["deliveries"]} == {None}
    held = await answered(agent, ticket_id, hold_seconds=10)
    assert ways(held) == [("to", CLEO, "held"), ("cc", BOB, "suppressed")]
    assert "deliveries" not in await answered(agent, ticket_id, public=False)
    async with running_sink() as sink:
        await send(shop, sink)
    sent = [("to", CLEO, "sent"), ("cc", BOB, "suppressed")]
    comments = await data(agent, f"/tickets/{ticket_id}/comments")
    assert ways(comments[0]) == sent
    assert comments[0]["deliveries"][0]["id"]
    whole = await data(agent, f"/tickets/{ticket_id}?include=timeline")
    timeline = await data(agent, f"/tickets/{ticket_id}/timeline")
    for entries in (whole["timeline"]["entries"], timeline["entries"]):
        assert [ways(each["comment"]) for each in entries if (each["comment"] or {}).get("id") == new["id"]] == [sent]


async def test_customers_neither_see_nor_name_recipients(shop: Organization) -> None:
    agent, customer = (await shop.person("agent")).client, await shop.person("customer")
    made = await customer.client.post("/tickets", {"subject": "Zip", "description": "It broke."})
    ticket_id = made.json()["data"]["id"]
    await answered(agent, ticket_id)
    assert "deliveries" not in (await data(customer.client, f"/tickets/{ticket_id}/comments"))[0]
    refused = await customer.client.post(f"/tickets/{ticket_id}/comments", {"body": "Hi", "mail": {"cc": [ANN]}})
    assert refused.status_code == 403
    assert (await customer.client.get(f"/tickets/{ticket_id}/recipients")).status_code == 403


@pytest.mark.parametrize("seconds", [0, 10])
async def test_a_reply_goes_to_the_named_people_in_one_mail_and_they_can_answer(
    shop: Organization, seconds: int
) -> None:
    agent = (await shop.person("agent")).client
    ticket_id = await asked(shop)
    mail = {"cc": [ANN.upper(), CLEO, ANN], "quote": "none"}
    new = await answered(agent, ticket_id, mail=mail, hold_seconds=seconds)
    assert [each[:2] for each in ways(new)] == [("to", CLEO), ("cc", ANN)]
    if seconds:
        await release_due(shop.desk.database, utc_now() + timedelta(seconds=seconds))
    async with running_sink() as sink:
        await send(shop, sink)
        assert sorted(to for _, to, _ in sink.taken) == [ANN, CLEO]
        (letter,) = sink.mails_to(ANN)
        assert (letter["To"], letter["Cc"]) == (f"Cleo <{CLEO}>", ANN)
        assert "It broke." not in words_of(letter)
        reply = raw_mail("Re: Zip", sender=ANN).replace(
            b"\r\n\r\n", f"\r\nIn-Reply-To: {letter['Message-ID']}\r\n\r\n".encode(), 1
        )
        assert (await taken(shop, reply)).mail.state == "appended"
        await answered(agent, ticket_id)
        await send(shop, sink)
        assert {to for _, to, _ in sink.taken[2:]} == {CLEO, BOB}, "the next mail goes to requester and followers again"


async def test_named_recipients_may_replace_the_requester(shop: Organization) -> None:
    agent = (await shop.person("agent")).client
    new = await answered(agent, await asked(shop), mail={"to": [ANN], "cc": []})
    assert ways(new) == [("to", ANN, "queued")]


async def test_own_mailboxes_notes_and_bad_addresses_are_refused(shop: Organization) -> None:
    agent = (await shop.person("agent")).client
    path = f"/tickets/{await asked(shop)}/comments"
    own = await agent.post(path, {"body": "Hi", "mail": {"cc": [f"support@{shop.domain}"]}})
    assert (own.status_code, "mail.cc" in own.text) == (422, True)
    note = await agent.post(path, {"body": "Hi", "public": False, "mail": {"cc": [ANN]}})
    assert note.status_code == 422
    bad: dict[str, Any]
    for bad in (
        {"to": []},
        {"cc": ["nobody"]},
        {"bcc": [ANN]},
        {"quote": "some"},
        {"cc": ["a@b.example\r\nBcc: c@d.example"]},
    ):
        assert (await agent.post(path, {"body": "Hi", "mail": bad})).status_code == 422, bad
