"""v1: trials of automations and schedules over the past."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from deskbell.features.rules import bounds, clocked, undoing
from deskbell.features.rules.recomputing import fire_moments
from deskbell.kernel.clock import utc_now
from tests.api.v1.test_automations import automation, watch_until
from tests.api.v1.test_operations import ok, rows_of
from tests.api.v1.test_rules import filed, group, saved
from tests.api.v1.test_schedules import moment, run_until, schedule
from tests.support.desk import Client, Organization
from tests.support.seeds import drawn, seeds
from tests.support.work import work

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CONDITIONS = [
    "-tag:vip",
    "status:new,open",
    "priority:normal",
    "group:none requester.open>0",
    None,
    "assignee:none",
    "status.since>3h",
    "-updated<4h -status:solved",
    "customer.wrote>10h -status.since<2h",
    "assigned.since>1h",
]


async def trial(client: Client, since: datetime, until: datetime, **asked: Any) -> dict[str, Any]:
    body = {"since": since.isoformat(), "until": until.isoformat(), **asked}
    found: dict[str, Any] = await ok(await client.post("/rules/trials", body))
    return found


async def firings(client: Client, rule: dict[str, Any]) -> list[tuple[str, str]]:
    found = (await client.get(f"/rules/{rule['id']}/firings")).json()["data"]
    return sorted((each["ticket_id"], each["at"]) for each in found)


async def watch_punctually(shop: Organization, until: datetime) -> None:
    """Fires each moment at its time."""
    now = utc_now()
    while now < until:
        ahead = await fire_moments(shop.desk.database, now)
        now = until if ahead is None else max(now, ahead)


def draft(**rule: Any) -> dict[str, Any]:
    return {"name": "Draft", "after": "1d", "since": "created", "do": [{"add_tags": ["late"]}], **rule}


@drawn
@seeds(4, 50)
async def test_a_trial_of_an_unchanged_automation_is_what_it_did(shop: Organization, seed: int) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    me = str((await shop.person("agent")).id)
    await group(admin, "Billing")
    draw = Random(seed)
    timings: list[dict[str, Any]] = [
        {"since": "created"}, {"since": "updated"}, {"since": "status"}, {"since": "assigned"}, {"since": "solved"},
        {"since": "customer.wrote"}, {"since": "staff.wrote"}, {"since": "due.first_response"}, {"since": "due.resolution"},
        {"since": "created", "repeat": {"every": "6h", "most": 3}, "finally": [{"set": {"priority": "urgent"}}]},
        {"since": "customer.wrote", "repeat": {"every": "1h", "most": 5}},
    ]  # fmt: skip
    actions: list[dict[str, Any]] = [
        {"add_tags": ["late"]}, {"set": {"priority": "high"}}, {"fill": {"group": "Billing"}}, {"note": {"text": "Late"}},
    ]  # fmt: skip
    rules = [
        await automation(
            shop, after=draw.choice(["30m", "2h", "1d"]), when=draw.choice(CONDITIONS),
            do=draw.sample(actions, draw.randint(1, 2)), **timing,
        )
        for timing in timings
    ]  # fmt: skip
    await saved(admin, on=["ticket.updated"], when="by:rule tag:late", do=[{"add_tags": ["seen"]}])
    tickets = [await filed(customer) for _ in range(4)]
    start = utc_now()
    now = start
    steps = [
        lambda ticket: agent.put(f"/tickets/{ticket}", {"status": draw.choice(["open", "pending", "solved"])}),
        lambda ticket: agent.put(f"/tickets/{ticket}", {"assignee_id": draw.choice([me, None])}),
        lambda ticket: agent.put(f"/tickets/{ticket}", {"tags": draw.choice([["vip"], ["a"], []])}),
        lambda ticket: agent.post(f"/tickets/{ticket}/comments", {"body": "How is it?"}),
        lambda ticket: customer.post(f"/tickets/{ticket}/comments", {"body": "Still waiting"}),
    ]
    for _ in range(12):
        # Moments are in the future of the database's clock: what people do meanwhile comes before all of them.
        await draw.choice(steps)(draw.choice(tickets)["id"])
    for _ in range(12):
        now += draw.choice([HOUR, 5 * HOUR, DAY])
        await watch_punctually(shop, now)
    until = now + HOUR
    before = await rows_of(shop)
    total = 0
    for rule in rules:
        found = await trial(admin, start - HOUR, min(until, start + 6 * DAY), rule_id=rule["id"])
        assert {each["difference"] for each in found["tried"]} <= {"same"}, (rule, found["tried"])
        mine = [each for each in await firings(admin, rule) if datetime.fromisoformat(each[1]) < start + 6 * DAY]
        assert sorted((each["ticket_id"], each["at"]) for each in found["tried"]) == mine
        total += len(mine)
    assert total > 10
    assert await rows_of(shop) == before


async def test_a_draft_lists_the_moments_at_which_it_would_have_fired(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    ticket, solved = await filed(customer), await filed(customer)
    await admin.put(f"/tickets/{solved['id']}", {"status": "closed"})
    now = utc_now()
    rule = draft(
        when="status:new",
        repeat={"every": "1d", "most": 2},
        do=[{"note": {"text": "Late"}}, {"set": {"priority": "high"}}],
    )
    found = await trial(admin, now - HOUR, now + 3 * DAY, rule=rule)
    assert [(each["ticket_id"], each["difference"], each["effects"]) for each in found["tried"]] == [
        (ticket["id"], "new", ["note"]), (ticket["id"], "new", ["note"]),
    ]  # fmt: skip
    filed_at = datetime.fromisoformat(ticket["created_at"])
    moments = [datetime.fromisoformat(each["at"]) - filed_at for each in found["tried"]]
    assert [round(each / DAY, 3) for each in moments] == [1, 2]
    assert [each["changes"].get("priority") for each in found["tried"]] == [{"was": "normal", "now": "high"}, None]
    assert (await trial(admin, now - HOUR, now + HOUR, rule=rule))["tried"] == []


async def test_a_changed_condition_shows_what_is_new_and_what_is_gone(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await automation(shop, after="1d", when="priority:high")
    high, low = await filed(customer, priority="high"), await filed(customer, priority="low")
    now = utc_now()
    await watch_until(shop, now + DAY + HOUR)
    other = draft(when="priority:low")
    found = await trial(admin, now - HOUR, now + 2 * DAY, rule_id=rule["id"], rule={**other, "catch_up": True})
    assert {each["ticket_id"]: each["difference"] for each in found["tried"]} == {high["id"]: "gone", low["id"]: "new"}


async def test_a_schedule_is_tried_at_its_moments_and_equals_what_it_did(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    ticket = await filed(customer)
    far = f"day {utc_now() + timedelta(hours=12):%H:%M}"
    rule = await schedule(shop, every=far, chosen="priority:normal")
    first = moment(rule)
    await run_until(shop, first)
    await run_until(shop, first + DAY)
    found = await trial(admin, first - 2 * DAY, first + DAY + HOUR, rule_id=rule["id"])
    assert [each["difference"] for each in found["tried"]] == ["same", "same"]
    assert [(each["ticket_id"], each["at"]) for each in found["tried"]] == await firings(admin, rule)
    stricter = {"name": "S", "every": far, "for": "priority:low", "do": [{"add_tags": ["weekly"]}]}
    changed = await trial(admin, first - HOUR, first + DAY + HOUR, rule_id=rule["id"], rule=stricter)
    assert [each["difference"] for each in changed["tried"]] == ["gone", "gone"]
    assert changed["tried"][0]["ticket_id"] == ticket["id"]


async def test_what_cannot_be_tried_is_refused(shop: Organization) -> None:
    admin = await shop.client("admin")
    now = utc_now()
    body = {"since": (now - HOUR).isoformat()}
    for asked, path in (
        ({"rule": draft(), "since": (now - 366 * DAY).isoformat()}, "since"),
        ({"rule": draft(), "rule_id": (await saved(admin))["id"]}, "rule"),
    ):
        answer = await admin.post("/rules/trials", {**body, **asked})
        assert answer.status_code == 422
        assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [path]
    rule = await automation(shop)
    redo = await admin.post(f"/rules/{rule['id']}/undo", {**body, "redo": True})
    assert [each["path"] for each in redo.json()["error"]["details"]["fields"]] == ["redo"]


async def test_an_answer_asks_for_few_facts_beyond_the_rows(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    monkeypatch.setattr(clocked, "MAX_STATEMENTS", 3)
    tickets = [await filed(customer) for _ in range(5)]
    now = utc_now()
    few = draft(when="requester.open>0", repeat={"every": "1h", "most": 2})
    pages: list[dict[str, Any]] = []
    seen: list[str] = []
    after = None
    while not pages or after is not None:
        pages.append(await trial(admin, now - HOUR, now + 3 * DAY, rule=few, after=after))
        seen += [each["ticket_id"] for each in pages[-1]["tried"]]
        after = pages[-1]["next_after"]
    assert [page["tickets"] for page in pages] == [2, 2, 1]
    assert sorted(seen) == sorted(2 * [each["id"] for each in tickets])
    many = draft(when="requester.open>0", repeat={"every": "1h", "most": 30})
    first = await trial(admin, now - HOUR, now + 3 * DAY, rule=many)
    assert (first["tickets"], len(first["left_out"]), first["tried"]) == (0, 1, [])
    assert first["next_after"] is not None


async def test_an_undo_reads_no_more_events_than_a_trial(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await saved(admin)
    tickets = [await filed(customer) for _ in range(4)]
    long = tickets[0]
    for n in range(8):
        await admin.put(f"/tickets/{long['id']}", {"tags": ["seen", f"t{n}"]})
    for module in (bounds, undoing):
        monkeypatch.setattr(module, "MAX_EVENTS", 7)
    operation = await ok(await admin.post(f"/rules/{rule['id']}/undo", {"since": (utc_now() - HOUR).isoformat()}))
    assert operation["state"] == "waiting"  # not within one answer
    await work(shop.desk, shop)
    done = await ok(await admin.get(f"/operations/{operation['id']}"))
    assert (done["state"], done["done"], done["refused"]) == ("done", 4, 1)
    tags = [(await ok(await admin.get(f"/tickets/{each['id']}")))["tags"] for each in tickets]
    assert tags[1:] == [[], [], []]
    assert "seen" in tags[0]
