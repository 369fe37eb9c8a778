"""`/ws/tickets/{ticket_id}`: one ticket, in the platform document's words."""

from tests.realtime.live import Live
from tests.realtime.test_events import file_ticket
from tests.support.desk import Organization


async def test_it_sends_the_ticket_and_its_messages_in_the_documents_form(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    ticket, other = await file_ticket(shop), await file_ticket(shop)
    platform = agent.client.at("/v1")
    async with await live.listening(agent.token, path=f"/ws/tickets/{ticket['id']}") as listener:
        await agent.client.put(f"/tickets/{other['id']}", {"priority": "high"})
        await agent.client.put(f"/tickets/{ticket['id']}", {"subject": "Zip and button", "status": "open"})
        arrived = await listener.next()
        assert arrived["event"] == "ticket.updated"
        assert arrived["data"]["title"] == "Zip and button"
        assert arrived["data"]["status"] == "in_progress"
        assert arrived["data"] in (await platform.get("/tickets")).json()["items"]
        sent = await platform.post(f"/tickets/{ticket['id']}/messages", {"content": "Looking", "is_internal": True})
        note = await listener.next()
        assert (note["event"], note["data"]) == ("message.received", sent.json())


async def test_the_customer_gets_the_reply_and_not_the_note(live: Live, shop: Organization) -> None:
    customer, agent = await shop.person("customer"), await shop.person("agent")
    ticket = await file_ticket(shop)
    async with await live.listening(customer.token, path=f"/ws/tickets/{ticket['id']}") as listener:
        path = f"/tickets/{ticket['id']}/comments"
        await agent.client.post(path, {"body": "Smells of wear", "public": False})
        await agent.client.post(path, {"body": "We send a new one."})
        received = await listener.until("message.received")
        assert received[-1]["data"]["content"] == "We send a new one."
        assert received[-1]["data"]["is_internal"] is False
        assert {each["event"] for each in received[:-1]} <= {"ticket.updated"}
        assert "wear" not in str(received)
