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


async def test_a_tag_is_renamed_and_coloured_on_all_its_tickets(shop: Organization) -> None:
    lead, agent = await shop.client("team_lead"), await shop.client("agent")
    ticket = (await agent.post("/tickets", {**TICKET, "tags": ["zips", "boots"]})).json()["data"]
    [tag] = (await agent.get("/tags?search=zips")).json()["data"]
    assert (await agent.put(f"/tags/{tag['id']}", {"name": "zippers"})).status_code == 403
    named = await lead.put(f"/tags/{tag['id']}", {"name": " zippers ", "color": "#ABC"})
    assert named.status_code == 200
    assert named.json()["data"] == {**tag, "name": "zippers", "color": "#abc"}
    assert (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]["tags"] == ["zippers", "boots"]
    assert [each["id"] for each in (await agent.get("/tickets?tag=zippers")).json()["data"]["tickets"]] == [
        ticket["id"]
    ]
    kind, payload = (await events_about(shop, tag["id"]))[-1]
    assert (kind, sorted(payload["changes"])) == ("tag.updated", ["color", "name"])

    assert (await lead.put(f"/tags/{tag['id']}", {"color": None})).json()["data"]["color"] is None
    assert (await lead.put(f"/tags/{tag['id']}", {"name": "Zippers"})).status_code == 200
    taken = await lead.put(f"/tags/{tag['id']}", {"name": "boots"})
    assert (taken.status_code, taken.json()["error"]["message"]) == (409, "There is already a tag named boots")
    for bad in ({"name": " "}, {"name": None}, {"color": "red"}, {"tickets_count": 3}):
        assert (await lead.put(f"/tags/{tag['id']}", bad)).status_code == 422, bad
    assert (await lead.put(f"/tags/{uuid4()}", {"name": "x"})).status_code == 404


async def test_a_merged_tag_leaves_its_tickets_with_the_other_one(shop: Organization) -> None:
    lead, agent = await shop.client("team_lead"), await shop.client("agent")
    lists = (["slow", "boots"], ["slow", "late"], ["late"])
    ids = [(await agent.post("/tickets", {**TICKET, "tags": each})).json()["data"]["id"] for each in lists]
    tags = {each["name"]: each["id"] for each in (await agent.get("/tags")).json()["data"]}
    path = f"/tags/{tags['slow']}/merge"
    assert (await agent.post(path, {"into_id": tags["late"]})).status_code == 403
    itself = await lead.post(path, {"into_id": tags["slow"]})
    assert itself.status_code == 422
    assert "A tag cannot be merged into itself" in itself.text
    assert (await lead.post(path, {"into_id": str(uuid4())})).status_code == 404
    merged = await lead.post(path, {"into_id": tags["late"]})
    assert (merged.status_code, merged.json()["data"]["name"]) == (200, "late")
    assert (await lead.post(path, {"into_id": tags["late"]})).status_code == 404
    # Merged again before the job has changed a ticket: the last one counts.
    again = await lead.post(f"/tags/{tags['late']}/merge", {"into_id": tags["boots"]})
    assert again.status_code == 200
    await work(shop.desk, shop)
    for ticket_id in ids:
        assert (await agent.get(f"/tickets/{ticket_id}")).json()["data"]["tags"] == ["boots"]
    assert await counts(agent) == {"boots": 3}
    kind, payload = (await events_about(shop, tags["slow"]))[-1]
    assert (kind, payload["into_name"], payload["tickets"]) == ("tag.merged", "late", 2)
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from tags") == 1


async def test_a_ticket_that_is_changed_before_the_job_gets_the_other_tag_first(shop: Organization) -> None:
    lead, agent = await shop.client("team_lead"), await shop.client("agent")
    ticket = (await agent.post("/tickets", {**TICKET, "tags": ["slow"]})).json()["data"]
    into = (await lead.post("/tags", {"name": "late"})).json()["data"]["id"]
    [tag] = (await agent.get("/tags?search=slow")).json()["data"]
    assert (await lead.post(f"/tags/{tag['id']}/merge", {"into_id": into})).status_code == 200
    changed = await agent.put(f"/tickets/{ticket['id']}", {"priority": "high"})
    assert changed.json()["data"]["tags"] == ["late"]


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
