"""v1: notifications reach the users concerned once, and never the actor."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from deskbell.features.feedback import service as feedback
from deskbell.features.notifications import service
from deskbell.features.notifications.records import PreferenceChanges
from deskbell.features.tickets.events import SlaBreached, SlaWarning
from deskbell.jobs.execution import run_reaction
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.runtime.reactions import ReactionTask, reactions_to
from tests.support.desk import Organization, Person
from tests.support.work import tools_of, work

TICKET = {"subject": "Zip is broken", "description": "It broke on day one."}


async def file_ticket(shop: Organization, by: str = "customer", **fields: object) -> dict[str, Any]:
    answer = await (await shop.client(by)).post("/tickets", {**TICKET, **fields})
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()["data"]
    return ticket


async def notifications_of(shop: Organization, person: Person, *, after_work: bool = True) -> list[dict[str, Any]]:
    """A person's notifications, newest first."""
    if after_work:
        await work(shop.desk, shop)
    answer = await person.client.get("/notifications")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def mails_to(shop: Organization, person: Person) -> list[tuple[str, str, str]]:
    async with shop.desk.database.unit(None) as uow:
        rows = await uow.db.fetch_all(
            "select subject, body_text, headers from outbox where recipient = $1 order by kept_at", person.email
        )
    return [(row[0], row[1], row[2]) for row in rows]


async def comment(person: Person, ticket: dict[str, Any], body: str, *, public: bool = True) -> None:
    answer = await person.client.post(f"/tickets/{ticket['id']}/comments", {"body": body, "public": public})
    assert answer.status_code == 201, answer.text


async def assign(shop: Organization, ticket: dict[str, Any], to: Person, by: str = "team_lead") -> None:
    answer = await (await shop.client(by)).patch(f"/tickets/{ticket['id']}/assign", {"assignee_id": str(to.id)})
    assert answer.status_code == 200, answer.text


async def test_an_assignee_is_notified_except_on_self_assignment(shop: Organization) -> None:
    agent = await shop.person("agent")
    ticket = await file_ticket(shop)
    await assign(shop, ticket, agent)
    (notification,) = await notifications_of(shop, agent)
    assert notification["type"] == "ticket_assigned"
    assert notification["message"] == TICKET["subject"]
    assert notification["read"] is False
    assert notification["link"] == f"/desk/tickets/{ticket['id']}"
    own = await file_ticket(shop)
    await assign(shop, own, agent, by="agent")
    assert len(await notifications_of(shop, agent)) == 1
    await file_ticket(shop, "team_lead", assignee_id=str(agent.id))
    assert len(await notifications_of(shop, agent)) == 2


async def test_a_reply_notifies_the_other_side(shop: Organization) -> None:
    customer, agent, bystander = [await shop.person(key) for key in ("customer", "agent", "agent2")]
    ticket = await file_ticket(shop)
    await assign(shop, ticket, agent, by="agent")
    await comment(agent, ticket, "We send a new one.")
    await comment(agent, ticket, "Smells of wear", public=False)
    (notification,) = await notifications_of(shop, customer)
    assert notification["type"] == "ticket_updated"
    assert notification["message"] == "We send a new one."
    await comment(customer, ticket, "Thank you!")
    assert [each["message"] for each in await notifications_of(shop, agent)] == ["Thank you!"]
    assert await notifications_of(shop, bystander) == []
    subjects = [(subject, "We send a new one." in text) for subject, text, _ in await mails_to(shop, customer)]
    assert subjects == [(TICKET["subject"], True)]


async def test_the_group_is_notified_of_a_reply_to_an_unassigned_ticket(shop: Organization) -> None:
    admin, member, stranger = [await shop.person(key) for key in ("admin", "agent", "agent2")]
    group = (await admin.client.post("/groups", {"name": "Repairs"})).json()["data"]
    added = await admin.client.post(f"/groups/{group['id']}/members", {"user_id": str(member.id)})
    assert added.status_code in (200, 201), added.text
    ticket = await file_ticket(shop)
    await admin.client.patch(f"/tickets/{ticket['id']}/assign", {"group_id": group["id"]})
    await comment(await shop.person("customer"), ticket, "Hello?")
    assert [each["type"] for each in await notifications_of(shop, member)] == ["ticket_updated"]
    assert await notifications_of(shop, stranger) == []


async def test_a_mention_sends_a_single_notification(shop: Organization) -> None:
    customer, agent, other = [await shop.person(key) for key in ("customer", "agent", "agent2")]
    ticket = await file_ticket(shop)
    await assign(shop, ticket, agent, by="agent")
    await comment(customer, ticket, f"@{agent.email.partition('@')[0]} are you there?")
    assert [each["type"] for each in await notifications_of(shop, agent)] == ["mention"]
    customers_name = customer.email.partition("@")[0]
    await comment(agent, ticket, f"@{other.email.partition('@')[0]} @{customers_name} a secret", public=False)
    (mention,) = await notifications_of(shop, other)
    assert mention["type"] == "mention"
    assert "secret" not in str(mention)
    assert await notifications_of(shop, customer) == []
    assert await mails_to(shop, customer) == []


