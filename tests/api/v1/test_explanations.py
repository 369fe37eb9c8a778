"""v1: why rules did what they did, why one did not, and tickets as they were."""

from random import Random
from typing import Any

import msgspec

from deskbell.kernel.clock import utc_now
from tests.api.v1.test_rules import filed, group, saved
from tests.support.desk import Client, Organization
from tests.support.journal import events_about
from tests.support.seeds import drawn, seeds
from tests.support.work import work

FIELDS = ("subject", "description", "status", "priority", "type", "tags")


async def explanation(client: Client, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.get(f"/tickets/{ticket['id']}/explanation")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def why(client: Client, rule: dict[str, Any], ticket: dict[str, Any], event_id: int | None = None) -> Any:
    answer = await client.post(f"/rules/{rule['id']}/explain", {"ticket_id": ticket["id"], "event_id": event_id})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def test_the_chain_from_a_change_to_its_last_effect_is_one_list(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.person("customer")
    first = await saved(
        admin, name="First", when="subject:invoice priority:normal",
        do=[{"set": {"priority": "high"}}, {"note": {"text": "Seen"}}],
    )  # fmt: skip
    await saved(admin, name="Second", when="priority:high", do=[{"add_tags": ["money"]}])
    await saved(admin, name="Third", on=["comment.added"], when="by:rule", do=[{"set": {"type": "task"}}])
    ticket = await filed(customer.client)
    await work(shop.desk, shop)
    (operation,) = await explanation(agent, ticket)
    assert operation["actor"]["id"] == str(customer.id)
    assert operation["events"] == ["ticket.created"]
    assert [each["rule"]["name"] for each in operation["rules"]] == ["First", "Second", "Third"]
    one, two, three = operation["rules"]
    assert one["held"] == [
        {"path": "", "operator": "subject:invoice", "holds": True, "value": {"word": 1}},
        {"path": "", "operator": "priority:normal", "holds": True, "value": "normal"},
    ]
    assert one["changes"] == {"priority": {"was": "normal", "now": "high"}}
    assert [(each["kind"], each["outcome"]) for each in one["effects"]] == [("note", "done")]
    assert (two["changes"]["tags"]["now"], three["changes"]["type"]["now"]) == (["money"], "task")
    assert (operation["halted"], operation["failed"], one["pending"]) == ([], [], 0)
    assert (await customer.client.get(f"/tickets/{ticket['id']}/explanation")).status_code == 403
    assert (await why(admin, first, ticket, one["event_id"]))["holds"] is True


async def test_each_operator_answers_why_a_rule_did_not_fire(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    rule = await saved(
        admin, on=["ticket.updated"], when={"all": ["priority:urgent", {"none": ["tag:vip"]}], "any": ["changed:type"]},
    )  # fmt: skip
    ticket = await filed(customer)
    await agent.put(f"/tickets/{ticket['id']}", {"priority": "high", "tags": ["vip"]})
    answer = await why(admin, rule, ticket)
    assert (answer["wakes"], answer["holds"]) == (True, False)
    assert [(each["path"], each["operator"], each["holds"], each["value"]) for each in answer["operators"]] == [
        ("all.0", "priority:urgent", False, "high"),
        ("all.1.none.0", "tag:vip", True, ["vip"]),
        ("any.0", "changed:type", False, ["priority", "tags"]),
    ]
    created = (await admin.get(f"/tickets/{ticket['id']}/history")).json()["data"][0]
    assert (await why(admin, rule, ticket, int(created["id"])))["wakes"] is False
    assert (
        await admin.post(f"/rules/{rule['id']}/explain", {"ticket_id": ticket["id"], "event_id": 1})
    ).status_code == 404


async def step(rng: Random, agent: Client, customer: Client, path: str) -> None:
    """Does something to a ticket."""
    match rng.randrange(6):
        case 0:
            await agent.put(path, {"priority": rng.choice(["low", "normal", "high", "urgent"])})
        case 1:
            await agent.put(path, {"tags": rng.sample(["vip", "late", "Réfund"], rng.randint(0, 3))})
        case 2:
            await agent.patch(f"{path}/status", {"status": rng.choice(["open", "pending", "solved", "hold"])})
        case 3:
            await customer.post(f"{path}/comments", {"body": rng.choice(["A refund, please", "Thanks", "IN-104266"])})
        case 4:
            await agent.post(f"{path}/comments", {"body": "Done", "public": rng.random() < 0.5})
        case _:
            await agent.put(
                path, {"subject": rng.choice(["Invoice", "Boots"]), "type": rng.choice(["task", "question"])}
            )


@drawn
@seeds(2, 50)
async def test_every_stored_explanation_is_evaluated_to_the_same(shop: Organization, seed: int) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    rng = Random(seed)
    on = ["ticket.created", "ticket.updated", "ticket.assigned", "ticket.reopened", "comment.added"]
    conditions = [
        "priority:high,urgent -tag:vip", "was.status:pending,solved status:open", "comment.by:customer body:refund",
        "changed:tags tag:late,none by:staff", r"body:/IN-\d+/ comment:public", "subject:invoice* requester.role:customer",
        {"any": ["status:solved", "type:task"], "none": ["by:customer"]}, "created<1d solved<1d", "by:person updated<1d",
    ]  # fmt: skip
    rules = {}
    for when in conditions:
        do = [{"set": {"priority": rng.choice(["low", "high"])}}, {"add_tags": [rng.choice(["a", "b", "late"])]}]
        rule = await saved(admin, on=on, when=when, do=[rng.choice(do)])
        rules[rule["id"]] = rule
    tickets = [await filed(customer) for _ in range(2)]
    for _ in range(24):
        await step(rng, agent, customer, f"/tickets/{rng.choice(tickets)['id']}")
    compared = 0
    for ticket in tickets:
        for operation in await explanation(agent, ticket):
            for fired in operation["rules"]:
                again = await why(admin, rules[fired["rule"]["id"]], ticket, fired["event_id"])
                assert (again["wakes"], again["holds"]) == (True, True), (fired, again)
                assert [each for each in again["operators"] if each["holds"]] == fired["held"]
                compared += 1
    assert compared >= 20


async def test_the_state_at_each_past_moment_is_the_one_shown_then(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    billing = await group(admin, "Billing")
    await saved(
        admin, on=["ticket.updated"], when="priority:high", do=[{"set": {"group": "Billing"}}, {"add_tags": ["x"]}]
    )
    rng, ticket = Random(4), await filed(customer)
    path = f"/tickets/{ticket['id']}"
    lived = []
    for _ in range(15):
        await step(rng, agent, customer, path)
        shown = (await agent.get(path)).json()["data"]
        comments = (await agent.get(f"{path}/comments")).json()["data"]
        lived.append((utc_now(), shown, {each["id"] for each in comments}))
    for moment, shown, comments in lived:
        answer = (await agent.get(f"{path}/state", params={"at": moment.isoformat()})).json()["data"]
        assert {name: answer["fields"][name] for name in FIELDS} == {name: shown[name] for name in FIELDS}
        assert answer["fields"]["group_id"] == (shown["group"] and shown["group"]["id"])
        assert {each["id"] for each in answer["comments"]} == comments
    assert billing in {shown["group"]["id"] for _, shown, _ in lived if shown["group"]}
    assert (await agent.get(f"{path}/state", params={"at": "2020-01-01"})).status_code == 422
    assert (await agent.get(f"{path}/state", params={"at": "2090-01-01"})).status_code == 422
    assert (await customer.get(f"{path}/state")).status_code == 403


async def test_words_changed_later_show_as_such(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    ticket = await filed(customer)
    path = f"/tickets/{ticket['id']}"
    kept, edited, deleted = [
        (await agent.post(f"{path}/comments", {"body": "Words"})).json()["data"]["id"] for _ in range(3)
    ]
    moment = utc_now()
    assert (await agent.patch(f"/comments/{edited}", {"body": "Other"})).status_code == 200
    assert (await agent.delete(f"/comments/{deleted}")).status_code == 200
    answer = (await agent.get(f"{path}/state", params={"at": moment.isoformat()})).json()["data"]
    assert [(each["id"], each["since"]) for each in answer["comments"]] == [
        (kept, None), (edited, "edited"), (deleted, "deleted"),
    ]  # fmt: skip
    now = (await agent.get(f"{path}/state")).json()["data"]
    assert [each["id"] for each in now["comments"]] == [kept, edited]


async def test_a_firing_keeps_what_held_in_the_journal(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await saved(admin, when="requester.open<=5 channel:web")
    ticket = await filed(customer)
    (fired,) = [payload for kind, payload in await events_about(shop, ticket["id"]) if kind == "rule.fired"]
    assert [each["value"] for each in fired["held"]] == [1, "web"]
    assert msgspec.json.encode(fired)
