"""Who of the staff is connected shows in lists of people."""

import asyncio

from tests.realtime.live import PATIENCE, Live
from tests.support.desk import Organization


async def test_a_connected_member_is_shown_as_online_and_a_customer_never(live: Live, shop: Organization) -> None:
    agent, lead, customer = await shop.person("agent"), await shop.person("team_lead"), await shop.person("customer")
    async with await live.listening(agent.token), await live.listening(customer.token):
        async with asyncio.timeout(PATIENCE):
            shown: dict[str, str] = {}
            while shown.get(str(agent.id)) != "online":
                await asyncio.sleep(0.05)  # the only way to learn what the other worker has written is to ask
                people = (await lead.client.get("/people")).json()["data"]
                shown = {each["id"]: each["presence"] for each in people}
        assert shown[str(lead.id)] == "offline"
        async with shop.desk.database.unit(shop.system()) as uow:
            rows = await uow.db.fetch_all("select user_id from staff_presence where organization_id = $1", shop.id)
        assert [row[0] for row in rows] == [agent.id]
