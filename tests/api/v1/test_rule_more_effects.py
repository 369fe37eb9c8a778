"""v1: macros, mails and distribution as actions of rules."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from deskbell.features.tickets.comment_records import NewComment
from deskbell.features.tickets.service import add_comment
from deskbell.kernel.permissions import Role
from deskbell.kernel.words import Channel
from tests.api.v1.test_rule_effects import comments, outcomes
from tests.api.v1.test_rules import filed, group, saved
from tests.support.desk import Client, Organization
from tests.support.work import work


async def shown(client: Client, ticket: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/tickets/{ticket['id']}")).json()["data"]
    return found


async def mails(shop: Organization) -> list[tuple[str, str, str, bool]]:
    """Address, subject, words of each delivery, and whether it belongs to a ticket, by address."""
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all(
            "select d.address, o.subject, o.words, o.ticket_id is not null from mail_deliveries d "
            "join outgoing_mails o on o.organization_id = d.organization_id and o.id = d.mail_id "
            "where o.kind = 'notice' and o.notification_id is null and d.state <> 'suppressed' order by d.address"
        )
    return [tuple(row) for row in rows]


async def macro(admin: Client, **fields: Any) -> dict[str, Any]:
    body = {
        "title": "Refund",
        "shared": True,
        "do": [{"set": {"priority": "high"}}, {"add_tags": ["refund"]}],
        **fields,
    }
    answer = await admin.post("/macros", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["data"]
    return made


# -- macros ----------------------------------------------------------------------------------------------------------------


async def test_a_rule_uses_a_macro_first_its_fields_then_its_words(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await macro(admin, comment={"public": False, "body": "For {{requester.first_name|them}}: #{{ticket.number}}"})
    await saved(admin, do=[{"macro": "Refund"}])
    ticket = await filed(customer)
    after = await shown(admin, ticket)
    assert (after["priority"], after["tags"], after["version"]) == ("high", ["refund"], ticket["version"])
    await work(shop.desk, shop)
    await work(shop.desk, shop)
    assert [each["public"] for each in await comments(admin, ticket["id"])] == [False]
    assert f"#{ticket['number']}" in (await comments(admin, ticket["id"]))[0]["body"]
    assert await comments(customer, ticket["id"]) == []
    assert await outcomes(shop, ticket["id"]) == [("macro", "done", None)]


async def test_a_macro_is_used_as_it_is_when_the_rule_fires(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    made = await macro(admin, do=[{"set": {"priority": "high"}}, {"assign": "me"}])
    rule = await saved(admin, do=[{"macro": "Refund"}, {"add_tags": ["seen"]}])
    await admin.put(
        f"/macros/{made['id']}", {"title": "Refunds", "do": [{"set": {"priority": "low"}}, {"assign": "me"}]}
    )
    after = await shown(admin, await filed(customer))
    assert (after["priority"], after["assignee"], after["tags"]) == ("low", None, ["seen"])
    await admin.put(f"/macros/{made['id']}", {"active": False})
    left_out = await filed(customer)
    assert (left_out["priority"], (await shown(admin, left_out))["tags"]) == ("normal", ["seen"])
    firing = (await admin.get(f"/rules/{rule['id']}/firings")).json()["data"][0]
    assert firing["refused"] == ["macro.unknown"]
    await admin.delete(f"/macros/{made['id']}")
    off = (await admin.get(f"/rules/{rule['id']}")).json()["data"]
    assert (off["enabled"], off["switched_off"]) == (False, "reference_gone")


async def test_its_own_macro_is_nobodys_but_the_owners(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    answer = await agent.post("/macros", {"title": "Mine", "do": [{"add_tags": ["x"]}]})
    assert answer.status_code == 201
    refused = await admin.post("/rules", {"name": "R", "on": ["ticket.created"], "do": [{"macro": "Mine"}]})
    assert [each["path"] for each in refused.json()["error"]["details"]["fields"]] == ["do.0.macro"]


# -- mails -----------------------------------------------------------------------------------------------------------------


async def test_a_rule_mails_roles_and_addresses_each_once(shop: Organization) -> None:
    admin, agent, customer = await shop.person("admin"), await shop.person("agent"), await shop.person("customer")
    to = ["requester", "assignee", "leads", agent.email, "partner@elsewhere.example", "Partner@elsewhere.example"]
    await saved(
        admin.client,
        do=[
            {"assign": agent.email},
            {"mail": {"to": to, "subject": "About {{ticket.subject}}", "text": "It is *new*."}},
        ],
    )
    ticket = await filed(customer.client)
    await work(shop.desk, shop)
    await work(shop.desk, shop)
    found = await mails(shop)
    addresses = Counter(address for address, *_ in found)
    assert set(addresses.values()) == {1}
    assert {agent.email, admin.email, customer.email, "partner@elsewhere.example"} <= set(addresses)
    assert {(subject, words) for _, subject, words, _ in found} == {(f"About {ticket['subject']}", "It is *new*.")}
    of_ticket = {address: belongs for address, _, _, belongs in found}
    assert (of_ticket[customer.email], of_ticket["partner@elsewhere.example"]) == (True, False)
    assert await outcomes(shop, ticket["id"]) == [("mail", "done", None)]


@pytest.mark.parametrize(
    ("to", "reason"),
    [(["no-reply@elsewhere.example"], "reply.to_robot"), (["assignee"], "mail.to_none"), (["group"], "mail.to_none")],
)
async def test_a_mail_without_a_recipient_is_suppressed(shop: Organization, to: list[str], reason: str) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await saved(admin, do=[{"mail": {"to": to, "subject": "S", "text": "T"}}])
    ticket = await filed(customer)
    await work(shop.desk, shop)
    assert await outcomes(shop, ticket["id"]) == [("mail", "suppressed", reason)]
    assert await mails(shop) == []


async def test_no_mail_follows_an_automatic_mail_whoever_wrote_it(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.person("agent"), await shop.client("customer")
    letter = {"to": ["assignee", "requester"], "subject": "S", "text": "T"}
    await saved(admin, on=["comment.added"], do=[{"mail": letter}])
    ticket = await filed(customer)
    await admin.put(f"/tickets/{ticket['id']}", {"assignee_id": str(agent.id)})
    async with shop.desk.database.unit(shop.system()) as uow:
        absent = NewComment(body="I am away", public=False, channel=Channel.EMAIL, automatic=True)
        await add_comment(uow, UUID(ticket["id"]), absent, author_id=agent.id)
    await work(shop.desk, shop)
    assert await outcomes(shop, ticket["id"]) == [("mail", "suppressed", "reply.to_automatic_mail")]


async def test_an_address_outside_gets_three_an_hour(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await saved(admin, do=[{"mail": {"to": ["partner@elsewhere.example"], "subject": "S", "text": "T"}}])
    for _ in range(5):
        await filed(customer)
    await work(shop.desk, shop)
    assert len(await mails(shop)) == 3


@pytest.mark.parametrize(
    ("letter", "path"),
    [
        ({"to": [], "subject": "S", "text": "T"}, "do.0.mail.to"),
        ({"to": ["everybody"], "subject": "S", "text": "T"}, "do.0.mail.to.0"),
        ({"to": ["a@b.example"] * 21, "subject": "S", "text": "T"}, "do.0.mail.to"),
        ({"to": ["requester"], "subject": " ", "text": "T"}, "do.0.mail.subject"),
        ({"to": ["requester"], "subject": "S", "text": "{{ticket.nothing}}"}, "do.0.mail.text"),
        ({"to": ["a@b.example\r\nBcc: c@d.example"], "subject": "S", "text": "T"}, "do.0.mail.to.0"),
    ],
)
async def test_mistakes_in_a_mail_are_named(shop: Organization, letter: dict[str, Any], path: str) -> None:
    admin = await shop.client("admin")
    answer = await admin.post("/rules", {"name": "R", "on": ["ticket.created"], "do": [{"mail": letter}]})
    assert answer.status_code == 422
    assert path in [each["path"] for each in answer.json()["error"]["details"]["fields"]]


# -- distribution ----------------------------------------------------------------------------------------------------------


async def crew(shop: Organization, *names: str, online: bool = True) -> dict[str, str]:
    """Agents by name, in a group called Crew."""
    admin = await shop.client("admin")
    people = {name: await shop.person(name, Role.AGENT) for name in names}
    await admin.post("/groups", {"name": "Crew", "member_ids": [str(each.id) for each in people.values()]})
    for each in people.values():
        if online:
            answer = await each.client.patch(f"/agents/{each.id}/status", {"status": "online"})
            assert answer.status_code == 200, answer.text
    return {str(each.id): name for name, each in people.items()}


async def given(shop: Organization, tickets: list[dict[str, Any]]) -> list[str | None]:
    admin = await shop.client("admin")
    return [(each["assignee"] or {}).get("id") for each in [await shown(admin, ticket) for ticket in tickets]]


async def test_members_are_given_tickets_in_turn(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    known = await crew(shop, "one", "two", "three")
    rule = await saved(admin, do=[{"distribute": {"group": "Crew"}}])
    tickets = [await filed(customer) for _ in range(7)]
    assert await given(shop, tickets) == [None] * 7  # not in the request
    await work(shop.desk, shop)
    counts = Counter(await given(shop, tickets))
    assert sorted(counts.values()) == [2, 2, 3]
    assert set(counts) == set(known)
    after = await shown(admin, tickets[0])
    assert (after["group"]["name"], after["status"]) == ("Crew", "open")
    history = (await admin.get(f"/tickets/{tickets[0]['id']}/history")).json()["data"]
    assert [step["by"]["rule"]["id"] for step in history if step["action"] == "assigned"] == [rule["id"]]
    assert await outcomes(shop, tickets[0]["id"]) == [("distribute", "done", None)]


async def test_turns_are_fair_under_concurrent_distribution(shop: Organization) -> None:
    admin = await shop.client("admin")
    await crew(shop, "one", "two", "three", "four")
    await saved(admin, do=[{"distribute": {"group": "Crew"}}])
    clients = [await shop.client(name) for name in ("customer", "customer2")]
    tickets = await asyncio.gather(*(filed(clients[i % 2]) for i in range(18)))
    await asyncio.gather(*(work(shop.desk, shop) for _ in range(3)))
    await work(shop.desk, shop)
    counts = Counter(await given(shop, list(tickets)))
    assert None not in counts
    assert max(counts.values()) - min(counts.values()) <= 1


async def test_the_one_with_the_fewest_open_tickets_comes_first(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    known = await crew(shop, "one", "two")
    busy, free = known
    for _ in range(3):
        ticket = await filed(customer)
        await admin.put(f"/tickets/{ticket['id']}", {"assignee_id": busy})
    await saved(admin, do=[{"set": {"group": "Crew"}}, {"distribute": {"by": "least_open"}}])
    tickets = []
    for _ in range(3):
        tickets.append(await filed(customer))
        await work(shop.desk, shop)
    assert await given(shop, tickets) == [free] * 3


async def test_who_is_away_is_given_nothing(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await crew(shop, "one", "two", online=False)
    rule = await saved(admin, do=[{"distribute": {"group": "Crew"}}])
    ticket = await filed(customer)
    await work(shop.desk, shop)
    assert await outcomes(shop, ticket["id"]) == [("distribute", "refused", "distribute.nobody")]
    assert await given(shop, [ticket]) == [None]
    await admin.put(f"/rules/{rule['id']}", {"do": [{"distribute": {"group": "Crew", "present": False}}]})
    other = await filed(customer)
    await work(shop.desk, shop)
    assert await given(shop, [other]) != [None]


async def test_an_assigned_ticket_keeps_its_assignee(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await crew(shop, "one")
    agent = await shop.person("agent")
    await group(admin, "Empty")
    rule = await saved(admin, do=[{"distribute": {"group": "Crew"}}])
    ticket = await filed(customer)
    await admin.put(f"/tickets/{ticket['id']}", {"assignee_id": str(agent.id)})
    await work(shop.desk, shop)
    assert await given(shop, [ticket]) == [str(agent.id)]
    assert await outcomes(shop, ticket["id"]) == [("distribute", "refused", "distribute.taken")]
    await admin.delete(f"/rules/{rule['id']}")
    await saved(admin, name="No group", do=[{"distribute": {}}])
    lonely = await filed(customer)
    await work(shop.desk, shop)
    assert await outcomes(shop, lonely["id"]) == [("distribute", "refused", "distribute.no_group")]
