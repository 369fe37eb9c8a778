"""v1: the dashboard shows current figures to the staff of one organization."""

from datetime import timedelta
from typing import Any

import pytest

from deskbell.features.sla.watch import mark_due
from deskbell.kernel.clock import utc_now
from tests.support.desk import Client, Organization

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


async def file(client: Client, **fields: object) -> dict[str, Any]:
    answer = await client.post("/tickets", {**TICKET, **fields})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


async def data(client: Client, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.json()["success"] is True
    return answer.json()["data"]


async def test_stats_of_an_empty_organization_are_zero(shop: Organization) -> None:
    stats = await data(await shop.client("agent"), "/dashboard/stats")
    assert set(stats) >= {"open_tickets", "pending_tickets", "overdue_tickets", "resolved_today", "total_tickets"}
    assert set(stats.values()) == {0}


async def test_stats_count_every_ticket_once_by_status(shop: Organization) -> None:
    customer, agent, admin = [await shop.client(key) for key in ("customer", "agent", "admin")]
    tickets = [await file(customer, priority="urgent") for _ in range(7)]
    for ticket, status in zip(tickets, ["open", "pending", "hold", "solved", "closed"], strict=False):
        await agent.patch(f"/tickets/{ticket['id']}/status", {"status": status})
    await admin.delete(f"/tickets/{tickets[6]['id']}")
    stats = await data(agent, "/dashboard/stats")
    assert stats == {
        "open_tickets": 2, "pending_tickets": 1, "overdue_tickets": 0, "resolved_today": 2, "total_tickets": 6,
        "new_tickets": 1, "hold_tickets": 1, "solved_tickets": 1, "closed_tickets": 1, "unassigned_tickets": 4,
        "created_today": 6,
    }  # fmt: skip


async def test_stats_of_ones_own_tickets_leave_out_those_of_others(shop: Organization) -> None:
    customer, agent, lead = [await shop.client(key) for key in ("customer", "agent", "team_lead")]
    mine, solved, theirs, _ = [await file(customer, priority="urgent") for _ in range(4)]
    for ticket, person in ((mine, "agent"), (solved, "agent"), (theirs, "team_lead")):
        body = {"assignee_id": str((await shop.person(person)).id)}
        assert (await lead.patch(f"/tickets/{ticket['id']}/assign", body)).status_code == 200
    await agent.patch(f"/tickets/{solved['id']}/status", {"status": "solved"})
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update tickets set resolution_breached_at = now() where id = any($1::uuid[])", [mine["id"], theirs["id"]]
        )
    stats = await data(agent, "/dashboard/stats?scope=me")
    assert {name: n for name, n in stats.items() if n} == {
        "open_tickets": 1, "overdue_tickets": 1,
        "resolved_today": 1, "total_tickets": 2, "solved_tickets": 1, "created_today": 2,
    }  # fmt: skip
    assert (await data(agent, "/dashboard/stats?scope=all"))["overdue_tickets"] == 2
    assert (await agent.get("/dashboard/stats?scope=theirs")).status_code == 422


async def test_a_ticket_is_overdue_from_its_deadline_on_whether_the_worker_has_marked_it_or_not(
    shop: Organization,
) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    late, answered, paused = [await file(customer, priority="urgent") for _ in range(3)]
    await file(customer, priority="low")
    async with shop.desk.database.unit(shop.system()) as uow:  # as if the urgent ones had been filed two hours ago
        await uow.db.execute(
            "update tickets set clock_running_since = clock_running_since - interval '2 hours', "
            "first_response_due_at = first_response_due_at - interval '2 hours', "
            "clock_next_at = clock_next_at - interval '2 hours' where priority = 'urgent'"
        )
    assert (await data(agent, "/dashboard/stats"))["overdue_tickets"] == 3
    await mark_due(shop.desk.database, utc_now())
    assert (await data(agent, "/dashboard/stats"))["overdue_tickets"] == 3
    await agent.post(f"/tickets/{answered['id']}/comments", {"body": "Sorry!"})
    await agent.patch(f"/tickets/{paused['id']}/status", {"status": "pending"})
    assert (await data(agent, "/dashboard/stats"))["overdue_tickets"] == 2
    await agent.patch(f"/tickets/{late['id']}/status", {"status": "solved"})
    assert (await data(agent, "/dashboard/stats"))["overdue_tickets"] == 1


