"""v1: tags, their counts and their effect on tickets."""

from uuid import uuid4

import pytest

from tests.support.desk import Client, Organization
from tests.support.journal import events_about
from tests.support.work import work

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


async def counts(client: Client) -> dict[str, int]:
    return {tag["name"]: tag["tickets_count"] for tag in (await client.get("/tags")).json()["data"]}


async def test_tags_are_defined_once_and_counted_exactly(shop: Organization) -> None:
    lead, agent, admin = await shop.client("team_lead"), await shop.client("agent"), await shop.client("admin")
    made = await lead.post("/tags", {"name": "  zips ", "color": "#1C7ED6"})
    assert made.status_code == 201
    assert made.json()["data"] | {"id": "", "created_at": ""} == {
        "id": "", "name": "zips", "color": "#1c7ed6", "tickets_count": 0, "created_at": "",
    }  # fmt: skip
    again = await lead.post("/tags", {"name": "zips"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "CONFLICT")
    assert [kind for kind, _ in await events_about(shop, made.json()["data"]["id"])] == ["tag.created"]

    first = (await agent.post("/tickets", {**TICKET, "tags": ["zips", "boots"]})).json()["data"]["id"]
    second = (await agent.post("/tickets", {**TICKET, "tags": ["zips"]})).json()["data"]["id"]
    assert await counts(agent) == {"boots": 1, "zips": 2}
    await agent.put(f"/tickets/{first}", {"tags": ["boots", "late"]})
    assert await counts(agent) == {"boots": 1, "late": 1, "zips": 1}
    await admin.delete(f"/tickets/{second}")
    assert await counts(agent) == {"boots": 1, "late": 1, "zips": 0}
    await admin.post(f"/tickets/{second}/restore")
    async with shop.desk.database.unit(None) as uow:
        await uow.db.execute("select deskbell_fold_directory(1000000)")
    assert await counts(agent) == {"boots": 1, "late": 1, "zips": 1}


async def test_deleting_a_tag_takes_it_off_every_ticket(shop: Organization) -> None:
    lead, agent = await shop.client("team_lead"), await shop.client("agent")
    ticket = (await agent.post("/tickets", {**TICKET, "tags": ["zips", "boots"]})).json()["data"]
    tag = next(each for each in (await agent.get("/tags?search=ZIP")).json()["data"])
    assert (await agent.delete(f"/tags/{tag['id']}")).status_code == 403
    gone = await lead.delete(f"/tags/{tag['id']}")
    assert (gone.status_code, gone.json()["success"]) == (200, True)
    now = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert now["tags"] == ["boots"]
    await work(shop.desk, shop)
    assert (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]["version"] == ticket["version"] + 1
    assert (await agent.get("/tickets?tag=zips")).json()["data"]["tickets"] == []
    assert await counts(agent) == {"boots": 1}
    assert (await lead.delete(f"/tags/{tag['id']}")).status_code == 404
    kind, payload = (await events_about(shop, tag["id"]))[-1]
    assert (kind, payload["tickets"]) == ("tag.deleted", 1)


async def test_pages_of_tags_have_pagination(shop: Organization) -> None:
    lead = await shop.client("team_lead")
    for name in ("c", "a", "b"):
        assert (await lead.post("/tags", {"name": name})).status_code == 201
    first = (await lead.get("/tags?limit=2")).json()
    assert [tag["name"] for tag in first["data"]] == ["a", "b"]
    assert (first["pagination"]["total"], first["pagination"]["hasNextPage"]) == (3, True)
    rest = (await lead.get(f"/tags?limit=2&cursor={first['pagination']['nextCursor']}")).json()
    assert [tag["name"] for tag in rest["data"]] == ["c"]
    assert rest["pagination"]["hasNextPage"] is False
    assert [tag["name"] for tag in (await lead.get("/tags?limit=2&page=2")).json()["data"]] == ["c"]


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "name"), ({"name": " "}, "name"), ({"name": "x" * 51}, "name"), ({"name": "x", "color": "blue"}, "color")],
)
async def test_bad_tags_are_refused(shop: Organization, body: dict[str, str], field: str) -> None:
    answer = await (await shop.client("team_lead")).post("/tags", body)
    assert answer.status_code == 422
    assert [problem["path"] for problem in answer.json()["error"]["details"]["fields"]] == [field]
    assert (await (await shop.client("agent")).get("/tags")).json()["data"] == []


async def test_permissions_by_role_and_organization(shop: Organization, rival: Organization) -> None:
    tag = (await (await shop.client("team_lead")).post("/tags", {"name": "zips"})).json()["data"]
    customer, agent = await shop.client("customer"), await shop.client("agent")
    assert (await customer.get("/tags")).status_code == 403
    assert (await agent.post("/tags", {"name": "x"})).status_code == 403
    assert (await shop.desk.client().get("/tags")).status_code == 401
    stranger = await rival.client("admin")
    assert (await stranger.get("/tags")).json()["data"] == []
    assert (await stranger.delete(f"/tags/{tag['id']}")).status_code == 404
    assert (await stranger.delete(f"/tags/{uuid4()}")).status_code == 404
    assert (await stranger.delete("/tags/nonsense")).status_code in (404, 422)
    assert (await stranger.post("/tags", {"name": "zips"})).status_code == 201
