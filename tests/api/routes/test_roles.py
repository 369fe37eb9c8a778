"""routes: every route is open to exactly the documented roles, by token and by API key."""

from uuid import uuid4

import pytest

from deskbell.kernel.permissions import Role
from tests.api.routes.making import TICKET, at_root, file_ticket, make_team
from tests.support.desk import Desk, Organization

STAFF = {"agent", "senior_agent", "team_lead", "admin", "owner"}
ADMIN = {"admin", "owner"}
ALL = {role.value for role in Role}
NO_ROLES: set[str] = set()
ID = str(uuid4())

DOORS = [
    ("GET", "/users/me", ALL), ("GET", "/teams", STAFF), ("POST", "/teams", ADMIN),
    ("POST", f"/teams/{ID}/members", ADMIN), ("DELETE", f"/teams/{ID}/members/{ID}", ADMIN), ("GET", "/tickets", ALL),
    ("POST", "/tickets", ALL), ("GET", f"/tickets/{ID}", ALL), ("PATCH", f"/tickets/{ID}", STAFF),
    ("POST", "/tickets/bulk/update", ADMIN), ("POST", f"/tickets/{ID}/tags", STAFF),
    ("GET", f"/tickets/{ID}/messages", ALL), ("POST", f"/tickets/{ID}/messages", ALL),
    ("DELETE", f"/messages/{ID}", ADMIN), ("POST", "/webhooks", ADMIN), ("GET", "/webhooks", ADMIN),
    ("DELETE", f"/webhooks/{ID}", ADMIN), ("GET", "/metrics/tickets", ADMIN), ("GET", "/audit-logs", ADMIN),
    ("GET", "/customers/me/tickets", {"customer"}), ("POST", f"/feedback/tickets/{ID}", {"customer"}),
    ("POST", "/kb/articles", ADMIN), ("POST", "/organizations", NO_ROLES),
]  # fmt: skip


@pytest.mark.parametrize("role", ["anonymous", *sorted(ALL)])
async def test_each_role_may_call_its_routes_and_no_others(desk: Desk, shop: Organization, role: str) -> None:
    client = desk.client(base="") if role == "anonymous" else await at_root(shop, role)
    for method, path, allowed in DOORS:
        answer = await client.request(method, path, json={} if method in {"POST", "PATCH"} else None)
        if role == "anonymous":
            assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED"), (method, path)
        elif role not in allowed:
            assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN"), (method, path)
        else:
            assert answer.status_code in {200, 400, 404}, (method, path, answer.text)


async def test_platform_admins_create_organizations_and_admins_update_their_own(shop: Organization) -> None:
    path = f"/organizations/{shop.id}"
    for key in ("customer", "agent", "team_lead"):
        assert (await (await at_root(shop, key)).patch(path, {"name": "Mine"})).status_code == 403
    admin = await at_root(shop, "admin")
    assert (await admin.patch(path, {"name": "Ours"})).json()["name"] == "Ours"
    assert (await admin.patch(path, {"name": " ", "domain": "No Domain"})).status_code == 400
    runs_the_server = (await shop.person("agent7", platform_admin=True)).client.at("")
    assert (await runs_the_server.post("/organizations", {"name": "New"})).status_code == 201


async def test_users_update_themselves_and_admins_any_member(shop: Organization) -> None:
    agent, customer, admin = [await shop.person(key) for key in ("agent", "customer", "admin")]
    at = {person.role.value: person.client.at("") for person in (agent, customer, admin)}
    for person in (agent, customer, admin):
        mine = await person.client.at("").patch(f"/users/{person.id}", {"name": "New Name", "phone": "+49 1"})
        assert (mine.json()["name"], mine.json()["phone"]) == ("New Name", "+49 1")
    for key, other in (("agent", customer), ("agent", admin), ("customer", agent)):
        refused = await at[key].patch(f"/users/{other.id}", {"name": "Mallory"})
        assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
    assert (await at["agent"].patch(f"/users/{agent.id}", {"role": "admin"})).status_code == 403
    promoted = await at["admin"].patch(f"/users/{agent.id}", {"role": "team_lead"})
    assert promoted.json()["role"] == "team_lead"
    wrong = await at["admin"].patch(f"/users/{agent.id}", {"role": "king", "avatar_url": "javascript:x", "email": "x"})
    assert [each["path"] for each in wrong.json()["details"]] == ["avatar_url", "role", "email"]


