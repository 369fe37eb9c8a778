"""v1: the performance of an agent."""

from datetime import timedelta
from uuid import UUID, uuid4

from deskbell.kernel.clock import utc_now
from tests.api.v1.test_reports import data, plant
from tests.support.desk import Organization


async def test_performance_has_the_documents_keys_as_text_and_in_seconds(shop: Organization) -> None:
    agent, lead = await shop.person("agent"), await shop.client("team_lead")
    path = f"/agents/{agent.id}/performance"
    await plant(shop, "2026-03-02T08:00:00Z", assignee_id=str(agent.id), answered=0.2, solved=4.4, rating=5)
    await plant(shop, "2026-03-02T08:00:00Z", assignee_id=str(agent.id), answered=0.2, solved=4.4, rating=4)
    await plant(shop, "2026-03-02T08:00:00Z", answered=50, solved=60)
    found = await data(lead, path)
    assert found == {
        "tickets_resolved": 2, "tickets_assigned": 2, "avg_resolution_time": "4h 24m", "avg_resolution_seconds": 15_840.0,
        "first_response_time": "12m", "first_response_seconds": 720.0, "customer_satisfaction": 4.5, "ratings": 2,
        "sla_compliance": 100, "sla_measured": 2,
    }  # fmt: skip
    nothing = await data(lead, path, start_date="2026-04-01", end_date="2026-04-30")
    assert (nothing["tickets_resolved"], nothing["avg_resolution_time"], nothing["customer_satisfaction"]) == (
        0,
        "0m",
        0.0,
    )


async def test_everyone_sees_their_own_and_leads_see_all(shop: Organization, rival: Organization) -> None:
    agent, other = await shop.person("agent"), await shop.person("agent2")
    assert (await agent.client.get(f"/agents/{agent.id}/performance")).status_code == 200
    assert (await agent.client.get(f"/agents/{other.id}/performance")).status_code == 403
    customer, lead = await shop.person("customer"), await shop.client("team_lead")
    assert (await customer.client.get(f"/agents/{agent.id}/performance")).status_code == 403
    assert (await lead.get(f"/agents/{customer.id}/performance")).status_code == 404
    assert (await lead.get(f"/agents/{uuid4()}/performance")).status_code == 404
    assert (await lead.get("/agents/nobody/performance")).status_code == 422
    assert (await (await rival.client("admin")).get(f"/agents/{agent.id}/performance")).status_code == 404


async def test_agents_are_listed_with_their_scores_of_the_last_90_days(shop: Organization) -> None:
    agent, admin = await shop.person("agent"), await shop.client("admin")
    before = (await admin.get(f"/agents/{agent.id}")).json()["data"]
    assert (before["rating"], before["sla_compliance"]) == (0, 0)
    recently = (utc_now() - timedelta(days=2)).isoformat()
    kept = await plant(shop, recently, assignee_id=str(agent.id), answered=1, solved=2, rating=5)
    await plant(shop, recently, assignee_id=str(agent.id), answered=1, solved=2, rating=4)
    await plant(shop, recently, assignee_id=str(agent.id), answered=1, solved=2)
    await plant(shop, "2020-01-01T00:00:00Z", assignee_id=str(agent.id), answered=1, solved=2, rating=1)
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update tickets set resolution_breached_at = solved_at where id = $1", UUID(kept))
    shown = (await admin.get("/agents")).json()["data"]
    row = next(each for each in shown if each["id"] == str(agent.id))
    assert (row["rating"], row["ratings"], row["sla_compliance"], row["sla_measured"]) == (4.5, 2, 66, 3)