async def test_today_begins_at_the_organizations_own_midnight(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    await file(customer)
    now = utc_now()
    # A zone in which the ticket, filed two hours earlier, belongs to yesterday: there it is between 0 and 1 o'clock.
    zone = f"Etc/GMT{(now.hour if now.hour <= 12 else now.hour - 24):+d}"
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update tickets set created_at = created_at - interval '2 hours'")
        await uow.db.execute(
            "update organizations set settings = jsonb_build_object('time_zone', $1::text) where id = $2", zone, shop.id
        )
    assert (await data(agent, "/dashboard/stats"))["created_today"] == 0
    report = await data(await shop.client("admin"), "/reports/tickets")
    yesterday = (now - timedelta(hours=now.hour, minutes=now.minute + 1)).date() if now.hour <= 12 else now.date()
    assert report["period"]["time_zone"] == zone
    first = report["trend"][0]
    assert (first["date"], first["created"]) == (yesterday.isoformat(), 1)


async def test_activity_names_user_action_and_ticket_newest_first(shop: Organization) -> None:
    customer, agent = await shop.person("customer"), await shop.person("agent")
    ticket = await file(customer.client)
    path = f"/tickets/{ticket['id']}"
    await agent.client.patch(f"{path}/assign", {"assignee_id": str(agent.id)})
    await agent.client.post(f"{path}/comments", {"body": "Smells of wear", "public": False})
    await agent.client.post(f"{path}/comments", {"body": "We send you a new one."})
    await agent.client.patch(f"{path}/status", {"status": "solved"})
    found = await data(agent.client, "/dashboard/activity?limit=10")
    assert [(each["type"], each["action"]) for each in found] == [
        ("ticket_updated", "set to solved"),
        ("comment_added", "replied to"),
        ("comment_added", "added a note to"),
        ("ticket_updated", "set to open"),
        ("ticket_updated", "assigned"),
        ("ticket_created", "filed"),
    ]
    assert found[-1]["user"]["name"] == customer.name
    assert found[0]["target"] == "#1 Zip is broken"
    for each in found:
        assert isinstance(each["id"], str)
        assert isinstance(each["timestamp"], str)
    assert len(await data(agent.client, "/dashboard/activity?limit=2")) == 2
    for wrong in ("0", "101", "many"):
        assert (await agent.client.get(f"/dashboard/activity?limit={wrong}")).status_code == 422


async def test_sla_status_reports_three_levels_with_their_goals(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    empty = await data(agent, "/dashboard/sla-status")
    assert [(each["label"], each["value"], each["target"]) for each in empty] == [
        ("First Response", 0, 95), ("Resolution Time", 0, 90), ("Customer Satisfaction", 0, 85),
    ]  # fmt: skip
    tickets = [await file(customer, priority="urgent") for _ in range(3)]
    for ticket in tickets[:2]:
        await agent.post(f"/tickets/{ticket['id']}/comments", {"body": "On it."})
    await agent.patch(f"/tickets/{tickets[0]['id']}/status", {"status": "solved"})
    await mark_due(shop.desk.database, utc_now() + timedelta(hours=1))
    await rate(shop, tickets[0]["id"], 5)
    levels = await data(agent, "/dashboard/sla-status")
    assert [(each["value"], each["measured"]) for each in levels] == [(66, 3), (100, 1), (100, 1)]


async def rate(shop: Organization, ticket_id: str, rating: int) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "insert into ticket_feedback (organization_id, ticket_id, user_id, rating, created_at) "
            "select organization_id, id, requester_id, $2, now() from tickets where id = $1::text::uuid",
            ticket_id,
            rating,
        )


@pytest.mark.parametrize("path", ["/dashboard/stats", "/dashboard/activity", "/dashboard/sla-status"])
async def test_the_dashboard_is_for_staff_and_limited_to_one_organization(
    shop: Organization, rival: Organization, path: str
) -> None:
    before = await data(await rival.client("agent"), path)
    await file(await shop.client("customer"))
    assert await data(await rival.client("agent"), path) == before
    assert (await (await shop.client("customer")).get(path)).status_code == 403
    assert (await shop.desk.client().get(path)).status_code == 401