async def test_a_profile_shows_only_what_the_reader_may_see(desk: Desk, shop: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    public = {"id": str(agent.id), "name": agent.name, "avatar_url": None}
    anonymous = desk.client(base="")
    assert (await anonymous.get(f"/users/{agent.id}")).json() == public
    assert (await customer.client.at("").get(f"/users/{agent.id}")).json() == public
    assert (await agent.client.at("").get(f"/users/{customer.id}")).json()["email"] == customer.email
    assert (await customer.client.at("").get(f"/users/{customer.id}")).json()["email"] == customer.email
    for client in (anonymous, agent.client.at("")):
        assert (await client.get(f"/users/{uuid4()}")).status_code == 404
    assert (await desk.client("not a token", "").get(f"/users/{agent.id}")).status_code == 401


async def test_an_api_key_has_its_owners_permissions_within_its_scopes(desk: Desk, shop: Organization) -> None:
    from deskbell.features.access import service as access
    from deskbell.kernel.actor import Actor

    admin = await shop.person("admin")
    async with desk.database.unit(Actor(shop.id, admin.id, admin.role)) as uow:
        _, key = await access.create_api_key(uow, "reader", ["tickets:read", "groups:*"], None)
    client = desk.client(base="", x_api_key=key)
    ticket = await file_ticket(await at_root(shop, "customer"))
    assert (await client.get(f"/tickets/{ticket}")).json()["id"] == ticket
    assert (await client.post("/teams", {"name": "By key"})).status_code == 201
    for method, path in (("POST", "/tickets"), ("PATCH", f"/tickets/{ticket}"), ("GET", "/webhooks")):
        answer = await client.request(method, path, json=TICKET if method == "POST" else {})
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN"), (method, path)
    tampered = desk.client(base="", x_api_key=key[:-4] + "AAAA")
    assert (await tampered.get("/tickets")).status_code == 401


async def test_a_customer_reads_only_own_tickets_and_no_notes(shop: Organization) -> None:
    mine, other, agent = [await at_root(shop, key) for key in ("customer", "customer2", "agent")]
    ticket = await file_ticket(mine)
    assert (
        await agent.post(f"/tickets/{ticket}/messages", {"content": "psst", "is_internal": True})
    ).status_code == 201
    assert (await mine.get(f"/tickets/{ticket}/messages")).json()["total"] == 0
    for path in (f"/tickets/{ticket}", f"/tickets/{ticket}/messages"):
        assert (await other.get(path)).status_code == 404
    assert (await other.post(f"/tickets/{ticket}/messages", {"content": "x"})).status_code == 404
    assert (await other.get("/tickets")).json()["total"] == 0
    note = await mine.post(f"/tickets/{ticket}/messages", {"content": "x", "is_internal": True})
    assert note.status_code == 403
    customer_id = str((await shop.person("customer")).id)
    assert (await other.post("/tickets", {**TICKET, "customer_id": customer_id})).status_code == 403
    assert (await mine.get("/customers/me/tickets")).json()["total"] == 1


async def test_the_history_uses_the_terms_of_routes(shop: Organization) -> None:
    agent, admin, ann = await at_root(shop, "agent"), await at_root(shop, "admin"), await at_root(shop, "customer")
    ticket, team = await file_ticket(ann), await make_team(shop)
    await agent.patch(f"/tickets/{ticket}", {"team_id": team})
    note = (await agent.post(f"/tickets/{ticket}/messages", {"content": "hm", "is_internal": True})).json()["id"]
    said = (await ann.post(f"/tickets/{ticket}/messages", {"content": "hello"})).json()["id"]
    await admin.delete(f"/messages/{said}")
    created, *steps = (await agent.get(f"/tickets/{ticket}")).json()["history"]
    assert created["changes"].keys() >= {"customer_id", "team_id", "assigned_to"}
    entries = [(step["action"], step["changes"]) for step in steps]
    assert ("assigned", {"team_id": {"was": None, "now": team}}) in entries
    messages = [
        (action, changes["message_id"], changes["is_internal"]) for action, changes in entries if "message" in action
    ]
    assert messages == [
        ("message_added", note, True), ("message_added", said, False), ("message_deleted", said, False),
    ]  # fmt: skip
