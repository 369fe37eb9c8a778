"""v1: automations: rules that fire some time after a moment of a ticket."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from deskbell.features.rules import recomputing
from deskbell.features.rules.recomputing import fire_moments
from deskbell.features.rules.restoring import pass_over
from deskbell.features.sla.watch import compute_missing
from deskbell.kernel.clock import utc_now
from tests.api.v1.test_rule_effects import comments
from tests.api.v1.test_rules import filed
from tests.support.desk import Client, Organization
from tests.support.journal import events_about
from tests.support.work import work

DAY = timedelta(days=1)


async def automation(shop: Organization, **rule: Any) -> dict[str, Any]:
    body = {"name": "Remind", "after": "3d", "since": "created", "do": [{"add_tags": ["late"]}], **rule}
    answer = await (await shop.client("admin")).post("/rules", body)
    assert answer.status_code == 201, answer.text
    await work(shop.desk, shop)
    created: dict[str, Any] = answer.json()["data"]
    return created


async def watch_until(shop: Organization, moment: datetime) -> None:
    """Fires everything that is due by a moment."""
    while (ahead := await fire_moments(shop.desk.database, moment)) is not None and ahead <= moment:
        pass


async def shown(client: Client, ticket: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/tickets/{ticket['id']}")).json()["data"]
    return found


async def fired(shop: Organization, ticket: dict[str, Any]) -> int:
    return [kind for kind, _ in await events_about(shop, ticket["id"])].count("rule.fired")


async def test_an_automation_fires_at_its_moment_once(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await automation(shop, when="status:new")
    assert (rule["kind"], rule["on"], rule["after"], rule["since"]) == ("automation", [], "3d", "created")
    assert (await admin.get(f"/rules/{rule['id']}")).json()["data"]["recomputing"] is False
    ticket = await filed(customer)
    now = utc_now()
    await watch_until(shop, now + 2 * DAY)
    assert await fired(shop, ticket) == 0
    await watch_until(shop, now + 3 * DAY)
    await watch_until(shop, now + 9 * DAY)
    after = await shown(admin, ticket)
    assert (after["tags"], after["version"], await fired(shop, ticket)) == (["late"], ticket["version"] + 1, 1)
    history = (await admin.get(f"/tickets/{ticket['id']}/history")).json()["data"]
    assert [step["action"] for step in history] == ["created", "rule_fired", "tags_changed"]
    assert history[-1]["by"]["rule"]["id"] == rule["id"]


async def test_why_not_names_the_moment_that_it_counts_from(shop: Organization) -> None:
    admin, customer, agent = await shop.client("admin"), await shop.client("customer"), await shop.client("agent")
    rule = await automation(shop, since="staff.wrote", when="priority:urgent")
    ticket = await filed(customer)

    async def asked() -> dict[str, Any]:
        answer = await admin.post(f"/rules/{rule['id']}/explain", {"ticket_id": ticket["id"]})
        found: dict[str, Any] = answer.json()["data"]
        return found

    assert (await asked())["timed"] == {"anchor_at": None, "times": 0, "next_at": None}
    await agent.post(f"/tickets/{ticket['id']}/comments", {"body": "How is it?"})
    timed, holds = (await asked())["timed"], (await asked())["holds"]
    assert datetime.fromisoformat(timed["next_at"]) - datetime.fromisoformat(timed["anchor_at"]) == 3 * DAY
    assert (timed["times"], holds) == (0, False)
    await agent.put(f"/tickets/{ticket['id']}", {"priority": "urgent"})
    await watch_until(shop, utc_now() + 4 * DAY)
    assert (await asked())["timed"] == {"anchor_at": timed["anchor_at"], "times": 1, "next_at": None}


async def test_it_fires_again_when_the_moment_that_it_counts_from_moves(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    await automation(shop, since="staff.wrote", do=[{"note": {"text": "Silence"}}])
    ticket = await filed(customer)
    now = utc_now()
    await watch_until(shop, now + 4 * DAY)
    assert await fired(shop, ticket) == 0
    for expected in (1, 2):
        await agent.post(f"/tickets/{ticket['id']}/comments", {"body": "How is it?"})
        await watch_until(shop, utc_now() + 4 * DAY)
        assert await fired(shop, ticket) == expected
    await customer.post(f"/tickets/{ticket['id']}/comments", {"body": "Fine"})
    await agent.post(f"/tickets/{ticket['id']}/comments", {"body": "A note", "public": False})
    await watch_until(shop, utc_now() + 9 * DAY)
    assert await fired(shop, ticket) == 2


async def test_it_reminds_so_often_and_then_does_something_else(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await automation(
        shop, repeat={"every": "1d", "most": 3}, do=[{"note": {"text": "Reminder"}}],
        **{"finally": [{"set": {"status": "solved"}}, {"note": {"text": "Farewell"}}]},
    )  # fmt: skip
    ticket = await filed(customer)
    now = utc_now()
    for days, expected, status in ((3, 1, "new"), (4, 2, "new"), (5, 3, "solved"), (20, 3, "solved")):
        await watch_until(shop, now + days * DAY + timedelta(minutes=days))
        assert (await fired(shop, ticket), (await shown(admin, ticket))["status"]) == (expected, status)
    await work(shop.desk, shop)
    assert [each["body"] for each in await comments(admin, ticket["id"])] == ["Reminder", "Reminder", "Farewell"]


async def test_moments_missed_without_a_worker_come_one_interval_apart(shop: Organization) -> None:
    customer = await shop.client("customer")
    await automation(shop, repeat={"every": "1d", "most": 3})
    ticket = await filed(customer)
    late = utc_now() + 30 * DAY
    await watch_until(shop, late)
    assert await fired(shop, ticket) == 1
    await watch_until(shop, late + timedelta(hours=23))
    assert await fired(shop, ticket) == 1
    await watch_until(shop, late + timedelta(hours=25))
    assert await fired(shop, ticket) == 2


async def test_a_moment_whose_condition_failed_is_asked_again_at_the_next_change(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    await automation(shop, after="0s", when="priority:high")
    ticket = await filed(customer)
    await watch_until(shop, utc_now() + timedelta(seconds=1))
    assert await fired(shop, ticket) == 0
    await agent.put(f"/tickets/{ticket['id']}", {"priority": "high"})
    await watch_until(shop, utc_now() + timedelta(seconds=1))
    assert await fired(shop, ticket) == 1


@pytest.mark.parametrize(("catch_up", "expected"), [(False, 0), (True, 1)])
async def test_what_was_due_before_it_was_switched_on_is_passed_over(
    shop: Organization, *, catch_up: bool, expected: int
) -> None:
    customer = await shop.client("customer")
    ticket = await filed(customer)
    async with shop.desk.database.unit(shop.system()) as uow:  # as an import leaves it
        await uow.db.execute(
            "update tickets set created_at = created_at - interval '9 days', status_since = null, moment_next_at = null"
        )
    await automation(shop, catch_up=catch_up)
    await watch_until(shop, utc_now() + DAY)
    assert await fired(shop, ticket) == expected


async def test_its_changes_wake_triggers_in_the_same_write(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    trigger = {"name": "Escalate", "on": ["ticket.updated"], "when": "by:rule changed:tags tag:late",
               "do": [{"set": {"priority": "urgent"}}]}  # fmt: skip
    assert (await admin.post("/rules", trigger)).status_code == 201
    await automation(shop)
    ticket = await filed(customer)
    await watch_until(shop, utc_now() + 4 * DAY)
    after = await shown(admin, ticket)
    assert (after["priority"], after["tags"], after["version"]) == ("urgent", ["late"], ticket["version"] + 1)


async def test_two_watches_fire_it_once_and_a_stopped_one_not_at_all(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await automation(shop)
    tickets = [await filed(customer) for _ in range(5)]
    late = utc_now() + 4 * DAY
    await asyncio.gather(watch_until(shop, late), watch_until(shop, late))
    assert [await fired(shop, each) for each in tickets] == [1] * 5
    await admin.put(f"/rules/{rule['id']}", {"enabled": False})
    more = await filed(customer)
    await watch_until(shop, late)
    assert await fired(shop, more) == 0


async def test_saving_another_time_counts_from_then_on(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    ticket = await filed(customer)
    rule = await automation(shop, after="30d")
    assert (await admin.put(f"/rules/{rule['id']}", {"after": "1d"})).json()["data"]["after"] == "1d"
    await work(shop.desk, shop)
    await watch_until(shop, utc_now() + timedelta(hours=25))
    assert await fired(shop, ticket) == 1
    closed = await filed(customer)
    await admin.patch(f"/tickets/{closed['id']}/status", {"status": "closed"})
    await watch_until(shop, utc_now() + 3 * DAY)
    assert await fired(shop, closed) == 0


async def test_what_passed_before_an_import_counts_as_done(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    await automation(shop, after="1d")
    ticket = await filed(customer)
    async with shop.desk.database.unit(shop.system()) as uow:  # as an import leaves it
        await uow.db.execute(
            "update tickets set created_at = created_at - interval '9 days', status_since = null, moment_next_at = null, "
            "clock_used = null"
        )
        await uow.db.execute("update rules set armed_at = armed_at - interval '90 days'")
        await uow.db.execute("update rule_lists set version = version + 1")
    while await compute_missing(shop.desk.database, utc_now()):
        pass
    await agent.put(f"/tickets/{ticket['id']}", {"priority": "high"})
    await watch_until(shop, utc_now() + DAY)
    assert await fired(shop, ticket) == 0


async def test_what_came_due_before_a_restore_counts_as_done(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await automation(shop)
    daily = {"name": "Daily", "every": "day 08:00", "for": None, "do": [{"add_tags": ["daily"]}]}
    schedule = (await admin.post("/rules", daily)).json()["data"]
    old, now = await filed(customer), utc_now()
    assert await pass_over(shop.desk.database, now + 4 * DAY) >= 1
    await watch_until(shop, now + 9 * DAY)
    assert await fired(shop, old) == 0
    after = (await admin.get(f"/rules/{schedule['id']}")).json()["data"]
    assert datetime.fromisoformat(after["next_at"]) > now + 4 * DAY
    assert await pass_over(shop.desk.database, now) == 0
    new = await filed(customer)
    await watch_until(shop, utc_now() + 3 * DAY)
    assert (await fired(shop, new), await fired(shop, old)) == (1, 0)


async def test_imported_tickets_count_from_their_history(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    ticket = await filed(customer)
    await agent.post(f"/tickets/{ticket['id']}/comments", {"body": "Hello"})
    async with shop.desk.database.unit(shop.system()) as uow:
        before = await uow.db.fetch_one(_ANCHORS, UUID(ticket["id"]))
        await uow.db.execute(
            "update tickets set status_since = null, assigned_since = null, customer_wrote_at = null, staff_wrote_at = null"
        )
    await automation(shop)
    async with shop.desk.database.unit(shop.system()) as uow:
        after = await uow.db.fetch_one(_ANCHORS, UUID(ticket["id"]))
    assert before is not None
    assert after is not None
    assert tuple(after) == tuple(before)
    assert after["staff_wrote_at"] > after["customer_wrote_at"] > datetime(2020, 1, 1, tzinfo=UTC)


_ANCHORS = "select status_since, assigned_since, customer_wrote_at, staff_wrote_at from tickets where id = $1"


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"after": "3w working"}, "after"),
        ({"after": "soon"}, "after"),
        ({"after": "-2h"}, "after"),
        ({"since": "yesterday"}, "since"),
        ({"repeat": {"every": "1 working", "most": 2}}, "repeat.every"),
        ({"repeat": {"every": "1m", "most": 2}}, "repeat.every"),
        ({"repeat": {"every": "1d", "most": 1}}, "repeat.most"),
        ({"on": ["ticket.created"]}, "on"),
        ({"finally": [{}]}, "finally.0"),
        ({"finally": [{"assign": "x@else.example"}]}, "finally.0.assign"),
    ],
)
async def test_a_mistake_in_an_automation_is_named(shop: Organization, rule: dict[str, Any], field: str) -> None:
    body = {"name": "Remind", "after": "3d", "since": "created", "do": [{"add_tags": ["late"]}], **rule}
    answer = await (await shop.client("admin")).post("/rules", body)
    assert answer.status_code == 422, answer.text
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [field]


async def test_a_trigger_does_not_become_an_automation(shop: Organization) -> None:
    admin = await shop.client("admin")
    trigger = {"name": "Mark", "on": ["ticket.created"], "do": [{"add_tags": ["late"]}]}
    made = (await admin.post("/rules", trigger)).json()["data"]
    assert (await admin.put(f"/rules/{made['id']}", {"after": "3d"})).status_code == 422


async def test_a_condition_on_a_duration_is_asked_again_when_time_alone_makes_it_hold(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    await automation(shop, after="1h", when={"any": ["status.since>2d", "due<1h"]})
    ticket = await filed(customer)
    due = datetime.fromisoformat((await shown(agent, ticket))["sla"]["first_response_due_at"])
    now = utc_now()
    await watch_until(shop, due - timedelta(minutes=61))
    assert await fired(shop, ticket) == 0
    await watch_until(shop, due - timedelta(minutes=59))
    assert await fired(shop, ticket) == 1
    other = await filed(customer)
    await agent.post(f"/tickets/{other['id']}/comments", {"body": "Which size?"})
    await agent.put(f"/tickets/{other['id']}", {"status": "pending"})  # its clock is paused: nothing is due
    await watch_until(shop, now + 2 * DAY)
    assert await fired(shop, other) == 0
    await watch_until(shop, now + 2 * DAY + timedelta(hours=1))
    assert await fired(shop, other) == 1


async def test_a_burst_is_handled_to_the_last_ticket_counted_and_delays_no_other_organization(
    shop: Organization, rival: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "_DUE", 6)  # in place of 100, as 40 tickets are in place of 40,000
    customer, other = await shop.client("customer"), await rival.client("customer")
    rule = await automation(shop, after="1h")
    await automation(rival, after="2h")
    burst = [await filed(customer) for _ in range(40)]
    late = await filed(other)
    now = utc_now() + timedelta(hours=3)
    looks = 0
    while not await fired(rival, late):  # it was due after all of the burst
        await fire_moments(shop.desk.database, now)
        looks += 1
        assert looks < 40, "the burst was handled before it"
    done = sum([await fired(shop, each) for each in burst])
    assert done < len(burst), "it waited for the whole burst"
    await watch_until(shop, now)
    assert [await fired(shop, each) for each in burst] == [1] * len(burst)
    page = (await (await shop.client("admin")).get(f"/rules/{rule['id']}/firings?limit=100")).json()
    assert (page["pagination"]["total"], len({each["ticket_id"] for each in page["data"]})) == (len(burst), len(burst))


async def test_a_moment_belongs_to_its_ticket(shop: Organization) -> None:
    customer = await shop.client("customer")
    await automation(shop, since="customer.wrote", after="1d")
    first, second = await filed(customer), await filed(customer)
    await watch_until(shop, utc_now() + timedelta(hours=25))
    assert (await fired(shop, first), await fired(shop, second)) == (1, 1)
    await customer.post(f"/tickets/{first['id']}/comments", {"body": "Still there?"})
    await watch_until(shop, utc_now() + timedelta(hours=50))
    assert (await fired(shop, first), await fired(shop, second)) == (2, 1), "words on one are none on the other"


async def test_it_counts_from_a_date_in_a_field_which_may_move_or_go(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    for key, kind in (("delivery", "date"), ("pickup", "datetime"), ("place", "text")):
        assert (await admin.post("/fields", {"key": key, "type": kind, "label": key})).status_code == 201
    body = {"name": "Remind", "after": "1h", "do": [{"add_tags": ["late"]}]}
    for since in ("field.place", "field.gone"):
        answer = await admin.post("/rules", {**body, "since": since})
        assert answer.status_code == 422
        assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == ["since"]
    offered = (await admin.get("/workflow/vocabulary")).json()["data"]["since"]
    assert offered[-2:] == ["field.delivery", "field.pickup"]
    before = await filed(customer)
    assert (await agent.put(f"/tickets/{before['id']}", {"fields": {"delivery": "2040-03-02"}})).status_code == 200
    rule = await automation(shop, after="-1d", since="field.delivery")
    await automation(shop, after="2h", since="field.pickup", do=[{"add_tags": ["picked"]}])
    ticket = await filed(customer)

    async def put(**values: str | None) -> None:
        assert (await agent.put(f"/tickets/{ticket['id']}", {"fields": values})).status_code == 200

    async def due(of: dict[str, Any]) -> datetime | None:
        async with shop.desk.database.unit(shop.system()) as uow:
            found: datetime | None = await uow.db.fetch_value(
                "select moment_next_at from tickets where id = $1", UUID(of["id"])
            )
        return found

    assert (await due(before), await due(ticket)) == (datetime(2040, 3, 1, tzinfo=UTC), None)
    await put(delivery="2040-05-04", pickup="2040-06-01T10:00:00+02:00")
    assert await due(ticket) == datetime(2040, 5, 3, tzinfo=UTC)
    await put(delivery=None)
    assert await due(ticket) == datetime(2040, 6, 1, 10, tzinfo=UTC)
    await put(delivery="2040-07-01")
    await watch_until(shop, datetime(2040, 7, 1, tzinfo=UTC))
    assert sorted((await shown(admin, ticket))["tags"]) == ["late", "picked"]
    assert (await fired(shop, ticket), await fired(shop, before)) == (2, 1)
    await put(delivery="2040-08-01")
    await watch_until(shop, datetime(2040, 8, 1, tzinfo=UTC))
    assert await fired(shop, ticket) == 3, "the date that it counts from has moved"
    why = (await admin.post(f"/rules/{rule['id']}/explain", {"ticket_id": ticket["id"]})).json()["data"]
    assert datetime.fromisoformat(why["timed"]["anchor_at"]) == datetime(2040, 8, 1, tzinfo=UTC)
    assert (await admin.delete("/fields/delivery")).status_code == 200
    gone = (await admin.get(f"/rules/{rule['id']}")).json()["data"]
    assert (gone["enabled"], gone["switched_off"]) == (False, "reference_gone")


async def test_a_forgotten_ticket_is_escalated(shop: Organization) -> None:
    admin, lead, customer = await shop.client("admin"), await shop.client("team_lead"), await shop.client("customer")
    assert (await admin.post("/groups", {"name": "Experts", "description": ""})).status_code == 201
    await automation(shop, after="4h", when="status:new", do=[{"escalate": {"group": "Experts"}}])
    ticket = await filed(customer)
    now = utc_now()
    await watch_until(shop, now + timedelta(hours=3))
    assert await fired(shop, ticket) == 0
    await watch_until(shop, now + timedelta(hours=4))
    await work(shop.desk, shop)
    after = await shown(admin, ticket)
    assert (after["priority"], after["group"]["name"]) == ("high", "Experts")
    notices = (await lead.get("/notifications")).json()["data"]
    assert [each["message"] for each in notices if each["type"] == "rule"] == [ticket["subject"]]
