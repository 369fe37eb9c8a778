"""Counts of the built-in views, pushed to those who asked; and presence on tickets of a list."""

from tests.realtime.live import Live
from tests.realtime.test_events import file_ticket
from tests.support.desk import Organization


async def test_counts_follow_the_tickets_and_are_each_members_own(live: Live, shop: Organization) -> None:
    agent, colleague = await shop.person("agent"), await shop.person("agent2")
    ticket = await file_ticket(shop)
    async with await live.listening(agent.token) as listener, await live.listening(colleague.token) as silent:
        await listener.send_message({"include": ["counts"]})
        assert (await listener.next())["data"] == {"topics": ["counts"]}
        first = await listener.next("counts.changed")
        assert (first["id"], first["data"]) == (None, {"mine": 0, "unassigned": 1, "open": 1, "solved": 0, "all": 1})
        await agent.client.patch(f"/tickets/{ticket['id']}/assign", {"assignee_id": str(agent.id)})
        await listener.until("counts.changed", mine=1, unassigned=0)
        await agent.client.patch(f"/tickets/{ticket['id']}/status", {"status": "solved"})
        await listener.until("counts.changed", mine=0, open=0, solved=1, all=1)
        assert {each["event"] for each in await silent.caught_up()} == {"ticket.assigned", "ticket.updated"}


async def test_counts_of_the_whole_desk_are_no_customers_business(live: Live, shop: Organization) -> None:
    customer = await shop.person("customer")
    async with await live.listening(customer.token) as listener:
        await listener.send_message({"include": ["counts"]})
        assert (await listener.next())["event"] == "error"


async def test_who_is_on_the_tickets_of_a_list_is_shown_without_being_there(live: Live, shop: Organization) -> None:
    agent, colleague = await shop.person("agent"), await shop.person("agent2")
    ticket, other = await file_ticket(shop), await file_ticket(shop)
    async with await live.listening(agent.token) as listener, await live.listening(colleague.token) as there:
        await listener.send_message({"watch": [ticket["id"]]})
        assert (await listener.next())["data"] == {"tickets": [ticket["id"]]}
        await there.send_message({"viewing": other["id"]})
        await there.send_message({"typing": ticket["id"]})
        shown = (await listener.next("presence"))["data"]
        assert shown["ticket_id"] == ticket["id"]
        assert [(each["id"], each["activity"]) for each in shown["users"]] == [(str(colleague.id), "typing")]
        assert "presence" not in {each["event"] for each in await there.caught_up()}
        await listener.send_message({"watch": [other["id"]]})
        assert (await listener.next("presence"))["data"]["ticket_id"] == other["id"]
        await there.send_message({"left": other["id"]})
        assert (await listener.next("presence"))["data"] == {"ticket_id": other["id"], "users": []}
        await listener.send_message({"watch": [str(n) for n in range(3)]})
        assert (await listener.next())["event"] == "error"