async def test_a_repeated_reaction_notifies_only_once(shop: Organization) -> None:
    agent = await shop.person("agent")
    ticket = await file_ticket(shop)
    await assign(shop, ticket, agent)
    await notifications_of(shop, agent)
    async with shop.desk.database.unit(shop.system()) as uow:
        event_id = await uow.db.fetch_value("select id from events where type = 'ticket.assigned'")
    for reaction in reactions_to("ticket.assigned"):
        await run_reaction(tools_of(shop.desk), msgspec.json.encode(ReactionTask(reaction.name, shop.id, event_id)))
    assert len(await notifications_of(shop, agent)) == 1
    assert len(await mails_to(shop, agent)) == 1


async def test_a_resolution_notifies_requester_and_assignee_and_a_priority_the_assignee(
    shop: Organization,
) -> None:
    customer, agent, lead = [await shop.person(key) for key in ("customer", "agent", "team_lead")]
    ticket = await file_ticket(shop)
    await assign(shop, ticket, agent, by="agent")
    await lead.client.put(f"/tickets/{ticket['id']}", {"priority": "urgent", "tags": ["a"]})
    number = ticket["number"]
    assert [each["title"] for each in await notifications_of(shop, agent)] == [f"#{number} has the priority urgent now"]
    assert await notifications_of(shop, customer) == []
    for status in ("pending", "solved", "closed"):
        answer = await lead.client.patch(f"/tickets/{ticket['id']}/status", {"status": status})
        assert answer.status_code == 200, answer.text
    assert [each["title"] for each in await notifications_of(shop, customer)] == [f"#{number} was solved"]
    assert (await notifications_of(shop, agent))[0]["title"] == f"#{number} was solved"
    assert await notifications_of(shop, lead) == []
    assert [subject for subject, _, _ in await mails_to(shop, customer)] == [TICKET["subject"]]


async def test_one_event_notifies_once(shop: Organization) -> None:
    customer, agent, lead = [await shop.person(key) for key in ("customer", "agent", "team_lead")]
    ticket = await file_ticket(shop)
    changed = await lead.client.put(
        f"/tickets/{ticket['id']}", {"assignee_id": str(agent.id), "priority": "high", "status": "open"}
    )
    assert changed.status_code == 200, changed.text
    assert [each["type"] for each in await notifications_of(shop, agent)] == ["ticket_assigned"]
    await agent.client.patch(f"/tickets/{ticket['id']}/status", {"status": "solved"})
    await comment(customer, ticket, "It is broken again.")
    assert [each["type"] for each in await notifications_of(shop, agent)] == ["ticket_updated", "ticket_assigned"]
    assert (await notifications_of(shop, agent))[0]["message"] == "It is broken again."
    assert [each["title"] for each in await notifications_of(shop, customer)] == [f"#{ticket['number']} was solved"]
    assert (await customer.client.get(f"/tickets/{ticket['id']}")).json()["data"]["status"] == "open"


async def test_leads_are_notified_of_an_unassigned_tickets_target(shop: Organization) -> None:
    agent, lead, owner = [await shop.person(key) for key in ("agent", "team_lead", "owner")]
    ticket = await file_ticket(shop)
    async with shop.desk.database.unit(shop.system()) as uow:
        uow.record(SlaWarning(ticket_id=UUID(ticket["id"]), target="first_response", due_at=utc_now()))
    assert [each["type"] for each in await notifications_of(shop, lead)] == ["sla_warning"]
    assert [each["type"] for each in await notifications_of(shop, owner)] == ["sla_warning"]
    assert await notifications_of(shop, agent) == []


@pytest.mark.parametrize(("event", "kind"), [(SlaWarning, "sla_warning"), (SlaBreached, "sla_breach")])
async def test_sla_events_notify_the_assignee(shop: Organization, event: Any, kind: str) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    ticket = await file_ticket(shop)
    await assign(shop, ticket, agent, by="agent")
    async with shop.desk.database.unit(shop.system()) as uow:
        uow.record(event(ticket_id=UUID(ticket["id"]), target="first_response", due_at=utc_now()))
    assert [each["type"] for each in await notifications_of(shop, agent)] == [kind]
    assert await notifications_of(shop, customer) == []


