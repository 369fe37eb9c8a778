"""v1: SLA policies, deadlines of tickets, warnings and breaches."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from deskbell.features.sla.watch import compute_missing, mark_due
from deskbell.jobs.by_the_clock import Due, watch_clocks
from deskbell.kernel.clock import utc_now
from deskbell.runtime.journal.appending import CHANNEL
from tests.support.desk import Client, Organization
from tests.support.work import work

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


async def file(client: Client, **fields: object) -> dict[str, Any]:
    answer = await client.post("/tickets", {**TICKET, **fields})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


async def sla_of(client: Client, ticket: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/tickets/{ticket['id']}")).json()["data"]["sla"]
    return found


async def sla_events(shop: Organization, kind: str = "sla.") -> list[tuple[str, str]]:
    """The SLA warnings and breaches in the journal: event type and target."""
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all(
            "select type, payload ->> 'target' from events where type like $1 || '%' order by id", kind
        )
    return [(row[0], row[1]) for row in rows]


def later(moment: str, **span: float) -> datetime:
    return datetime.fromisoformat(moment) + timedelta(**span)


async def test_a_ticket_shows_its_deadlines_from_its_creation_on(shop: Organization) -> None:
    ticket = await file(await shop.client("agent"), priority="urgent")
    sla = ticket["sla"]
    assert later(ticket["created_at"], hours=1) == datetime.fromisoformat(sla["first_response_due_at"])
    assert later(ticket["created_at"], hours=8) == datetime.fromisoformat(sla["resolution_due_at"])
    assert (sla["first_response_target"], sla["resolution_target"], sla["paused"]) == (3_600, 28_800, False)
    assert sla["first_response_breached_at"] is sla["resolution_breached_at"] is None
    assert await sla_of(await shop.client("team_lead"), ticket) == sla


async def test_a_customer_sees_no_deadline_and_no_breach(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket = await file(customer, priority="urgent")
    path = f"/tickets/{ticket['id']}"
    assert ticket["sla"] is None
    assert (await customer.get(path)).json()["data"]["sla"] is None
    assert (await customer.patch(f"{path}/status", {"status": "solved"})).json()["data"]["sla"] is None
    for place in ("/tickets", "/tickets?search=zip", "/search/tickets?q=zip", "/search?q=zip"):
        for reader, shown in ((customer, False), (agent, True)):
            (found,) = (await reader.get(place)).json()["data"]["tickets"]
            assert (found["sla"] is not None) == shown, place


async def test_priority_status_and_answer_move_the_deadlines_in_the_same_write(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket = await file(customer)
    path = f"/tickets/{ticket['id']}"
    high = (await agent.patch(f"{path}/priority", {"priority": "high"})).json()["data"]["sla"]
    assert datetime.fromisoformat(high["first_response_due_at"]) == later(ticket["created_at"], hours=4)
    paused = (await agent.patch(f"{path}/status", {"status": "hold"})).json()["data"]["sla"]
    assert (paused["paused"], paused["first_response_due_at"], paused["resolution_due_at"]) == (True, None, None)
    resumed = (await agent.patch(f"{path}/status", {"status": "open"})).json()["data"]["sla"]
    assert datetime.fromisoformat(resumed["first_response_due_at"]) > later(ticket["created_at"], hours=4)
    await agent.post(f"{path}/comments", {"body": "We are on it."})
    answered = await sla_of(agent, ticket)
    assert answered["first_response_due_at"] == resumed["first_response_due_at"]
    solved = (await agent.patch(f"{path}/status", {"status": "solved"})).json()["data"]["sla"]
    assert (solved["paused"], solved["resolution_breached_at"]) == (False, None)


async def test_warning_and_breach_are_marked_once_with_their_due_time(shop: Organization) -> None:
    ticket = await file(await shop.client("customer"), priority="urgent")
    database, created = shop.desk.database, ticket["created_at"]
    moment = await mark_due(database, later(created, minutes=47.9))
    assert moment is not None
    assert moment <= later(created, minutes=48)
    assert await sla_events(shop) == []
    for _ in range(2):
        await mark_due(database, later(created, minutes=48))
        assert await sla_events(shop) == [("sla.warning", "first_response")]
    for _ in range(2):
        await mark_due(database, later(created, hours=1))
        assert await sla_events(shop, "sla.breached") == [("sla.breached", "first_response")]
    agent = await shop.client("agent")
    sla = await sla_of(agent, ticket)
    assert sla["first_response_breached_at"] == sla["first_response_due_at"]
    shown = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert (shown["version"], shown["updated_at"]) == (ticket["version"], ticket["updated_at"])


async def test_two_concurrent_sweeps_record_a_breach_once(shop: Organization) -> None:
    for _ in range(20):
        await file(await shop.client("customer"), priority="urgent")
    at = utc_now() + timedelta(hours=1)
    await asyncio.gather(*(mark_due(shop.desk.database, at) for _ in range(4)))
    assert await sla_events(shop) == [("sla.breached", "first_response")] * 20


async def test_an_answered_or_paused_ticket_is_not_marked_and_a_deleted_one_after_restore(
    shop: Organization,
) -> None:
    customer, admin = await shop.client("customer"), await shop.client("admin")
    answered, paused, deleted = [await file(customer, priority="urgent") for _ in range(3)]
    await admin.post(f"/tickets/{answered['id']}/comments", {"body": "We are on it."})
    await admin.patch(f"/tickets/{paused['id']}/status", {"status": "pending"})
    await admin.delete(f"/tickets/{deleted['id']}")
    at = later(deleted["created_at"], hours=2)
    await mark_due(shop.desk.database, at)
    assert await sla_events(shop) == []
    await admin.post(f"/tickets/{deleted['id']}/restore")
    await mark_due(shop.desk.database, at)
    assert await sla_events(shop) == [("sla.breached", "first_response")]


async def test_a_late_reply_marks_a_breach_that_no_sweep_has_marked(shop: Organization) -> None:
    agent = await shop.client("agent")
    ticket = await file(await shop.client("customer"), priority="urgent")
    async with shop.desk.database.unit(shop.system()) as uow:  # as if it had been filed two hours ago
        await uow.db.execute("update tickets set clock_running_since = clock_running_since - interval '2 hours'")
    await agent.post(f"/tickets/{ticket['id']}/comments", {"body": "Sorry for the wait."})
    assert (await sla_of(agent, ticket))["first_response_breached_at"] is not None
    assert await sla_events(shop) == [("sla.breached", "first_response")]
    steps = (await agent.get(f"/tickets/{ticket['id']}/history")).json()["data"]
    assert "sla_breached" in [step["action"] for step in steps]
    for_customer = (await (await shop.client("customer")).get(f"/tickets/{ticket['id']}/history")).json()["data"]
    assert "sla_breached" not in [step["action"] for step in for_customer]


async def test_the_worker_marks_a_breach_when_it_is_due(shop: Organization) -> None:
    admin = await shop.client("admin")
    await admin.put("/sla-policies/high", {"first_response_seconds": 1})
    connection = await shop.desk.database.listen()
    announced: asyncio.Queue[str] = asyncio.Queue()
    await connection.add_listener(CHANNEL, lambda *parts: announced.put_nowait(parts[-1]))
    ticket = await file(await shop.client("customer"), priority="high")
    due = Due()
    watching = asyncio.gather(due.watch(shop.desk.database), watch_clocks(shop.desk.database, due.event("clocks")))
    try:
        while ("sla.breached", "first_response") not in await sla_events(shop):
            await asyncio.wait_for(announced.get(), 30)
    finally:
        watching.cancel()
        await connection.close()
    sla = await sla_of(admin, ticket)
    assert datetime.fromisoformat(sla["first_response_breached_at"]) == later(ticket["created_at"], seconds=1)


async def test_policies_are_the_defaults_until_they_are_set(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    policies = (await agent.get("/sla-policies")).json()["data"]
    assert [policy["priority"] for policy in policies] == ["urgent", "high", "normal", "low"]
    assert [policy["first_response_time"] for policy in policies] == ["1h", "4h", "8h", "1d"]
    assert (await agent.put("/sla-policies/low", {"resolution_seconds": 60})).status_code == 403
    changed = await admin.put("/sla-policies/low", {"first_response_seconds": 5_400, "resolution_seconds": None})
    assert changed.json()["data"]["first_response_time"] == "1h 30m"
    shown = (await agent.get("/sla-policies/low")).json()["data"]
    assert (shown["first_response_seconds"], shown["resolution_seconds"]) == (5_400, None)
    unpromised = (await file(agent, priority="low"))["sla"]
    assert (unpromised["first_response_target"], unpromised["resolution_due_at"]) == (5_400, None)
    await admin.put("/sla-policies/low", {"first_response_seconds": None, "resolution_seconds": None})
    unpromised = (await file(agent, priority="low"))["sla"]
    assert (unpromised["first_response_target"], unpromised["resolution_target"]) == (None, None)


@pytest.mark.parametrize("body", [{"first_response_seconds": 0}, {"resolution_seconds": "soon"}, {"colour": 1}, []])
async def test_a_bad_policy_is_refused(shop: Organization, body: object) -> None:
    admin = await shop.client("admin")
    assert (await admin.put("/sla-policies/high", body)).status_code == 422
    assert (await admin.get("/sla-policies/high")).json()["data"]["updated_at"] is None
    assert (await admin.put("/sla-policies/blazing", {"resolution_seconds": 60})).status_code == 404


async def test_new_targets_reach_the_open_tickets_of_that_priority(shop: Organization) -> None:
    customer, admin = await shop.client("customer"), await shop.client("admin")
    open_one, solved, other = await file(customer), await file(customer), await file(admin, priority="low")
    await admin.patch(f"/tickets/{solved['id']}/status", {"status": "solved"})
    await admin.put("/sla-policies/normal", {"first_response_seconds": 120, "resolution_seconds": 240})
    await work(shop.desk, shop)
    sla = await sla_of(admin, open_one)
    assert datetime.fromisoformat(sla["first_response_due_at"]) == later(open_one["created_at"], seconds=120)
    assert (await sla_of(admin, solved))["resolution_target"] == 3 * 86_400
    assert await sla_of(admin, other) == other["sla"]
    reopened = await admin.patch(f"/tickets/{solved['id']}/status", {"status": "open"})
    assert reopened.json()["data"]["sla"]["resolution_target"] == 240


async def test_clocks_that_are_unknown_are_computed_from_the_history(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket = await file(customer, priority="urgent")
    path = f"/tickets/{ticket['id']}"
    await agent.patch(f"{path}/priority", {"priority": "high"})
    await agent.patch(f"{path}/status", {"status": "pending"})
    await agent.patch(f"{path}/status", {"status": "open"})
    kept = await sla_of(agent, ticket)
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update tickets set clock_used = null, first_response_target = null")
    assert await sla_of(agent, ticket) is None
    await agent.patch(f"{path}/priority", {"priority": "urgent"})  # no clock yet: nothing to go wrong
    await agent.patch(f"{path}/priority", {"priority": "high"})
    while await compute_missing(shop.desk.database, utc_now()):
        pass
    assert await sla_of(agent, ticket) == kept


async def test_all_targets_are_set_or_none(shop: Organization) -> None:
    admin = await shop.client("admin")
    listed = await admin.get("/sla-policies")
    tag = {"If-Match": listed.headers["etag"]}
    body = {"high": {"first_response_seconds": 5_400}, "low": {"resolution_seconds": None}}
    answer = await admin.put("/sla-policies", body, headers=tag)
    assert answer.status_code == 200, answer.text
    shown = {each["priority"]: each for each in answer.json()["data"]}
    assert list(shown) == ["urgent", "high", "normal", "low"]
    assert (shown["high"]["first_response_seconds"], shown["high"]["resolution_seconds"]) == (5_400, 86_400)
    assert (shown["low"]["resolution_seconds"], shown["normal"]["updated_at"]) == (None, None)
    assert (await admin.put("/sla-policies", body, headers=tag)).status_code == 412
    assert (await admin.put("/sla-policies", body, headers={"If-Match": answer.headers["etag"]})).status_code == 200
    both = {"high": {"first_response_seconds": 60}, "low": {"first_response_seconds": 0}}
    refused = await admin.put("/sla-policies", both)
    assert (refused.status_code, refused.json()["error"]["details"]["fields"][0]["path"]) == (
        422,
        "low.first_response_seconds",
    )
    assert (await admin.get("/sla-policies/high")).json()["data"]["first_response_seconds"] == 5_400
    changed = (await admin.get("/audit-logs?action=sla_policy.updated")).json()["data"]
    assert sorted(each["data"]["priority"] for each in changed) == ["high", "low"]


async def test_a_preview_counts_what_then_happens(shop: Organization) -> None:
    admin, agent, customer = [await shop.client(who) for who in ("admin", "agent", "customer")]
    unanswered, answered, waiting, solved = [await file(customer, priority="high") for _ in range(4)]
    await file(customer)
    for ticket, status in ((answered, "open"), (waiting, "pending"), (solved, "solved")):
        said = {"body": "We look into it.", "public": True, "update": {"status": status}}
        assert (await agent.post(f"/tickets/{ticket['id']}/comments", said)).status_code == 201
    async with shop.desk.database.unit(shop.system()) as uow:  # two hours pass
        await uow.db.execute("update tickets set clock_used = clock_used + interval '2 hours'")

    async def preview(**targets: int | None) -> list[tuple[str, int, int, int]]:
        answer = await admin.post("/sla-policies/preview", {"high": targets})
        assert answer.status_code == 200, answer.text
        return [tuple(each.values()) for each in answer.json()["data"]]

    assert await preview() == [("high", 3, 0, 0)]
    assert await preview(first_response_seconds=18_000) == [("high", 3, 1, 0)]
    assert await preview(first_response_seconds=3_600) == [("high", 3, 1, 1)]
    assert await preview(resolution_seconds=None) == [("high", 3, 3, 0)]
    soon = {"first_response_seconds": 3_600, "resolution_seconds": 5_400}
    assert await preview(**soon) == [("high", 3, 3, 3)]
    assert (await admin.put("/sla-policies", {"high": soon})).status_code == 200
    await work(shop.desk, shop)
    late = [
        (await sla_of(agent, ticket))["resolution_breached_at"] for ticket in (unanswered, answered, waiting, solved)
    ]
    assert [each is not None for each in late] == [True, True, True, False]
    assert await preview(**soon) == [("high", 3, 0, 0)]
    refused = await admin.post("/sla-policies/preview", {"low": {"first_response_seconds": 0}})
    assert refused.status_code == 422
    assert (await admin.post("/sla-policies/preview", {})).json()["data"] == []
