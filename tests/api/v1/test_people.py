"""v1: people to assign tickets to or to mention."""

from deskbell.features.presence.queries import keep_connected
from tests.support.desk import Client, Organization, Person


async def names(client: Client, **query: object) -> list[str]:
    answer = await client.get("/people", params=query)
    assert answer.status_code == 200, answer.text
    return [person["name"] for person in answer.json()["data"]]


async def test_staff_are_found_by_name_address_and_id(shop: Organization, rival: Organization) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    lead, customer = await shop.person("team_lead"), await shop.person("customer")
    stranger = await rival.person("agent")
    group = (await admin.client.post("/groups", {"name": "Returns"})).json()["data"]
    joined = await admin.client.post(f"/groups/{group['id']}/members", {"user_id": str(agent.id)})
    assert joined.status_code in (200, 201), joined.text
    (found,) = (await lead.client.get("/people", params={"q": "agEN"})).json()["data"]
    assert found == {
        "id": str(agent.id), "name": "Agent", "email": agent.email, "role": "agent", "avatar_url": None,
        "availability": found["availability"], "presence": "offline", "groups": [{"id": group["id"], "name": "Returns"}],
    }  # fmt: skip
    assert await names(lead.client) == ["Admin", "Agent", "Team Lead"]
    assert await names(lead.client, q="ead") == ["Team Lead"]
    assert await names(lead.client, q=agent.email) == ["Agent"]
    assert await names(lead.client, limit=1) == ["Admin"]
    ids = ",".join(str(person.id) for person in (lead, customer, stranger, admin))
    assert await names(agent.client, ids=ids) == ["Admin", "Team Lead"]
    assert await names(agent.client, ids="") == []


async def test_those_whose_name_begins_so_come_first(shop: Organization) -> None:
    client = await shop.client("owner")
    for number, name in enumerate(("Anna Moor", "Moody Ross")):
        added = await client.post("/agents", {"name": name, "email": f"a{number}@{shop.domain}"})
        assert added.status_code == 201, added.text
    assert await names(client, q="moor") == ["Anna Moor"]
    assert await names(client, q="moo") == ["Moody Ross", "Anna Moor"]


async def test_customers_are_refused_and_wrong_ids_named(shop: Organization) -> None:
    assert (await (await shop.client("customer")).get("/people")).status_code == 403
    answer = await (await shop.client("agent")).get("/people", params={"ids": "one"})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"]["fields"][0]["path"] == "ids"


async def presence_of(client: Client, person: Person) -> str:
    (found,) = (await client.get("/people", params={"ids": str(person.id)})).json()["data"]
    return str(found["presence"])


async def test_presence_lasts_as_long_as_a_worker_says_so(shop: Organization, rival: Organization) -> None:
    lead, agent, stranger = await shop.person("team_lead"), await shop.person("agent"), await rival.person("agent")
    database = shop.desk.database

    async def say(**active_of: bool) -> None:
        people = {"agent": agent.id, "stranger": stranger.id}
        async with database.unit(shop.system()) as uow:
            await keep_connected(uow.db, {people[name]: active for name, active in active_of.items()})

    assert await presence_of(lead.client, agent) == "offline"
    await say(agent=False)
    assert await presence_of(lead.client, agent) == "away"
    await say(agent=True, stranger=True)
    assert await presence_of(lead.client, agent) == "online"
    await say(agent=False)  # by another worker: what one says does not end what another knows
    assert await presence_of(lead.client, agent) == "online"
    assert await presence_of(await rival.client("admin"), stranger) == "offline"
    async with database.unit(shop.system()) as uow:
        await uow.db.execute("update staff_presence set active_until = now(), connected_until = now()")
    assert await presence_of(lead.client, agent) == "offline"