async def test_feedback_notifies_the_assignee(shop: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    ticket = await file_ticket(shop)
    await assign(shop, ticket, agent, by="agent")
    await agent.client.patch(f"/tickets/{ticket['id']}/status", {"status": "solved"})
    async with shop.desk.database.unit(Actor(shop.id, customer.id, customer.role)) as uow:
        await feedback.submit(uow, UUID(ticket["id"]), 5, "Quick!")
    (notification,) = await notifications_of(shop, agent)
    assert (notification["type"], notification["message"]) == ("feedback", "Quick!")


async def prefer(shop: Organization, person: Person, **changes: bool) -> None:
    async with shop.desk.database.unit(Actor(shop.id, person.id, person.role)) as uow:
        await service.update_preferences(uow, PreferenceChanges(**changes))


async def test_preferences_control_notifications_and_mails(shop: Organization) -> None:
    agent = await shop.person("agent")
    await prefer(shop, agent, email_notifications=False)
    ticket = await file_ticket(shop)
    await assign(shop, ticket, agent)
    assert len(await notifications_of(shop, agent)) == 1
    assert await mails_to(shop, agent) == []
    await prefer(shop, agent, ticket_assignments=False)
    await assign(shop, await file_ticket(shop), agent)
    assert len(await notifications_of(shop, agent)) == 1
    await comment(await shop.person("customer"), ticket, "Hello?")
    assert len(await notifications_of(shop, agent)) == 2
    await prefer(shop, agent, ticket_updates=False, mentions=False)
    await comment(await shop.person("customer"), ticket, f"@{agent.email.partition('@')[0]} hello?")
    assert len(await notifications_of(shop, agent)) == 2


async def test_reading_marking_and_deleting(shop: Organization) -> None:
    agent, other = await shop.person("agent"), await shop.person("agent2")
    for _ in range(3):
        await assign(shop, await file_ticket(shop), agent)
    newest, *_ = await notifications_of(shop, agent)
    read = await agent.client.patch(f"/notifications/{newest['id']}/read")
    assert read.json()["data"]["read"] is True
    assert (await agent.client.patch(f"/notifications/{newest['id']}/read")).json() == read.json()
    unread = (await agent.client.get("/notifications?unread=true")).json()
    assert len(unread["data"]) == unread["unread"] == unread["pagination"]["total"] == 2
    assert (await other.client.patch(f"/notifications/{newest['id']}/read")).status_code == 404
    assert (await other.client.delete(f"/notifications/{newest['id']}")).status_code == 404
    assert (await agent.client.patch("/notifications/read-all")).json()["data"] == {"updated": 2}
    assert (await agent.client.patch("/notifications/read-all")).json()["data"] == {"updated": 0}
    assert (await agent.client.delete(f"/notifications/{newest['id']}")).status_code == 200
    assert (await agent.client.delete(f"/notifications/{newest['id']}")).status_code == 404
    assert len(await notifications_of(shop, agent)) == 2


async def test_pages_follow_each_other_by_number_and_by_cursor(shop: Organization) -> None:
    agent = await shop.person("agent")
    for _ in range(5):
        await assign(shop, await file_ticket(shop), agent)
    everything = [each["id"] for each in await notifications_of(shop, agent)]
    first = (await agent.client.get("/notifications?limit=2")).json()
    second = (await agent.client.get(f"/notifications?limit=2&cursor={first['pagination']['nextCursor']}")).json()
    third = (await agent.client.get("/notifications?limit=2&page=3")).json()
    assert [each["id"] for part in (first, second, third) for each in part["data"]] == everything
    assert first["pagination"]["total"] == 5


async def test_notifications_of_a_deleted_ticket_are_hidden(shop: Organization) -> None:
    agent, admin = await shop.person("agent"), await shop.client("admin")
    ticket = await file_ticket(shop)
    await assign(shop, ticket, agent)
    assert len(await notifications_of(shop, agent)) == 1
    await admin.delete(f"/tickets/{ticket['id']}")
    assert await notifications_of(shop, agent) == []


async def test_refusals(shop: Organization) -> None:
    assert (await shop.desk.client().get("/notifications")).status_code == 401
    agent = await shop.client("agent")
    assert (await agent.patch("/notifications/nonsense/read")).status_code in (404, 422)
    assert (await agent.get("/notifications?limit=0")).status_code == 422
    assert (await agent.get("/notifications?cursor=nonsense")).status_code == 422


async def test_titles_are_in_the_language_of_the_organization_and_links_lead_staff_to_their_app(
    shop: Organization,
) -> None:
    await (await shop.client("owner")).put(f"/organizations/{shop.id}", {"settings": {"language": "de"}})
    agent, customer = await shop.person("agent"), await shop.person("customer")
    ticket = await file_ticket(shop)
    await assign(shop, ticket, agent)
    await agent.client.patch(f"/tickets/{ticket['id']}/status", {"status": "solved"})
    number = ticket["number"]
    assert [each["title"] for each in await notifications_of(shop, agent)] == [f"#{number} ist jetzt Ihres"]
    assert [each["title"] for each in await notifications_of(shop, customer)] == [f"#{number} wurde gelöst"]
    ((_, to_agent, _),) = await mails_to(shop, agent)
    ((_, to_customer, _),) = await mails_to(shop, customer)
    assert f"/desk/tickets/{ticket['id']}" in to_agent
    assert f"#{number} wurde gelöst" in to_customer
    assert "/desk/" not in to_customer
