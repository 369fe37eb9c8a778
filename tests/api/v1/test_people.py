"""v1: people to assign tickets to or to mention."""

from tests.support.desk import Client, Organization


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
        "availability": found["availability"], "groups": [{"id": group["id"], "name": "Returns"}],
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
