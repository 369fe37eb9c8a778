"""`/ws`: the staff receive links between tickets, customers do not."""

from tests.realtime.live import Live
from tests.realtime.test_events import file_ticket
from tests.support.desk import Organization


async def test_the_staff_receive_a_link_on_both_tickets_and_their_customer_does_not(
    live: Live, shop: Organization
) -> None:
    customer, agent = await shop.person("customer"), await shop.person("agent")
    one, two = await file_ticket(shop), await file_ticket(shop)
    async with await live.listening(agent.token) as listener, await live.listening(customer.token) as theirs:
        await agent.client.post(f"/tickets/{one['id']}/links", {"ticket_id": two["id"]})
        await agent.client.delete(f"/tickets/{one['id']}/links/{two['id']}")
        heard = [await listener.next() for _ in range(4)]
        assert [(each["event"], each["data"]["id"], each["data"]["changes"]) for each in heard] == [
            ("ticket.updated", one["id"], {"links": {"was": None, "now": two["number"]}}),
            ("ticket.updated", two["id"], {"links": {"was": None, "now": one["number"]}}),
            ("ticket.updated", one["id"], {"links": {"was": two["number"], "now": None}}),
            ("ticket.updated", two["id"], {"links": {"was": one["number"], "now": None}}),
        ]
        assert not [each for each in await theirs.caught_up() if each["event"] != "ping"]
