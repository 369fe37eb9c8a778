"""v1: groups and their members."""

from uuid import uuid4

from tests.support.desk import Organization
from tests.support.journal import events_about

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


async def test_a_group_is_created_with_members_and_shows_them(shop: Organization) -> None:
    admin, agent, second = await shop.client("admin"), await shop.person("agent"), await shop.person("agent2")
    made = await admin.post(
        "/groups", {"name": "Returns", "description": "Things sent back", "member_ids": [str(agent.id), str(agent.id)]}
    )
    assert made.status_code == 201
    group = made.json()["data"]
    path = f"/groups/{group['id']}"
    assert group["members"] == [
        {"id": str(agent.id), "name": agent.name, "email": agent.email, "role": "member", "avatar_url": None,
         "status": "offline"},
    ]  # fmt: skip
    lead = await admin.post(f"{path}/members", {"user_id": str(second.id), "role": "lead"})
    assert [member["role"] for member in lead.json()["data"]["members"]] == ["lead", "member"]
    listed = (await agent.client.get("/groups")).json()
    assert [(each["name"], each["members_count"]) for each in listed["data"]] == [("Returns", 2)]
    assert listed["pagination"]["total"] == 1
    assert (await agent.client.get(path)).json()["data"] == lead.json()["data"]


async def test_adding_and_removing_twice_changes_and_records_nothing(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]
    path = f"/groups/{group['id']}"
    for _ in range(2):
        assert (await admin.post(f"{path}/members", {"user_id": str(agent.id)})).status_code == 201
    assert (await admin.post(f"{path}/members", {"user_id": str(agent.id), "role": "lead"})).status_code == 201
    assert (await admin.post(f"{path}/members", {"user_id": str(agent.id)})).json()["data"]["members"][0][
        "role"
    ] == "lead"
    for _ in range(2):
        assert (await admin.delete(f"{path}/members/{agent.id}")).status_code == 200
    await admin.put(path, {"name": "Returns", "description": ""})
    kinds = [kind for kind, _ in await events_about(shop, group["id"])]
    assert kinds == ["group.created", "group.member_added", "group.member_changed", "group.member_removed"]


async def test_leads_are_members_and_stay_leads_until_others_are_named(shop: Organization) -> None:
    admin, agent, second = await shop.client("admin"), await shop.person("agent"), await shop.person("agent2")
    members = {"member_ids": [str(agent.id), str(second.id)]}
    group = (await admin.post("/groups", {"name": "Returns", **members, "lead_ids": [str(second.id)]})).json()["data"]
    path = f"/groups/{group['id']}"

    async def leads(**changes: object) -> list[str]:
        answer = await admin.put(path, changes)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["data"]["members"] if each["role"] == "lead"]

    assert await leads(name="Repairs", **members) == [str(second.id)]
    assert await leads(lead_ids=[str(agent.id)]) == [str(agent.id)]
    refused = await admin.put(path, {"member_ids": [str(second.id)], "lead_ids": [str(agent.id)]})
    assert (refused.status_code, refused.json()["error"]["details"]["fields"][0]["path"]) == (422, "lead_ids.0")
    assert (await admin.post("/groups", {"name": "B", "lead_ids": [str(agent.id)]})).status_code == 422
    assert await leads(member_ids=[str(second.id)]) == []
    changed = [
        payload["changes"]["role"]["now"]
        for _, payload in await events_about(shop, group["id"], "group.member_changed")
    ]
    assert sorted(changed) == ["lead", "member"]


async def test_updating_changes_only_given_fields(shop: Organization) -> None:
    admin, agent, second = await shop.client("admin"), await shop.person("agent"), await shop.person("agent2")
    group = (await admin.post("/groups", {"name": "Returns", "member_ids": [str(agent.id)]})).json()["data"]
    path = f"/groups/{group['id']}"
    renamed = (await admin.put(path, {"name": "Repairs", "member_ids": [str(second.id)]})).json()["data"]
    assert (renamed["name"], [each["id"] for each in renamed["members"]]) == ("Repairs", [str(second.id)])
    events = await events_about(shop, group["id"], "group.updated")
    assert [payload["changes"] for _, payload in events] == [{"name": {"was": "Returns", "now": "Repairs"}}]
    await admin.post("/groups", {"name": "Wholesale"})
    assert (await admin.put(path, {"name": "WHOLESALE"})).status_code == 409
    assert (await admin.post("/groups", {"name": "wholesale"})).status_code == 409


async def test_deleting_a_group_leaves_its_tickets_without_one(shop: Organization) -> None:
    admin = await shop.client("admin")
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]
    ticket = (await admin.post("/tickets", {**TICKET, "group_id": group["id"]})).json()["data"]
    assert (await admin.get("/groups")).json()["data"][0]["open_tickets"] == 1
    assert (await admin.delete(f"/groups/{group['id']}")).status_code == 200
    assert (await admin.get(f"/tickets/{ticket['id']}")).json()["data"]["group"] is None
    assert (await admin.get(f"/groups/{group['id']}")).status_code == 404
    kind, payload = (await events_about(shop, group["id"]))[-1]
    assert (kind, payload["tickets"]) == ("group.deleted", 1)


async def test_only_agents_of_the_organization_can_be_members(shop: Organization, rival: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.person("customer")
    stranger = await rival.person("agent")
    refused = await admin.post("/groups", {"name": "Returns", "member_ids": [str(customer.id), str(stranger.id)]})
    assert refused.status_code == 422
    assert [each["path"] for each in refused.json()["error"]["details"]["fields"]] == ["member_ids.0", "member_ids.1"]
    assert (await admin.get("/groups")).json()["data"] == []
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]
    for user_id in (customer.id, stranger.id, uuid4()):
        added = await admin.post(f"/groups/{group['id']}/members", {"user_id": str(user_id)})
        assert added.status_code == 422
        assert added.json()["error"]["details"]["fields"][0]["path"] == "user_id"


async def test_permissions_by_role_and_organization(shop: Organization, rival: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    group = (await admin.post("/groups", {"name": "Returns", "member_ids": [str(agent.id)]})).json()["data"]
    path = f"/groups/{group['id']}"
    assert (await (await shop.client("customer")).get("/groups")).status_code == 403
    for refused in (
        await agent.client.post("/groups", {"name": "x"}),
        await agent.client.put(path, {"name": "x"}),
        await agent.client.delete(path),
        await agent.client.post(f"{path}/members", {"user_id": str(agent.id)}),
        await agent.client.delete(f"{path}/members/{agent.id}"),
    ):
        assert refused.status_code == 403
    stranger = await rival.client("owner")
    assert (await stranger.get("/groups")).json()["data"] == []
    for hidden in (
        await stranger.get(path),
        await stranger.put(path, {"name": "x"}),
        await stranger.delete(path),
        await stranger.post(f"{path}/members", {"user_id": str((await rival.person("agent")).id)}),
        await stranger.delete(f"{path}/members/{agent.id}"),
    ):
        assert hidden.status_code == 404
    assert len((await admin.get(path)).json()["data"]["members"]) == 1
