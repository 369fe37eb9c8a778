"""Further messages for the staff: changes of small lists, held replies, and whose act an event is."""

from tests.realtime.live import Live
from tests.realtime.test_events import file_ticket
from tests.support.desk import Organization


async def test_changes_of_small_lists_reach_the_staff_who_asked(live: Live, shop: Organization) -> None:
    admin, agent, colleague = await shop.person("admin"), await shop.person("agent"), await shop.person("agent2")
    customer = await shop.person("customer")
    async with (
        await live.listening(agent.token) as listener,
        await live.listening(colleague.token) as silent,
        await live.listening(customer.token) as theirs,
    ):
        await listener.send_message({"include": ["directory"]})
        assert (await listener.next())["data"] == {"topics": ["directory"]}
        for path, body, event in (
            ("/views", {"name": "Late"}, "view.saved"),
            ("/tags", {"name": "late"}, "tag.created"),
            ("/groups", {"name": "Returns"}, "group.created"),
            ("/categories", {"name": "Boots"}, "category.created"),
            ("/canned-responses", {"title": "Hello", "content": "Hello"}, "canned_response.created"),
            ("/kb/articles", {"title": "How", "content": "So", "category": "c"}, "article.created"),
        ):
            made = (await admin.client.post(path, body)).json()["data"]
            arrived = await listener.next()
            assert (arrived["event"], arrived["data"]) == (event, {"id": made["id"]})
        status = await agent.client.patch(f"/agents/{agent.id}/status", {"status": "away"})
        assert status.status_code == 200, status.text
        assert (await listener.next())["data"] == {"id": str(agent.id)}
        await theirs.send_message({"include": ["directory"]})
        assert [each["event"] for each in await theirs.caught_up()] == ["error"]
        assert await silent.caught_up() == []


async def test_a_key_without_the_scope_learns_of_no_change(live: Live, shop: Organization) -> None:
    admin = await shop.person("admin")
    made = await admin.client.post("/api-keys", {"name": "k", "scopes": ["tickets:read", "tags:read"]})
    async with await live.listening(made.json()["data"]["key"]) as listener:
        await listener.send_message({"include": ["directory", "outbox"]})
        assert (await listener.next())["event"] == "included"
        ticket = await file_ticket(shop)
        await admin.client.post("/views", {"name": "Late"})
        await admin.client.post(f"/tickets/{ticket['id']}/comments", {"body": "Soon", "hold_seconds": 30})
        await admin.client.post("/tags", {"name": "late"})
        assert (await listener.next("tag.created", "view.saved", "comment.held"))["event"] == "tag.created"


async def test_held_replies_are_shown_to_the_staff_who_asked(live: Live, shop: Organization) -> None:
    agent, colleague, customer = await shop.person("agent"), await shop.person("agent2"), await shop.person("customer")
    ticket = await file_ticket(shop)
    async with await live.listening(colleague.token) as listener, await live.listening(customer.token) as theirs:
        await listener.send_message({"include": ["outbox"]})
        await listener.next("included")
        place = f"/tickets/{ticket['id']}/comments"
        held = (await agent.client.post(place, {"body": "Soon", "hold_seconds": 30})).json()["data"]
        arrived = await listener.next()
        said = {"id": held["id"], "ticket_id": ticket["id"], "public": True, "state": "held"}
        assert (arrived["id"], arrived["event"], arrived["data"]) == (None, "comment.held", said)
        assert (await agent.client.post(f"/comments/{held['id']}/undo")).status_code == 200
        undone = await listener.next()
        assert (undone["event"], undone["data"]) == ("comment.undone", {**said, "state": "undone"})
        assert await theirs.caught_up() == []


async def test_an_event_names_the_request_that_caused_it_to_the_staff(live: Live, shop: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    ticket = await file_ticket(shop)
    async with await live.listening(agent.token) as listener, await live.listening(customer.token) as theirs:
        headers = {"x-request-id": "tab-4711.1"}
        await agent.client.put(f"/tickets/{ticket['id']}", {"priority": "high"}, headers=headers)
        assert (await listener.next("ticket.updated"))["request_id"] == "tab-4711.1"
        assert "request_id" not in await theirs.next("ticket.updated")
