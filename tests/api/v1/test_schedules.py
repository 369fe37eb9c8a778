"""v1: schedules: rules that fire by the calendar on the tickets that a search finds."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from deskbell.features.rules import scheduling
from deskbell.features.rules.scheduling import run_schedules
from deskbell.features.tickets.service import firing
from deskbell.kernel.clock import utc_now
from tests.api.v1.test_automations import fired, shown
from tests.api.v1.test_rule_effects import comments
from tests.api.v1.test_rules import filed
from tests.support.desk import Organization
from tests.support.work import work

WEEK = timedelta(days=7)


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def far() -> str:
    """A moment of each week, some days away."""
    moment = utc_now() + timedelta(days=3)
    return f"{DAYS[moment.weekday()]} {moment:%H:%M}"


async def schedule(
    shop: Organization, expected: int = 201, *, chosen: Any = "status:new", **rule: Any
) -> dict[str, Any]:
    body = {"name": "Mondays", "every": far(), "for": chosen, "do": [{"add_tags": ["weekly"]}], **rule}
    answer = await (await shop.client("admin")).post("/rules", body)
    assert answer.status_code == expected, answer.text
    created: dict[str, Any] = answer.json()
    return created["data"] if expected == 201 else created


def moment(rule: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(rule["next_at"])


async def run_until(shop: Organization, now: datetime) -> None:
    """Starts everything that is due by a moment and finishes it."""
    while await run_schedules(shop.desk.database, now):
        pass


async def test_a_schedule_fires_at_its_moments_on_the_tickets_that_it_finds(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await schedule(shop, do=[{"add_tags": ["weekly"]}, {"note": {"text": "A week has passed"}}])
    assert (rule["kind"], rule["on"], rule["when"], rule["for"]) == ("schedule", [], None, "status:new")
    due = moment(rule)
    assert (rule["every"], due.second, due.weekday()) == (far(), 0, (utc_now() + timedelta(days=3)).weekday())
    mine, other = await filed(customer), await filed(customer)
    await admin.put(f"/tickets/{other['id']}", {"status": "pending"})
    await run_until(shop, due - timedelta(seconds=1))
    assert await fired(shop, mine) == 0
    await run_until(shop, due)
    await run_until(shop, due)
    await work(shop.desk, shop)
    assert (await shown(admin, mine))["tags"] == ["weekly"]
    assert [each["body"] for each in await comments(admin, mine["id"])] == ["A week has passed"]
    assert (await fired(shop, mine), await fired(shop, other)) == (1, 0)
    after = (await admin.get(f"/rules/{rule['id']}")).json()["data"]
    assert moment(after) == due + WEEK
    await run_until(shop, due + WEEK)
    assert await fired(shop, mine) == 2
    chain = (await admin.get(f"/tickets/{mine['id']}/explanation")).json()["data"]
    assert [[each["rule"]["name"] for each in operation["rules"]] for operation in chain] == [["Mondays"]] * 2
    asked = await admin.post(
        f"/rules/{rule['id']}/explain",
        {"ticket_id": mine["id"], "event_id": chain[-1]["rules"][0]["event_id"]},
    )
    assert (asked.json()["data"]["wakes"], asked.json()["data"]["holds"]) == (True, True)


async def test_it_follows_the_organizations_clock_also_when_that_changes(shop: Organization) -> None:
    admin = await shop.client("admin")
    zone = ZoneInfo("Asia/Kathmandu")
    far_there = (utc_now() + timedelta(hours=12)).astimezone(zone)
    rule = await schedule(shop, every=f"day {far_there:%H:%M}")
    changed = await admin.put(f"/organizations/{shop.id}", {"settings": {"time_zone": "Asia/Kathmandu"}})
    assert changed.status_code == 200, changed.text
    await work(shop.desk, shop)
    after = moment((await admin.get(f"/rules/{rule['id']}")).json()["data"])
    local = after.astimezone(zone)
    assert (local.hour, local.minute) == (far_there.hour, far_there.minute)
    assert utc_now() < after <= utc_now() + timedelta(days=1)


async def test_runs_missed_without_a_worker_are_made_up_for_once(shop: Organization) -> None:
    customer = await shop.client("customer")
    rule = await schedule(shop)
    ticket = await filed(customer)
    late = moment(rule) + 5 * WEEK + timedelta(days=2)
    await run_until(shop, late)
    assert await fired(shop, ticket) == 1
    after = (await (await shop.client("admin")).get(f"/rules/{rule['id']}")).json()["data"]
    assert moment(after) == moment(rule) + 6 * WEEK


async def test_a_run_that_was_interrupted_goes_on_where_it_ended(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await shop.client("customer")
    rule = await schedule(shop)
    tickets = [await filed(customer) for _ in range(5)]
    monkeypatch.setattr(scheduling, "PAGE", 2)
    due = moment(rule)
    done = [0]
    while not any(done):  # until the first page is done: the database has schedules of others
        await run_schedules(shop.desk.database, due)
        done = [await fired(shop, each) for each in tickets]
    assert sorted(done) == [0, 0, 0, 1, 1]
    real = firing.fire_scheduled
    calls = 0

    async def dies(uow: Any, ticket_id: UUID, rule_id: UUID) -> bool:
        nonlocal calls
        calls += str(ticket_id) in {each["id"] for each in tickets}
        found = await real(uow, ticket_id, rule_id)
        if calls == 2:
            raise ConnectionResetError("the worker is gone, with a page half done")
        return found

    monkeypatch.setattr(scheduling, "fire_scheduled", dies)
    with pytest.raises(ConnectionResetError):
        await run_until(shop, due)
    monkeypatch.setattr(scheduling, "fire_scheduled", real)
    assert [await fired(shop, each) for each in tickets] == done
    await run_until(shop, due)
    assert [await fired(shop, each) for each in tickets] == [1] * 5


async def test_a_ticket_that_fails_does_not_stop_the_run(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = await shop.client("customer")
    rule = await schedule(shop)
    tickets = [await filed(customer) for _ in range(4)]
    bad = sorted(UUID(each["id"]) for each in tickets)[1]
    real = firing.fire_scheduled

    async def fails(uow: Any, ticket_id: UUID, rule_id: UUID) -> bool:
        if ticket_id == bad:
            raise LookupError("this one")
        return await real(uow, ticket_id, rule_id)

    monkeypatch.setattr(scheduling, "fire_scheduled", fails)
    await run_until(shop, moment(rule))
    assert {each["id"]: await fired(shop, each) for each in tickets} == {
        each["id"]: int(each["id"] != str(bad)) for each in tickets
    }


async def test_a_lasting_database_error_of_one_stops_no_other_organization(
    shop: Organization, rival: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = await filed(await shop.client("customer")), await filed(await rival.client("customer"))
    rules = [await schedule(shop), await schedule(rival)]
    real = firing.fire_scheduled

    async def fails(uow: Any, ticket_id: UUID, rule_id: UUID) -> bool:
        if str(ticket_id) == mine["id"]:
            raise asyncpg.CheckViolationError("this one, each time")
        return await real(uow, ticket_id, rule_id)

    monkeypatch.setattr(scheduling, "fire_scheduled", fails)
    await run_until(shop, max(moment(each) for each in rules))
    assert (await fired(shop, mine), await fired(rival, theirs)) == (0, 1)


async def test_a_worker_that_finds_others_at_work_has_done_nothing(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = await schedule(shop)
    found = [(shop.id, UUID(rule["id"]), None), (shop.id, UUID(rule["id"]), moment(rule))]

    async def to_run(*_: Any) -> Any:
        return found

    monkeypatch.setattr("deskbell.features.rules.queries.schedules.to_run", to_run)
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.begin()
        await uow.db.fetch_one("select id from rules for update")
        assert await run_schedules(shop.desk.database, moment(rule)) is False
    assert await run_schedules(shop.desk.database, moment(rule)) is True


async def test_many_tickets_need_their_number(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    customer, admin = await shop.client("customer"), await shop.client("admin")
    monkeypatch.setattr(scheduling, "MANY", 1)
    for _ in range(3):
        await filed(customer)
    refused = await schedule(shop, expected=422)
    (problem,) = refused["error"]["details"]["fields"]
    assert (problem["path"], problem["message"]) == (
        "tickets",
        "This meets 3 tickets now. More than 1 need their number in tickets",
    )
    await schedule(shop, expected=422, tickets=2)
    rule = await schedule(shop, tickets=3)
    assert rule["tickets"] == 3
    # Other actions need no new look at the number, another search does.
    again = await admin.put(f"/rules/{rule['id']}", {"do": [{"add_tags": ["monday"]}]})
    assert again.status_code == 200
    await filed(customer)
    wider = await admin.put(f"/rules/{rule['id']}", {"for": "-tag:x"})
    assert wider.status_code == 422


async def test_switching_it_off_ends_it_and_on_again_begins_with_the_next_moment(shop: Organization) -> None:
    customer, admin = await shop.client("customer"), await shop.client("admin")
    rule = await schedule(shop)
    ticket = await filed(customer)
    off = (await admin.put(f"/rules/{rule['id']}", {"enabled": False})).json()["data"]
    assert off["next_at"] is None
    await run_until(shop, moment(rule) + WEEK)
    assert await fired(shop, ticket) == 0
    on = (await admin.put(f"/rules/{rule['id']}", {"enabled": True})).json()["data"]
    assert moment(on) == moment(rule)
    await admin.delete(f"/rules/{rule['id']}")
    await run_until(shop, moment(rule) + WEEK)
    assert await fired(shop, ticket) == 0


async def test_what_it_did_can_be_undone(shop: Organization) -> None:
    customer, admin = await shop.client("customer"), await shop.client("admin")
    rule = await schedule(shop, do=[{"set": {"priority": "low"}}])
    ticket = await filed(customer)
    since = utc_now() - timedelta(minutes=1)
    async with shop.desk.database.unit(shop.system()) as uow:  # its moment has come
        await uow.db.execute("update rules set next_at = now() - interval '1 second' where next_at is not null")
    await run_until(shop, utc_now())
    assert (await shown(admin, ticket))["priority"] == "low"
    undone = await admin.post(f"/rules/{rule['id']}/undo", {"since": since.isoformat()})
    assert undone.status_code == 200, undone.text
    assert (await shown(admin, ticket))["priority"] == ticket["priority"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"every": "mon"}, "every"),
        ({"on": ["ticket.created"]}, "on"),
        ({"after": "3d", "since": "created"}, "after"),
        ({"when": "status:new"}, "when"),
        ({"for": "by:customer"}, "for"),
        ({"for": "parcel"}, "for"),
        ({"for": {"any": ["status:new", "group:Nowhere"]}}, "for.any.1"),
        ({"for": "field.nothing:1"}, "for"),
        ({"every": None, "on": ["ticket.created"], "for": "status:new"}, "for"),
    ],
)
async def test_mistakes_are_named(shop: Organization, body: dict[str, Any], field: str) -> None:
    answer = await schedule(shop, 422, **body)
    assert field in [each["path"] for each in answer["error"]["details"]["fields"]]


async def test_a_rule_stays_of_its_kind(shop: Organization) -> None:
    admin = await shop.client("admin")
    rule = await schedule(shop)
    for change in ({"when": "status:new"}, {"after": "3d"}, {"on": ["ticket.created"]}):
        assert (await admin.put(f"/rules/{rule['id']}", change)).status_code == 422
    trigger = {"name": "T", "on": ["ticket.created"], "do": [{"add_tags": ["x"]}]}
    made = (await admin.post("/rules", trigger)).json()["data"]
    assert made["next_at"] is None
    for wrong in ({"every": "mon 08:00"}, {"for": "status:new"}):
        assert (await admin.put(f"/rules/{made['id']}", wrong)).status_code == 422


async def test_it_is_part_of_the_text_and_of_the_versions(shop: Organization) -> None:
    admin = await shop.client("admin")
    group = (await admin.post("/groups", {"name": "Old"})).json()["data"]
    rule = await schedule(shop, chosen={"any": ["group:Old", "status:hold"]}, every="mon 08:00")
    await admin.put(f"/groups/{group['id']}", {"name": "New"})
    text = (await admin.get("/workflow/export")).json()["data"]["text"]
    assert "schedule: Mondays" in text
    assert "group:New" in text
    same = (await admin.post("/workflow/import", {"text": text})).json()["data"]
    assert same["rules"]["changed"] == []
    other = (await admin.post("/workflow/import", {"text": text.replace("mon 08:00", "tue 08:00")})).json()["data"]
    assert [each["name"] for each in other["rules"]["changed"]] == ["Mondays"]
    assert moment((await admin.get(f"/rules/{rule['id']}")).json()["data"]).weekday() == 1
    await admin.put(f"/groups/{group['id']}", {"name": "Old"})
    back = await admin.post(f"/rules/{rule['id']}/restore", {"version": 1})
    assert moment(back.json()["data"]).weekday() == 0


async def test_names_mean_the_same_objects_after_they_were_renamed(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    groups = {}
    for name in ("North", "North Pole"):
        groups[name] = (await admin.post("/groups", {"name": name})).json()["data"]["id"]
    await schedule(shop, chosen="-group:North")
    rule = await schedule(shop, chosen="group:North", name="Second", do=[{"add_tags": ["north"]}])
    tickets = {name: await filed(customer) for name in groups}
    for name, ticket in tickets.items():
        await admin.put(f"/tickets/{ticket['id']}", {"group_id": groups[name]})
    await admin.put(f"/groups/{groups['North']}", {"name": "South"})
    await run_until(shop, moment(rule))
    assert (await shown(admin, tickets["North"]))["tags"] == ["north"]
    assert (await shown(admin, tickets["North Pole"]))["tags"] == ["weekly"]


async def test_closed_tickets_and_other_organizations_are_left_alone(shop: Organization, rival: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await schedule(shop, chosen=None)
    closed, open_one = await filed(customer), await filed(customer)
    await admin.put(f"/tickets/{closed['id']}", {"status": "closed"})
    theirs = await filed(await rival.client("customer"))
    await run_until(shop, moment(rule))
    assert (await fired(shop, closed), await fired(shop, open_one)) == (0, 1)
    assert await fired(rival, theirs) == 0
    assert datetime.now(UTC) < moment(rule)


async def test_a_run_over_many_tickets_handles_each_once_and_its_count_is_what_happened(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduling, "PAGE", 4)  # in place of 200, as 42 tickets are in place of 40,000
    customer = await shop.client("customer")
    rule = await schedule(shop)
    tickets = [await filed(customer) for _ in range(42)]
    await run_until(shop, moment(rule))
    assert [await fired(shop, each) for each in tickets] == [1] * len(tickets)
    page = (await (await shop.client("admin")).get(f"/rules/{rule['id']}/firings?limit=100")).json()
    assert page["pagination"]["total"] == len(tickets)
