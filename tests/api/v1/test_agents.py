"""v1: agents, from invitation to deactivation."""

from uuid import uuid4

import pytest

from tests.support.desk import Client, Organization
from tests.support.journal import events_about

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


def new_agent(**fields: object) -> dict[str, object]:
    return {"name": "Ada Agent", "email": f"{uuid4()}@staff.example", **fields}


async def add(client: Client, **fields: object) -> dict[str, object]:
    answer = await client.post("/agents", new_agent(**fields))
    assert answer.status_code == 201, answer.text
    agent: dict[str, object] = answer.json()["data"]
    return agent


async def test_an_agent_is_invited_into_groups_and_shown_as_documented(shop: Organization) -> None:
    admin = await shop.client("admin")
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]
    made = await add(admin, role="team_lead", department="Shop", groups=[group["id"]])
    assert made["groups"] == [{"id": group["id"], "name": "Returns"}]
    assert (made["role"], made["department"], made["status"], made["verified"]) == (
        "team_lead",
        "Shop",
        "offline",
        False,
    )
    assert made["tickets"] == {"open": 0, "resolved": 0, "total": 0}
    assert [made[name] for name in ("rating", "ratings", "sla_compliance", "sla_measured")] == [0, 0, 0, 0]
    assert (await admin.get(f"/agents/{made['id']}")).json()["data"] == made
    kinds = [kind for kind, _ in await events_about(shop, str(made["id"]))]
    assert kinds == ["member.added", "member.invited"]
    assert [kind for kind, _ in await events_about(shop, group["id"])] == ["group.created", "group.member_added"]


async def test_a_given_password_lets_a_new_person_sign_in_but_not_as_staff_before_their_address_is_confirmed(
    shop: Organization,
) -> None:
    admin = await shop.client("admin")
    made = await add(admin, password="a long good passphrase", name="Grace")
    kinds = [kind for kind, _ in await events_about(shop, str(made["id"]))]
    assert kinds == ["member.added", "member.verification_requested"]
    signed_in = await shop.desk.client().post(
        "/auth/login", {"email": made["email"], "password": "a long good passphrase"}
    )
    assert signed_in.status_code == 200, signed_in.text
    grace = shop.desk.client(signed_in.json()["data"]["token"])
    assert (await grace.get("/agents")).status_code == 403


async def test_a_given_password_does_not_replace_that_of_an_existing_account(
    shop: Organization, rival: Organization
) -> None:
    contact = (
        await (await rival.client("agent")).post("/contacts", {"name": "Eve", "email": f"{uuid4()}@eve.example"})
    ).json()["data"]
    known = await rival.person("agent2")
    for email in (contact["email"], known.email):
        made = await (await shop.client("admin")).post(
            "/agents", new_agent(email=email, password="a long good passphrase")
        )
        assert made.status_code in (201, 409)
        answer = await shop.desk.client().post("/auth/login", {"email": email, "password": "a long good passphrase"})
        assert answer.status_code == 401


async def test_agents_are_filtered_by_status_department_and_text(shop: Organization) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    await shop.person("customer")
    ada = await add(admin.client, name="Ada Ärmel", department="Shop")
    assert (await agent.client.patch(f"/agents/{agent.id}/status", {"status": "busy"})).status_code == 200

    async def found(query: str) -> list[str]:
        answer = await admin.client.get(f"/agents?{query}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["pagination"]["total"] == len(answer.json()["data"])
        return [each["name"] for each in answer.json()["data"]]

    assert await found("") == ["Ada Ärmel", "Admin", "Agent"]
    assert await found("order=desc") == ["Agent", "Admin", "Ada Ärmel"]
    assert await found("status=busy,away") == ["Agent"]
    assert await found("department=shop") == ["Ada Ärmel"]
    assert await found("search=ARM") == ["Ada Ärmel"]
    assert await found(f"search={ada['email']}") == ["Ada Ärmel"]
    assert await found("search=customer") == []
    assert (await admin.client.get("/agents?status=asleep")).status_code == 422
    first = (await admin.client.get("/agents?limit=2")).json()
    rest = (await admin.client.get(f"/agents?limit=2&cursor={first['pagination']['nextCursor']}")).json()
    assert [each["name"] for each in first["data"] + rest["data"]] == ["Ada Ärmel", "Admin", "Agent"]


async def test_tickets_of_an_agent_are_counted_and_listed(shop: Organization) -> None:
    agent = await shop.person("agent")
    for status in ("open", "pending", "solved", "closed", "hold"):
        ticket = (await agent.client.post("/tickets", {**TICKET, "assignee_id": str(agent.id)})).json()["data"]
        await agent.client.patch(f"/tickets/{ticket['id']}/status", {"status": status})
    await agent.client.post("/tickets", TICKET)
    shown = (await agent.client.get(f"/agents/{agent.id}")).json()["data"]["tickets"]
    assert shown == {"open": 3, "resolved": 2, "total": 5}
    theirs = (await agent.client.get(f"/agents/{agent.id}/tickets?status=solved,closed")).json()["data"]
    assert (len(theirs["tickets"]), theirs["pagination"]["total"]) == (2, 2)
    assert (await agent.client.get(f"/agents/{agent.id}/tickets")).json()["data"]["pagination"]["total"] == 5
    assert (await agent.client.get(f"/agents/{uuid4()}/tickets")).status_code == 404


async def test_updating_changes_only_given_fields_and_records_the_changes(shop: Organization) -> None:
    admin = await shop.client("admin")
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]
    made = await add(admin)
    path = f"/agents/{made['id']}"
    changed = await admin.put(
        path, {"role": "senior_agent", "department": "Shop", "status": "away", "groups": [group["id"]], "name": "Ada"}
    )
    assert changed.status_code == 200
    data = changed.json()["data"]
    assert (data["role"], data["department"], data["status"], data["name"]) == ("senior_agent", "Shop", "away", "Ada")
    assert [each["name"] for each in data["groups"]] == ["Returns"]
    before = len(await events_about(shop, str(made["id"])))
    assert (await admin.put(path, {"role": "senior_agent", "status": "away"})).json()["data"] == data
    assert len(await events_about(shop, str(made["id"]))) == before
    assert (await admin.put(path, {"groups": []})).json()["data"]["groups"] == []
    moved = await admin.put(path, {"email": f"new.{made['email']}"})
    assert moved.json()["data"]["email"] == f"new.{made['email']}"


