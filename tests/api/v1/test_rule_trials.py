"""v1: trials of rules over the past, and taking back what a rule did."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from deskbell.features.rules import replaying
from deskbell.features.tickets.events import TicketWoke
from deskbell.features.tickets.queries import past
from deskbell.features.tickets.queries.past import PastEvent
from deskbell.features.tickets.service.writes import Write
from deskbell.kernel.clock import utc_now
from deskbell.runtime.sql import Db
from tests.api.v1.test_explanations import step
from tests.api.v1.test_operations import ok, rows_of
from tests.api.v1.test_rules import filed, group, saved
from tests.support.desk import Client, Organization
from tests.support.seeds import drawn, seeds
from tests.support.whole_rows import whole_rows
from tests.support.work import work

HOUR = timedelta(hours=1)


async def tried(client: Client, **asked: Any) -> list[dict[str, Any]]:
    body = {"since": (utc_now() - HOUR).isoformat(), **asked}
    found: list[dict[str, Any]] = (await ok(await client.post("/rules/trials", body)))["tried"]
    return found


async def undone(client: Client, rule: dict[str, Any], **asked: Any) -> dict[str, Any]:
    body = {"since": (utc_now() - HOUR).isoformat(), **asked}
    operation: dict[str, Any] = await ok(await client.post(f"/rules/{rule['id']}/undo", body))
    return operation


async def shown(client: Client, ticket: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = await ok(await client.get(f"/tickets/{ticket['id']}"))
    return found


@drawn
@seeds(3, 50)
async def test_a_trial_of_an_unchanged_rule_is_what_it_did(shop: Organization, seed: int) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    await group(admin, "Billing")
    rng = Random(seed)
    on = ["ticket.created", "ticket.updated", "ticket.assigned", "ticket.reopened", "comment.added"]
    conditions = [
        "priority:high,urgent -tag:vip", "was.status:pending,solved status:open", "comment.by:customer body:refund",
        "changed:tags tag:late,none by:staff", r"body:/IN-\d+/ comment:public", "subject:invoice* requester.open>1",
        {"any": ["status:solved", "type:task"], "none": ["by:customer"]}, "tag:a,b", "by:rule", None,
    ]  # fmt: skip
    rules = []
    for when in rng.sample(conditions, len(conditions)):
        do = [
            {"set": {"priority": rng.choice(["low", "high"])}}, {"add_tags": [rng.choice(["a", "b", "late"])]},
            {"fill": {"group": "Billing"}}, {"note": {"text": "Seen"}}, {"set": {"type": rng.choice(["task", "question"])}},
        ]  # fmt: skip
        stop = rng.random() < 0.15
        rules.append(await saved(admin, on=rng.sample(on, 3), when=when, do=rng.sample(do, 2), stop=stop))
    tickets = [await filed(customer) for _ in range(3)]
    for _ in range(25):
        await step(rng, agent, customer, f"/tickets/{rng.choice(tickets)['id']}")
        if rng.random() < 0.3:
            await work(shop.desk, shop)
    compared = 0
    before = await rows_of(shop)
    for rule in rules:
        fired = await ok(await admin.get(f"/rules/{rule['id']}/firings"))
        results = await tried(admin, rule_id=rule["id"])
        assert [each for each in results if each["difference"] != "same"] == [], rule
        assert len(results) == len(fired)
        compared += len(fired)
    assert compared >= 20
    assert await rows_of(shop) == before


async def test_a_draft_is_tried_in_place_of_the_saved_rule(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    billing = await group(admin, "Billing")
    wrong = await saved(admin, name="Invoices", when="subject:invoice*,boots", do=[{"set": {"group": "Billing"}}])
    await saved(admin, name="The rest", when="group:none", do=[{"add_tags": ["triage"]}, {"reply": {"text": "Hello"}}])
    invoice, boots = await filed(customer), await filed(customer, subject="Boots")
    lamp = await filed(customer, subject="Lamp")
    draft = {"name": "Invoices", "on": ["ticket.created"], "when": "subject:invoice*,lamp", "do": wrong["do"]}
    found = {each["number"]: each for each in await tried(admin, rule_id=wrong["id"], rule=draft)}
    assert {number: each["difference"] for number, each in found.items()} == {
        invoice["number"]: "same", boots["number"]: "gone", lamp["number"]: "new",
    }  # fmt: skip
    new = found[lamp["number"]]
    assert new["changes"] == {"group_id": {"was": None, "now": billing}}
    assert [each["operator"] for each in new["held"]] == ["subject:invoice*,lamp"]
    assert found[boots["number"]]["did"] == {"group_id": {"was": None, "now": billing}}
    alone = await tried(admin, rule={**draft, "when": "tag:triage"})
    assert [(each["number"], each["difference"]) for each in alone] == [(lamp["number"], "new")]
    assert [each["number"] for each in await tried(admin, rule=draft, ticket_ids=[lamp["id"]])] == [lamp["number"]]


async def test_a_trial_shows_the_effects_of_macros(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    do = [{"set": {"priority": "high"}}, {"follow": ["me"]}, {"notify": {"text": "T", "leads": True}}]
    await ok(await admin.post("/macros", {"title": "Fire", "shared": True, "do": do}), 201)
    await filed(customer)
    draft = {
        "name": "Fires",
        "on": ["ticket.created"],
        "do": [{"macro": "Fire"}, {"unfollow": [(await shop.person("agent")).email]}],
    }
    (shown_by_trial,) = await tried(admin, rule=draft)
    assert shown_by_trial["effects"] == ["macro", "unfollow", "follow", "notify"]
    assert shown_by_trial["changes"]["priority"]["now"] == "high"


async def test_a_trial_names_the_recipients_of_its_effects(shop: Organization, rival: Organization) -> None:
    admin, lead = await shop.person("admin"), await shop.person("team_lead")
    agent, other, customer = await shop.person("agent"), await shop.person("agent2"), await shop.person("customer")
    body = {"name": "Crew", "description": "", "member_ids": [str(other.id)]}
    await ok(await admin.client.post("/groups", body), 201)
    hook = await ok(await admin.client.post("/webhooks", {"url": "https://hooks.example/in"}), 201)
    words = {"body": "Hello", "public": True}
    await ok(await admin.client.post("/macros", {"title": "Greet", "shared": True, "comment": words}), 201)
    await filed(customer.client)
    await filed(await rival.client("customer"))
    letter = {"to": ["requester", "group", "followers", "boss@else.example", "noreply@else.example"], "subject": "S"}
    draft = {
        "name": "Tell", "on": ["ticket.created"], "runs_as": admin.email,
        "do": [
            {"set": {"group": "Crew"}}, {"assign": agent.email}, {"mail": {**letter, "text": "T"}},
            {"notify": {"text": "T", "people": [lead.email], "assignee": True, "groups": ["Crew"]}},
            {"webhook": {"webhook": hook["id"]}}, {"reply": {"text": "Hi"}}, {"note": {"text": "N"}}, {"macro": "Greet"},
        ],
    }  # fmt: skip
    (found,) = await tried(admin.client, rule=draft)
    assert [(each["kind"], each["to"]) for each in found["destinations"]] == [
        ("mail", [customer.email, other.email, "boss@else.example"]), ("notify", [lead.email, agent.email, other.email]),
        ("webhook", ["https://hooks.example/in"]), ("reply", [customer.email]), ("note", []), ("macro", [customer.email]),
    ]  # fmt: skip
    assert found["effects"] == [each["kind"] for each in found["destinations"]]


async def test_trials_have_bounds_and_say_them(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    draft = {"name": "A", "on": ["ticket.created"], "do": [{"add_tags": ["x"]}]}
    year = (utc_now() - timedelta(days=365)).isoformat()
    answer = await admin.post("/rules/trials", {"rule": draft, "since": year})
    assert (answer.status_code, "7" in answer.text) == (422, True)
    hour = (utc_now() - HOUR).isoformat()
    unknown = {**draft, "when": "group:Nowhere"}
    answer = await admin.post("/rules/trials", {"rule": unknown, "since": hour})
    assert (answer.status_code, "when" in answer.text) == (422, True)
    assert (await admin.post("/rules/trials", {"since": hour})).status_code == 422
    assert (await admin.post("/rules/trials", {"rule": draft, "since": hour, "until": hour})).status_code == 422
    moment = {"name": "A", "after": "-1h", "since": "due.resolution", "do": draft["do"]}
    assert (await admin.post("/rules/trials", {"rule": moment, "since": hour})).status_code == 200
    assert (await agent.post("/rules/trials", {"rule": draft, "since": hour})).status_code == 403


class Counted(list[PastEvent]):
    """Events that count how often all of them are looked at."""

    looks = 0

    def __iter__(self) -> Iterator[PastEvent]:
        Counted.looks += 1
        return super().__iter__()


async def test_a_trial_looks_at_all_events_as_often_for_many_changes_as_for_few(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await saved(admin, on=["ticket.updated"], do=[{"add_tags": ["x"]}])
    read = past.events_of_many

    async def counted(db: Db, ticket_ids: Sequence[UUID]) -> dict[UUID, list[PastEvent]]:
        return {ticket_id: Counted(events) for ticket_id, events in (await read(db, ticket_ids)).items()}

    monkeypatch.setattr(past, "events_of_many", counted)
    ticket = await filed(customer)
    looks = []
    for changes in (1, 12):
        for i in range(changes):
            await ok(await admin.put(f"/tickets/{ticket['id']}", {"subject": f"Subject {i}"}))
        Counted.looks = 0
        assert await tried(admin, rule_id=rule["id"])
        looks.append(Counted.looks)
    assert looks[0] == looks[1] > 0


async def test_other_requests_go_on_during_a_trial_of_many_changes() -> None:
    now = utc_now()
    event = PastEvent(
        id=1, at=now, actor_id=None, rule_id=None, operation_id=None, unit="1", imported=False,
        event=TicketWoke(ticket_id=UUID(int=1), until=now),
    )  # fmt: skip
    writes = [Write(own=[event], automations=[], firings=[], bounds=[], last=event)] * 100
    unused: Any = None
    replayer = replaying.Replayer(replaying.Tested(UUID(int=2), 0, None), unused)
    replay = asyncio.ensure_future(replayer.replay(unused, [event], writes, now + HOUR))
    turns = 0
    while not replay.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns >= 5


async def test_a_page_of_a_trial_ends_before_it_reads_too_many_events(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await saved(admin, do=[{"add_tags": ["x"]}])
    tickets = [await filed(customer) for _ in range(5)]
    long = tickets[2]
    for i in range(12):
        await ok(await admin.put(f"/tickets/{long['id']}", {"subject": f"Subject {i}"}))
    for module in ("trials", "bounds"):
        monkeypatch.setattr(f"deskbell.features.rules.{module}.MAX_EVENTS", 10)
    for named in (None, [each["id"] for each in reversed(tickets)]):
        after, pages, numbers, left_out = None, 0, [], []
        while pages == 0 or after is not None:
            body = {"rule_id": rule["id"], "since": (utc_now() - HOUR).isoformat(), "after": after, "ticket_ids": named}
            page = await ok(await admin.post("/rules/trials", body))
            assert page["tickets"] < 4
            numbers += [each["number"] for each in page["tried"]]
            left_out += page["left_out"]
            after, pages = page["next_after"], pages + 1
        assert sorted(numbers) == sorted(each["number"] for each in tickets if each is not long)
        assert (left_out, pages > 1) == ([long["number"]], True)


async def test_undoing_takes_back_what_a_rule_did_and_keeps_later_changes(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    before = await saved(admin, name="Before", do=[{"add_tags": ["one"]}])
    rule = await saved(
        admin, name="Wrong", do=[{"set": {"priority": "urgent", "status": "pending"}}, {"add_tags": ["wrong"]}]
    )
    await saved(admin, name="After", do=[{"add_tags": ["two"]}])
    first, second, third = [await filed(customer, subject=subject) for subject in ("First", "Second", "Third")]
    await agent.put(f"/tickets/{second['id']}", {"priority": "low", "tags": ["one", "wrong", "two", "three"]})
    await agent.put(f"/tickets/{third['id']}", {"status": "solved"})
    operation = await undone(admin, rule)
    assert (operation["kind"], operation["done"], operation["refused"]) == ("rule", 3, 0)
    assert {each["number"]: each["kept"] for each in operation["tickets"]} == {
        second["number"]: ["priority"], third["number"]: ["status"],
    }  # fmt: skip
    states = [await shown(agent, each) for each in (first, second, third)]
    assert [(each["priority"], each["status"], each["tags"]) for each in states] == [
        ("normal", "new", ["one", "two"]), ("low", "new", ["one", "two", "three"]), ("normal", "solved", ["one", "two"]),
    ]  # fmt: skip
    assert (await undone(admin, rule))["tickets"] == operation["tickets"]
    again = await ok(await admin.post(f"/operations/{operation['id']}/undo"))
    assert (again["kind"], again["undoes"]) == ("undo", operation["id"])
    assert (await shown(agent, first))["priority"] == "urgent"
    assert (await agent.post(f"/rules/{before['id']}/undo", {"since": utc_now().isoformat()})).status_code == 403


async def test_one_version_of_a_rule_can_be_taken_back(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await saved(admin, do=[{"add_tags": ["good"]}])
    good = await filed(customer)
    await ok(await admin.put(f"/rules/{rule['id']}", {"do": [{"add_tags": ["bad"]}]}))
    bad = await filed(customer)
    operation = await undone(admin, rule, version=2)
    assert operation["done"] == 1
    assert [(await shown(admin, each))["tags"] for each in (good, bad)] == [["good"], []]


async def test_redo_leaves_tickets_as_if_the_right_rule_had_run(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    await group(admin, "Billing")
    await group(admin, "Triage")
    rule = await saved(admin, when="subject:invoice*,boots", do=[{"set": {"group": "Billing", "priority": "high"}}])
    await saved(admin, when="group:none", do=[{"fill": {"group": "Triage"}}])
    await saved(admin, when="group:Billing", do=[{"add_tags": ["money"]}], on=["ticket.created", "ticket.assigned"])
    invoice, boots = await filed(customer), await filed(customer, subject="Boots")
    lamp, left = await filed(customer, subject="Lamp"), await filed(customer, subject="Lamp")
    await agent.put(f"/tickets/{left['id']}", {"priority": "low"})
    await ok(await admin.put(f"/rules/{rule['id']}", {"when": "subject:invoice*,lamp"}))
    operation = await undone(admin, rule, redo=True)
    assert operation["done"] == 4
    states = [await shown(agent, each) for each in (invoice, boots, lamp, left)]
    assert [(each["group"]["name"], each["priority"], each["tags"]) for each in states] == [
        ("Billing", "high", ["money"]), ("Triage", "normal", []), ("Billing", "high", ["money"]),
        ("Billing", "low", ["money"]),
    ]  # fmt: skip
    again = await ok(await admin.post(f"/operations/{operation['id']}/undo"))
    assert again["done"] == 4
    assert (await shown(agent, boots))["group"]["name"] == "Billing"


async def test_redo_leaves_status_and_assignee_with_the_moments_that_they_would_have(
    shop: Organization, rival: Organization
) -> None:
    ends = []
    for desk, when in ((shop, "subject:boots,zip"), (rival, "subject:boots,lamp")):
        admin, agent, customer = await desk.client("admin"), await desk.client("agent"), await desk.client("customer")
        do = [{"set": {"status": "hold"}}, {"assign": (await desk.person("agent")).email}]
        rule = await saved(admin, when=when, on=["ticket.created", "ticket.updated"], do=do)
        tickets, steps = [], [utc_now()]
        for subject in ("Boots", "Zip", "Lamp", "Zip", "Lamp"):
            tickets.append((await filed(customer, subject=subject))["id"])
            steps.append(utc_now())
        for step_ in range(3):
            for path in (f"/tickets/{each}" for each in tickets):
                await ok(await agent.put(path, {"priority": ["low", "high", "urgent"][step_]}))
                steps.append(utc_now())
        await ok(await agent.patch(f"/tickets/{tickets[3]}/status", {"status": "solved"}))
        if desk is shop:
            await ok(await admin.put(f"/rules/{rule['id']}", {"when": "subject:boots,lamp"}))
            assert (await undone(admin, rule, redo=True))["refused"] == 0
        ends.append(await whole_rows(desk, tickets, dict.fromkeys(tickets, steps)))
    assert ends[0] == ends[1]
    assert [each["status_since"] for each in ends[0]] == [1, 2, 3, 21, 5], "a moment is the number of its step"


async def test_many_tickets_are_a_job(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskbell.features.operations.service.IMMEDIATE", 2)
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await saved(admin, do=[{"add_tags": ["wrong"]}])
    tickets = [await filed(customer) for _ in range(3)]
    operation = await undone(admin, rule)
    assert operation["state"] == "waiting"
    await work(shop.desk, shop)
    done = await ok(await admin.get(f"/operations/{operation['id']}"))
    assert (done["state"], done["done"]) == ("done", 3)
    assert [(await shown(admin, each))["tags"] for each in tickets] == [[], [], []]


async def test_an_undo_of_a_rule_has_bounds_and_says_them(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await shop.client("admin")
    rule = await saved(admin)
    for _ in range(2):
        await filed(admin)
    path = f"/rules/{rule['id']}/undo"
    old = await admin.post(path, {"since": (utc_now() - timedelta(days=8)).isoformat()})
    assert old.json()["error"]["details"]["fields"][0]["code"] == "operation.too_old"
    monkeypatch.setattr("deskbell.features.operations.service.MAX_TICKETS", 1)
    many = await admin.post(path, {"since": (utc_now() - HOUR).isoformat()})
    assert many.json()["error"]["details"]["fields"][0]["code"] == "bulk.too_many"


async def a_step(rng: Random, agent: Client, customer: Client, path: str) -> None:
    """Does something to a ticket that no rule of the test does."""
    match rng.randrange(4):
        case 0:
            await agent.patch(f"{path}/status", {"status": rng.choice(["open", "pending", "solved", "hold"])})
        case 1:
            await customer.post(f"{path}/comments", {"body": rng.choice(["A refund, please", "Thanks", "IN-104266"])})
        case 2:
            await agent.post(f"{path}/comments", {"body": "Done", "public": rng.random() < 0.5})
        case _:
            body = {"subject": rng.choice(["Invoice", "Boots"]), "type": rng.choice(["task", "question"])}
            await agent.put(path, body)


@drawn
@seeds(3, 50)
async def test_redo_leaves_random_tickets_as_on_a_desk_where_the_right_rule_ran(
    shop: Organization, rival: Organization, seed: int
) -> None:
    on = ["ticket.created", "ticket.updated", "ticket.assigned", "ticket.reopened", "comment.added"]
    conditions = [
        "priority:high,urgent -tag:vip", "was.status:pending,solved status:open", "comment.by:customer body:refund",
        "group:Billing", "group:none tag:a", r"body:/IN-\d+/ comment:public", "subject:invoice* requester.open>1",
        {"any": ["status:solved", "type:task"], "none": ["by:customer"]}, "tag:a,b", "was.priority:low", None,
    ]  # fmt: skip
    rng = Random(seed)
    rules: list[dict[str, Any]] = []
    for number, when in enumerate(rng.sample(conditions, len(conditions))):
        do = [
            {"set": {"priority": rng.choice(["low", "normal", "high"])}}, {"add_tags": [rng.choice(["a", "b", "late"])]},
            {"fill": {"group": "Billing"}}, {"set": {"group": "Other"}}, {"remove_tags": [rng.choice(["a", "b"])]},
        ]  # fmt: skip
        stop = rng.random() < 0.1
        rules.append(
            {"name": f"{number}", "on": rng.sample(on, 3), "when": when, "do": rng.sample(do, 2), "stop": stop}
        )
    place = rng.randrange(len(rules))
    right = {
        **rules[place],
        "when": rng.choice(conditions),
        "do": [{"add_tags": ["right"]}, {"set": {"priority": "urgent"}}],
    }
    ends = []
    for desk, mine in ((shop, rules), (rival, [*rules[:place], right, *rules[place + 1 :]])):
        admin, agent, customer = await desk.client("admin"), await desk.client("agent"), await desk.client("customer")
        for name in ("Billing", "Other"):
            await group(admin, name)
        made = [await saved(admin, **rule) for rule in mine]
        draw, steps = Random(seed), [utc_now()]
        tickets = [(await filed(customer))["id"] for _ in range(4)]
        for _ in range(30):
            steps.append(utc_now())
            await a_step(draw, agent, customer, f"/tickets/{draw.choice(tickets)}")
        if desk is shop:
            await ok(await admin.put(f"/rules/{made[place]['id']}", {"when": right["when"], "do": right["do"]}))
            assert (await undone(admin, made[place], redo=True))["refused"] == 0
        ends.append(await whole_rows(desk, tickets, dict.fromkeys(tickets, steps)))
    assert ends[0] == ends[1]
