"""v1: rules that make no sense: each is refused with its reason or ends at a bound, and the person's own change goes through."""

import asyncio
from typing import Any

import pytest

from tests.api.v1.test_rules import filed, group, saved
from tests.support.desk import Client, Organization
from tests.support.journal import events_about
from tests.support.work import work

EVERY = ["ticket.created", "ticket.updated", "ticket.assigned", "ticket.reopened", "comment.added"]


async def fired(shop: Organization, ticket: dict[str, Any]) -> int:
    return [kind for kind, _ in await events_about(shop, ticket["id"])].count("rule.fired")


async def updated(client: Client, ticket: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = await client.put(f"/tickets/{ticket['id']}", changes)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


async def refused(admin: Client, **rule: Any) -> list[str]:
    body = {"name": "R", "on": ["ticket.created"], "do": [{"add_tags": ["x"]}], **rule}
    answer = await admin.post("/rules", body)
    assert answer.status_code == 422, answer.text
    return [each["path"] for each in answer.json()["error"]["details"]["fields"]]


async def test_a_rule_that_names_what_is_gone_is_off_and_says_why(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    billing = await group(admin, "Billing")
    rule = await saved(
        admin, on=EVERY, when="-group:Billing", do=[{"set": {"group": "Billing"}}, {"add_tags": ["seen"]}]
    )
    assert (await admin.delete(f"/groups/{billing}")).status_code == 200
    ticket = await filed(customer)
    assert (await updated(agent, ticket, priority="high"))["priority"] == "high"
    assert await fired(shop, ticket) == 0
    off = (await admin.get(f"/rules/{rule['id']}")).json()["data"]
    assert (off["enabled"], off["switched_off"]) == (False, "reference_gone")
    assert await refused(admin, when="group:Billing") == ["when"]


async def test_rules_that_contradict_each_other_end_after_one_turn_each(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    for now, then in (("low", "high"), ("high", "low")):
        await saved(admin, on=["ticket.updated"], when=f"priority:{now}", do=[{"set": {"priority": then}}])
    await saved(admin, on=["ticket.updated"], when="status:open status:closed", do=[{"add_tags": ["never"]}])
    ticket = await filed(customer)
    after = await updated(agent, ticket, priority="low", subject="Mine")
    assert (after["priority"], after["subject"], after["tags"]) == ("low", "Mine", [])
    assert after["version"] == ticket["version"] + 1
    await work(shop.desk, shop)
    assert await fired(shop, ticket) == 2


async def test_rules_that_match_everything_fire_once_each(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    for number in range(10):
        await saved(admin, on=EVERY, do=[{"add_tags": [f"t{number}"]}, {"set": {"type": "task"}}])
    ticket = await filed(customer)
    assert await fired(shop, ticket) == 10
    after = await updated(agent, ticket, priority="high")
    assert (after["priority"], after["version"]) == ("high", ticket["version"] + 1)
    await work(shop.desk, shop)
    assert await fired(shop, ticket) == 20


async def test_a_rule_that_sets_what_it_asks_for_changes_nothing_twice(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    await saved(admin, on=EVERY, when="priority:high tag:a", do=[{"set": {"priority": "high"}}, {"add_tags": ["a"]}])
    ticket = await filed(customer)
    after = await updated(agent, ticket, priority="high", tags=["a"])
    await work(shop.desk, shop)
    shown = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert (shown["version"], shown["tags"]) == (after["version"], ["a"])
    assert (after["version"], await fired(shop, ticket)) == (ticket["version"] + 1, 1)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){50}", "((a*)*)*b"])
async def test_a_pattern_that_others_need_ages_for_is_asked_of_64_kb(shop: Organization, pattern: str) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await saved(admin, when=f"body:/{pattern}/", do=[{"add_tags": ["matched"]}])
    ticket = await filed(customer, description="a" * 64_000 + "!")
    assert ticket["status"] == "new"


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)b", "(?<!a)b", "(", "a{2000}", "x" * 201])
async def test_a_pattern_that_cannot_be_read_is_refused(shop: Organization, pattern: str) -> None:
    admin = await shop.client("admin")
    assert await refused(admin, when=f"body:/{pattern}/") == ["when"]


async def test_a_rule_of_more_than_64_kb_is_refused_one_below_is_not(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    assert "when" in await refused(admin, do=[{"note": {"text": "x" * 64_001}}])
    assert await refused(admin, do=[{"add_tags": ["x"]}] * 21) == ["do"]
    assert await refused(admin, when="tag:" + "x" * 70_000) == ["when"]
    await saved(admin, do=[{"note": {"text": "x" * 60_000}}])
    ticket = await filed(customer)
    await work(shop.desk, shop)
    notes = (await admin.get(f"/tickets/{ticket['id']}/comments")).json()["data"]
    assert [len(each["body"]) for each in notes] == [60_000]


async def test_ids_of_another_organization_do_not_exist(shop: Organization, rival: Organization) -> None:
    admin, other = await shop.client("admin"), await rival.client("admin")
    theirs, mine = await saved(other), await saved(admin)
    hook = (await other.post("/webhooks", {"url": "https://shop.example/x"})).json()["data"]
    ticket = await filed(await rival.client("customer"))
    await group(other, "Theirs")
    for path, body in (("explain", {"ticket_id": ticket["id"]}), ("restore", {}), ("stop", {})):
        assert (await admin.post(f"/rules/{theirs['id']}/{path}", body)).status_code == 404
    assert (await admin.post(f"/rules/{mine['id']}/explain", {"ticket_id": ticket["id"]})).status_code == 404
    assert (await admin.put(f"/rules/{theirs['id']}", {"name": "Mine"})).status_code == 404
    assert (await admin.delete(f"/rules/{theirs['id']}")).status_code == 404
    assert (await admin.put("/rules/order", {"rule_ids": [mine["id"], theirs["id"]]})).status_code == 409
    assert await refused(admin, when="group:Theirs") == ["when"]
    assert await refused(admin, do=[{"webhook": {"webhook": hook["id"]}}]) == ["do.0.webhook.webhook"]
    assert await refused(admin, do=[{"distribute": {"group": "Theirs"}}]) == ["do.0.distribute.group"]
    trial = await admin.post(
        "/rules/trials", {"rule_id": mine["id"], "since": "2026-01-01T00:00:00Z", "ticket_ids": [ticket["id"]]}
    )
    assert trial.json()["data"]["tickets"] == 0


async def test_a_field_keeps_its_type_while_values_need_it(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    made = await admin.post("/fields", {"key": "order", "type": "text", "label": "Order"})
    assert made.status_code == 201, made.text
    await saved(admin, on=EVERY, when="field.order:many", do=[{"add_tags": ["many"]}])
    ticket = await filed(customer)
    await updated(agent, ticket, fields={"order": "many"})
    answer = await admin.put("/fields/order", {"type": "integer"})
    assert answer.status_code in (409, 422), answer.text
    after = await updated(agent, ticket, priority="high")
    assert (after["priority"], after["fields"]["order"], after["tags"]) == ("high", "many", ["many"])


async def test_of_two_concurrent_orders_of_the_rules_one_is_refused(shop: Organization) -> None:
    admin, owner = await shop.client("admin"), await shop.client("admin2")
    rules = [(await saved(admin, name=f"R{number}"))["id"] for number in range(6)]
    etag = (await admin.get("/rules")).headers["ETag"]
    answers = await asyncio.gather(
        *(
            client.put("/rules/order", {"rule_ids": order}, headers={"If-Match": etag})
            for client, order in ((admin, rules[::-1]), (owner, [*rules[3:], *rules[:3]]))
        )
    )
    assert sorted(each.status_code for each in answers) == [200, 412]
    shown = [each["id"] for each in (await admin.get("/rules")).json()["data"]]
    assert shown in (rules[::-1], [*rules[3:], *rules[:3]])


async def test_a_trial_over_a_year_is_refused_with_its_bound(shop: Organization) -> None:
    admin = await shop.client("admin")
    rule = await saved(admin)
    answer = await admin.post("/rules/trials", {"rule_id": rule["id"], "since": "2025-01-01T00:00:00Z"})
    (problem,) = answer.json()["error"]["details"]["fields"]
    assert (answer.status_code, problem["path"], "7 days" in problem["message"]) == (422, "since", True)
