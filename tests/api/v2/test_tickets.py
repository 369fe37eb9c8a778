"""v2: tickets with the document's values, their lists and permissions."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.api.v2.calling import TICKET, file_ticket, problems, refused, v2
from tests.support.desk import Organization


async def test_a_ticket_has_the_documents_values_and_its_activities_list_every_change(shop: Organization) -> None:
    customer, agent = await v2(shop, "customer"), await v2(shop, "agent")
    me = await shop.person("agent")
    ticket = await file_ticket(customer, priority="high", tags=["login"])
    path = f"/tickets/{ticket['id']}"
    assert (ticket["status"], ticket["priority"], ticket["assignee"]) == ("open", "high", None)

    assigned = (await agent.post(f"{path}/assign", {"assigneeId": str(me.id)})).json()["data"]
    assert (assigned["status"], assigned["assigneeId"]) == ("pending", str(me.id))
    assert assigned["assignee"] == {"id": str(me.id), "name": me.name, "avatarUrl": None}
    await agent.post(f"{path}/messages", {"content": "Looks like a typo", "type": "internal_note"})
    await agent.post(f"{path}/messages", {"content": "Please try again."})
    changed = await agent.patch(path, {"status": "resolved", "priority": "medium", "title": "Cannot sign in"})
    assert changed.json()["data"]["resolvedAt"] is not None
    closed = await customer.post(f"{path}/close", {"resolution": "It works now"})
    assert (closed.status_code, closed.json()["data"]["status"]) == (200, "closed")
    assert closed.json()["data"]["closedAt"] is not None
    reopened = (await customer.post(f"{path}/reopen")).json()["data"]
    assert (reopened["status"], reopened["closedAt"], reopened["resolvedAt"]) == ("open", None, None)

    whole = (await agent.get(path)).json()["data"]
    assert [message["type"] for message in whole["messages"]] == ["internal_note", "reply"]
    assert whole["messages"][0]["sender"]["name"] == me.name
    steps = [(step["action"], step["metadata"]) for step in reversed(whole["activities"])]
    actions = [action for action, _ in steps]
    assert actions[0] == "created"
    assert sorted(actions) == sorted(
        ["created", "assigned", "status_changed", "message_added", "message_added", "status_changed",
         "priority_changed", "title_changed", "closed", "reopened"]
    )  # fmt: skip
    assert ("assigned", {"assigneeId": str(me.id), "assigneeName": me.name}) in steps
    assert ("priority_changed", {"fromPriority": "high", "toPriority": "medium"}) in steps
    assert ("status_changed", {"fromStatus": "pending", "toStatus": "resolved"}) in steps
    assert dict(steps)["closed"]["reason"] == "It works now"
    assert whole["activities"][0]["user"]["name"] == (await shop.person("customer")).name

    seen = (await customer.get(path)).json()["data"]
    assert [message["content"] for message in seen["messages"]] == ["Please try again."]
    assert sum(step["action"] == "message_added" for step in seen["activities"]) == 1


async def test_the_latest_fifty_activities_are_shown_newest_first(shop: Organization) -> None:
    agent = await v2(shop, "agent")
    ticket = await file_ticket(agent)
    for i in range(55):
        await agent.patch(f"/tickets/{ticket['id']}", {"title": f"Cannot login, attempt {i}"})
    shown = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]["activities"]
    assert [step["metadata"]["toTitle"] for step in shown] == [f"Cannot login, attempt {i}" for i in range(54, 4, -1)]
    assert len({step["id"] for step in shown}) == 50


async def test_a_filter_matches_every_status_shown_with_its_value(shop: Organization) -> None:
    customer, agent = await v2(shop, "customer"), await v2(shop, "agent")
    at_v1 = await shop.client("agent")
    states = ["new", "open", "pending", "hold", "solved", "closed"]
    for status in states:
        ticket = await file_ticket(customer, title=f"In state {status}")
        if status != "new":
            await at_v1.patch(f"/tickets/{ticket['id']}/status", {"status": status})

    async def found(query: str) -> list[str]:
        answer = await agent.get(f"/tickets?sortOrder=asc&{query}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["pagination"]["total"] == len(answer.json()["data"])
        return [ticket["title"].removeprefix("In state ") for ticket in answer.json()["data"]]

    assert await found("status=open") == ["new", "open"]
    assert await found("status=pending") == ["pending", "hold"]
    assert await found("status=resolved&status=closed") == ["solved", "closed"]
    assert await found("status[]=resolved&status[]=open") == ["new", "open", "solved"]
    assert await found("status=resolved,closed") == ["solved", "closed"]
    assert await found("priority=medium&status=closed") == ["closed"]
    assert await found("priority=low&priority=high") == []
    assert await found("sortBy=status") == states
    assert await found("search=stat+hold") == ["hold"]
    assert await found("search=status:frozen+(in)") == []
    assert await found("createdAfter=2020-01-01&createdBefore=2020-02-01T00:00:00Z") == []
    assert await found(f"assigneeId={uuid4()}") == []
    assert await found(f"customerId={(await shop.person('customer')).id}") == states


async def test_pages_report_total_and_has_more(shop: Organization) -> None:
    agent = await v2(shop, "agent")
    for i in range(5):
        await file_ticket(agent, title=f"Ticket number {i}")
    first = (await agent.get("/tickets?limit=2&page=1")).json()
    last = (await agent.get("/tickets?limit=2&page=3")).json()
    beyond = (await agent.get("/tickets?limit=2&page=9")).json()
    assert first["pagination"] == {"page": 1, "limit": 2, "total": 5, "totalPages": 3, "hasMore": True}
    assert last["pagination"] == {"page": 3, "limit": 2, "total": 5, "totalPages": 3, "hasMore": False}
    assert [ticket["title"] for ticket in last["data"]] == ["Ticket number 0"]
    assert beyond == {"data": [], "pagination": {"page": 9, "limit": 2, "total": 5, "totalPages": 3, "hasMore": False}}


async def test_a_customer_is_denied_another_customers_ticket(shop: Organization) -> None:
    ticket = await file_ticket(await v2(shop, "customer"))
    other = await v2(shop, "customer2")
    path = f"/tickets/{ticket['id']}"
    for answer in (
        await other.get(path),
        await other.get(f"{path}/messages"),
        await other.post(f"{path}/messages", {"content": "hello"}),
        await other.post(f"{path}/close"),
        await other.post(f"{path}/reopen"),
    ):
        refused(answer, 403, "Forbidden", "Access denied")
    for answer in (
        await other.patch(path, {"priority": "low"}),
        await other.post(f"{path}/assign", {"assigneeId": str((await shop.person("agent")).id)}),
        await other.delete(path),
    ):
        refused(answer, 403, "Forbidden", "Insufficient permissions")
    refused(await other.get(f"/tickets/{uuid4()}"), 404, "NotFound", "Ticket not found")
    mine = (await shop.person("customer")).id
    assert (await other.get(f"/tickets?customerId={mine}")).json()["pagination"]["total"] == 0
    whole = (await (await v2(shop, "customer")).get(path)).json()["data"]
    assert (whole["status"], whole["messages"]) == ("open", [])


async def test_a_deleted_ticket_is_not_found(shop: Organization) -> None:
    ticket = await file_ticket(await v2(shop, "customer"))
    path = f"/tickets/{ticket['id']}"
    refused(await (await v2(shop, "agent")).delete(path), 403, "Forbidden")
    gone = await (await v2(shop, "admin")).delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    for key in ("owner", "agent", "customer", "customer2"):
        refused(await (await v2(shop, key)).get(path), 404, "NotFound", "Ticket not found")


async def test_only_staff_of_the_organization_can_be_assigned(shop: Organization, rival: Organization) -> None:
    agent = await v2(shop, "agent")
    ticket = await file_ticket(await v2(shop, "customer"))
    path = f"/tickets/{ticket['id']}"
    for person in (await shop.person("customer"), await rival.person("agent")):
        refused(
            await agent.post(f"{path}/assign", {"assigneeId": str(person.id)}), 400, "BadRequest", "Invalid assignee"
        )
    assert problems(await agent.post(f"{path}/assign", {"assigneeId": "me"})) == {"assigneeId": "Invalid assignee ID"}
    assert problems(await agent.post(f"{path}/assign", {})) == {"assigneeId": "This field is required"}
    assert (await agent.get(path)).json()["data"]["assignee"] is None
    for key in ("senior_agent", "team_lead", "admin", "owner"):
        person = await shop.person(key)
        assigned = (await agent.post(f"{path}/assign", {"assigneeId": str(person.id)})).json()["data"]
        assert (assigned["assigneeId"], assigned["status"]) == (str(person.id), "pending")


async def test_closing_needs_no_body_and_reopening_an_open_ticket_is_a_conflict(shop: Organization) -> None:
    customer = await v2(shop, "customer")
    path = f"/tickets/{(await file_ticket(customer))['id']}"
    refused(await customer.post(f"{path}/reopen"), 409, "ConflictError")
    assert (await customer.post(f"{path}/close")).json()["data"]["status"] == "closed"
    assert (await customer.post(f"{path}/close", {})).status_code == 200
    actions = [step["action"] for step in (await customer.get(path)).json()["data"]["activities"]]
    assert actions == ["closed", "created"]


async def test_every_write_to_a_ticket_can_be_bound_to_what_was_read(shop: Organization) -> None:
    admin = await v2(shop, "admin")
    path = f"/tickets/{(await file_ticket(admin))['id']}"
    read = (await admin.get(path)).headers["etag"]
    stale = {"If-Match": read}
    fresh = await admin.patch(path, {"priority": "high"}, headers=stale)
    assert fresh.headers["etag"] != read
    me = str((await shop.person("admin")).id)
    for answer in (
        await admin.patch(path, {"priority": "low"}, headers=stale),
        await admin.post(f"{path}/assign", {"assigneeId": me}, headers=stale),
        await admin.post(f"{path}/close", headers=stale),
        await admin.post(f"{path}/reopen", headers=stale),
        await admin.post(f"{path}/messages", {"content": "hello"}, headers=stale),
        await admin.delete(path, headers=stale),
    ):
        refused(answer, 412, "PreconditionFailed")
        assert answer.headers["etag"] == fresh.headers["etag"]
    whole = (await admin.get(path)).json()["data"]
    assert (whole["priority"], whole["status"], whole["messages"]) == ("high", "open", [])
    assert (await admin.delete(path, headers={"If-Match": fresh.headers["etag"]})).status_code == 204


async def test_another_organization_finds_nothing_and_changes_nothing(shop: Organization, rival: Organization) -> None:
    customer = await v2(shop, "customer")
    ticket = await file_ticket(customer)
    path = f"/tickets/{ticket['id']}"
    for key in ("admin", "customer"):
        stranger = await v2(rival, key)
        for answer in (
            await stranger.get(path),
            await stranger.get(f"{path}/messages"),
            await stranger.post(f"{path}/messages", {"content": "hello"}),
            await stranger.post(f"{path}/close"),
            await stranger.post(f"{path}/reopen"),
        ):
            refused(answer, 404, "NotFound", "Ticket not found")
        filters = [
            f"customerId={ticket['customerId']}",
            f"assigneeId={(await shop.person('agent')).id}",
            "search=login",
        ]
        for query in filters:
            assert (await stranger.get(f"/tickets?{query}")).json()["data"] == []
    admin = await v2(rival, "admin")
    me = str((await rival.person("admin")).id)
    refused(await admin.patch(path, {"title": "Mine from now on"}), 404, "NotFound")
    refused(await admin.post(f"{path}/assign", {"assigneeId": me}), 404, "NotFound")
    refused(await admin.delete(path), 404, "NotFound")
    whole = (await customer.get(path)).json()["data"]
    assert (whole["title"], whole["status"], whole["messages"]) == (TICKET["title"], "open", [])
    assert [step["action"] for step in whole["activities"]] == ["created"]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_another_organizations_category_is_the_fields_error(
    shop: Organization, rival: Organization, method: str
) -> None:
    admin = await v2(shop, "admin")
    foreign = str(uuid4())
    async with rival.desk.database.unit(rival.system()) as uow:
        await uow.db.execute(
            "insert into categories (organization_id, id, name, created_at, updated_at) "
            "values ($1, $2, 'Theirs', now(), now())",
            rival.id,
            foreign,
        )
    path = "/tickets" if method == "POST" else f"/tickets/{(await file_ticket(admin))['id']}"
    body = {**TICKET, "categoryId": foreign} if method == "POST" else {"categoryId": foreign, "priority": "low"}
    assert problems(await admin.request(method, path, json=body)).keys() == {"categoryId"}
    listed = (await admin.get("/tickets")).json()["data"]
    assert [(ticket["categoryId"], ticket["priority"]) for ticket in listed] == [(None, "medium")] * (method == "PATCH")


async def test_the_deadline_is_the_first_responses_and_pauses_while_pending(shop: Organization) -> None:
    customer, agent = await v2(shop, "customer"), await v2(shop, "agent")
    minutes = {"urgent": 60, "high": 4 * 60, "medium": 8 * 60, "low": 24 * 60}
    for priority, expected in minutes.items():
        ticket = await file_ticket(customer, priority=priority)
        due, created = (datetime.fromisoformat(ticket[name]) for name in ("slaDeadline", "createdAt"))
        assert (due - created) == timedelta(minutes=expected)
    path = f"/tickets/{ticket['id']}"
    assert (await agent.patch(path, {"status": "pending"})).json()["data"]["slaDeadline"] is None
    assert (await agent.patch(path, {"status": "open"})).json()["data"]["slaDeadline"] > ticket["slaDeadline"]