async def test_deactivating_ends_access_immediately(shop: Organization) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    path = f"/agents/{agent.id}"
    assert (await admin.client.delete(path)).status_code == 200
    assert (await agent.client.get("/tickets")).status_code == 401
    assert (await admin.client.get(path)).status_code == 404
    assert (await admin.client.delete(path)).status_code == 404
    assert [each["name"] for each in (await admin.client.get("/agents")).json()["data"]] == ["Admin"]
    assert (await events_about(shop, agent.id, "member."))[-1][0] == "member.removed"
    assert (await admin.client.delete(f"/agents/{admin.id}")).status_code == 409


async def test_only_owners_manage_owners_and_one_always_remains(shop: Organization) -> None:
    admin, owner = await shop.client("admin"), await shop.person("owner")
    assert (await admin.post("/agents", new_agent(role="owner"))).status_code == 403
    assert (await admin.put(f"/agents/{owner.id}", {"name": "x"})).status_code == 403
    assert (await admin.delete(f"/agents/{owner.id}")).status_code == 403
    assert (await admin.put(f"/agents/{(await shop.person('agent')).id}", {"role": "owner"})).status_code == 403
    last = await owner.client.put(f"/agents/{owner.id}", {"role": "admin"})
    assert (last.status_code, last.json()["error"]["code"]) == (409, "LAST_OWNER")
    assert (await owner.client.post("/agents", new_agent(role="owner"))).status_code == 201


async def test_agents_set_their_own_status_and_admins_any(shop: Organization) -> None:
    agent, other, admin = await shop.person("agent"), await shop.person("agent2"), await shop.client("admin")
    path = f"/agents/{agent.id}/status"
    for _ in range(2):
        assert (await agent.client.patch(path, {"status": "online"})).json()["data"]["status"] == "online"
    assert (await other.client.patch(path, {"status": "away"})).status_code == 403
    assert (await admin.patch(path, {"status": "away"})).json()["data"]["status"] == "away"
    assert (await agent.client.patch(path, {"status": "asleep"})).status_code == 422
    changes = [payload["changes"] for _, payload in await events_about(shop, agent.id, "member.updated")]
    assert changes == [
        {"availability": {"was": "offline", "now": "online"}},
        {"availability": {"was": "online", "now": "away"}},
    ]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"email": "nobody"}, "email"),
        ({"role": "customer"}, "role"),
        ({"role": "boss"}, "role"),
        ({"password": "short"}, "password"),
        ({"password": "password"}, "password"),
        ({"groups": [str(uuid4())]}, "groups.0"),
        ({"groups": "all"}, "groups"),
        ({"name": " "}, "name"),
        ({"wage": 1}, "wage"),
    ],
)
async def test_bad_input_names_the_field_and_writes_nothing(
    shop: Organization, fields: dict[str, object], path: str
) -> None:
    admin = await shop.client("admin")
    answer = await admin.post("/agents", new_agent(**fields))
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [path]
    assert len((await admin.get("/agents")).json()["data"]) == 1


async def test_permissions_by_role_and_organization(shop: Organization, rival: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    admin = await shop.client("admin")
    path = f"/agents/{agent.id}"
    assert (await customer.client.get("/agents")).status_code == 403
    assert (await customer.client.patch(f"/agents/{customer.id}/status", {"status": "away"})).status_code == 403
    assert (await agent.client.post("/agents", new_agent())).status_code == 403
    assert (await agent.client.put(path, {"role": "admin"})).status_code == 403
    assert (await agent.client.delete(path)).status_code == 403
    assert (await admin.get(f"/agents/{customer.id}")).status_code == 404
    assert (await admin.put(f"/agents/{customer.id}", {"role": "agent"})).status_code == 404
    assert (await admin.post("/agents", new_agent(email=customer.email))).status_code == 409
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]
    stranger = await rival.client("owner")
    for hidden in (
        await stranger.get(path),
        await stranger.put(path, {"name": "x"}),
        await stranger.delete(path),
        await stranger.patch(f"{path}/status", {"status": "away"}),
        await stranger.get(f"{path}/tickets"),
    ):
        assert hidden.status_code == 404
    borrowed = await stranger.post("/agents", new_agent(groups=[group["id"]]))
    assert borrowed.status_code == 422
