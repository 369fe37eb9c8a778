"""v2: every operation of api-design.md, called as documented; responses have the examples' keys and types."""

import secrets
from typing import Any

from openapi_spec_validator import validate

from deskbell.app import openapi_document
from tests.api.v2.calling import TICKET
from tests.support.desk import PASSWORD, Client, Desk, Organization
from tests.support.mail import token_for
from tests.support.walk import Walk, shape_of
from tests.support.work import work

CUSTOMER = {"id": "str", "name": "str", "email": "str", "avatarUrl": "NoneType"}
ASSIGNEE = {"id": "str", "name": "str", "avatarUrl": "NoneType"}
IN_A_LIST = {
    "id": "str", "ticketNumber": "int", "title": "str", "description": "str", "status": "str", "priority": "str",
    "createdAt": "str", "updatedAt": "str", "customer": CUSTOMER, "assignee": ASSIGNEE,
}  # fmt: skip
PAGINATION = {"page": "int", "limit": "int", "total": "int", "totalPages": "int", "hasMore": "bool"}


def test_its_openapi_document_is_valid() -> None:
    document = openapi_document("v2")
    validate(document)
    assert document["info"]["title"] == "Deskbell API v2"
    limits = document["components"]["schemas"]["CreateTicket"]["properties"]
    assert (limits["title"]["minLength"], limits["title"]["maxLength"]) == (5, 200)
    assert limits["tags"]["maxItems"] == 10


async def test_every_operation_of_the_document_answers_as_it_says(desk: Desk, shop: Organization) -> None:
    walk = Walk("v2")
    people = {key: (await shop.client(key)).at("/api/v2") for key in ("customer", "agent", "admin", "owner")}
    await _walk_accounts(walk, desk, shop)
    ticket = await _walk_tickets(walk, shop, people)
    await _walk_messages(walk, people, ticket)
    await _walk_the_staff_room(walk, people)
    await _walk_people(walk, shop, people)
    await walk.call(people["admin"], "DELETE /tickets/{id}", 204, id=ticket)
    assert walk.left_out() == set()


async def _walk_accounts(walk: Walk, desk: Desk, shop: Organization) -> None:
    anonymous = desk.client(base="/api/v2")
    email = f"jo.{secrets.token_hex(4)}@mail.example"
    body = {"name": "Jo Doe", "email": email, "password": PASSWORD, "organizationId": str(shop.id)}
    registered = (await walk.call(anonymous, "POST /auth/register", 201, body))["data"]
    assert registered["user"]["role"] == "customer"
    await work(desk, shop)
    token = await token_for(desk, email, "verify-email")
    await walk.call(anonymous, "POST /auth/verify-email", 200, {"token": token})
    signed_in = (await walk.call(anonymous, "POST /auth/login", 200, {"email": email, "password": PASSWORD}))["data"]
    assert shape_of({**signed_in, "user": None}) == {
        "user": "NoneType", "token": "str", "refreshToken": "str", "expiresAt": "str",
    }  # fmt: skip
    me = desk.client(signed_in["token"], "/api/v2")
    session = (await walk.call(me, "GET /auth/session", 200))["data"]
    assert (session["user"]["email"], session["user"]["emailVerified"]) == (email, True)
    # A token holds whole seconds.
    assert session["expiresAt"][:19] == signed_in["expiresAt"][:19]
    assert session.keys() == {"user", "expiresAt"}
    await walk.call(anonymous, "POST /auth/forgot-password", 200, {"email": email})
    await work(desk)
    await work(desk, shop)
    token = await token_for(desk, email, "reset-password")
    await walk.call(anonymous, "POST /auth/reset-password", 200, {"token": token, "newPassword": "another horse, 42"})
    body = {"email": email, "password": "another horse, 42"}
    me = desk.client((await walk.call(anonymous, "POST /auth/login", 200, body))["data"]["token"], "/api/v2")
    await walk.call(me, "POST /auth/logout", 200)
    await walk.call(me, "GET /auth/session", 401)


async def _walk_tickets(walk: Walk, shop: Organization, people: dict[str, Client]) -> str:
    agent, customer = people["agent"], people["customer"]
    ticket = (await walk.call(customer, "POST /tickets", 201, {**TICKET, "priority": "high"}))["data"]
    path: dict[str, Any] = {"id": ticket["id"]}
    assert (ticket["ticketNumber"], ticket["status"], ticket["tags"]) == (1, "open", [])
    assert ticket["customerId"] == str((await shop.person("customer")).id)
    me = str((await shop.person("agent")).id)
    assigned = await walk.call(agent, "POST /tickets/{id}/assign", 200, {"assigneeId": me}, **path)
    assert assigned["data"]["status"] == "pending"
    listed = await walk.call(agent, "GET /tickets", 200, query="?status=pending&priority=high&page=1&limit=20")
    assert listed.keys() == {"data", "pagination"}
    assert IN_A_LIST.items() <= shape_of(listed["data"][0]).items()
    assert shape_of(listed["pagination"]) == PAGINATION
    changes = {
        "title": "Cannot sign in",
        "status": "resolved",
        "priority": "low",
        "tags": ["login"],
        "categoryId": None,
    }
    changed = (await walk.call(agent, "PATCH /tickets/{id}", 200, changes, **path))["data"]
    assert {name: changed[name] for name in changes} == changes
    closed = await walk.call(customer, "POST /tickets/{id}/close", 200, {"resolution": "A typo"}, **path)
    assert closed["data"]["status"] == "closed"
    reopened = await walk.call(customer, "POST /tickets/{id}/reopen", 200, **path)
    assert reopened["data"]["status"] == "open"
    return str(ticket["id"])


async def _walk_messages(walk: Walk, people: dict[str, Client], ticket: str) -> None:
    attachment = {
        "filename": "shot.png", "url": "https://files.example/shot.png", "mimeType": "image/png", "size": 1_024,
    }  # fmt: skip
    body = {"content": "Please try again.", "type": "reply", "attachments": [attachment]}
    added = (await walk.call(people["agent"], "POST /tickets/{id}/messages", 201, body, id=ticket))["data"]
    assert (added["content"], added["type"], added["ticketId"]) == ("Please try again.", "reply", ticket)
    assert attachment.items() <= added["attachments"][0].items()
    listed = await walk.call(people["customer"], "GET /tickets/{id}/messages", 200, id=ticket)
    assert listed["data"] == [added]
    assert shape_of(listed["pagination"]) == PAGINATION
    edited = await walk.call(people["agent"], "PATCH /messages/{id}", 200, {"content": "Again, please"}, id=added["id"])
    assert edited["data"]["content"] == "Again, please"
    whole = (await walk.call(people["agent"], "GET /tickets/{id}", 200, id=ticket))["data"]
    assert IN_A_LIST.items() <= shape_of({key: whole[key] for key in IN_A_LIST}).items()
    assert [message["content"] for message in whole["messages"]] == ["Again, please"]
    assert ASSIGNEE.items() <= shape_of(whole["messages"][0]["sender"]).items()
    step = shape_of({**whole["activities"][0], "metadata": None})
    assert step == {
        "id": "str", "ticketId": "str", "userId": "str", "action": "str", "metadata": "NoneType", "createdAt": "str",
        "user": {"id": "str", "name": "str"},
    }  # fmt: skip
    await walk.call(people["agent"], "DELETE /messages/{id}", 204, id=added["id"])


async def _walk_the_staff_room(walk: Walk, people: dict[str, Client]) -> None:
    policies = (await walk.call(people["agent"], "GET /sla-policies", 200))["data"]
    assert shape_of(policies[0]) == {
        "id": "str", "priority": "str", "firstResponseTime": "int", "resolutionTime": "int",
    }  # fmt: skip
    target: dict[str, Any] = {"firstResponseTime": 45}
    changed = await walk.call(people["admin"], "PATCH /sla-policies/{id}", 200, target, id=policies[0]["id"])
    assert changed["data"] == {**policies[0], "firstResponseTime": 45}
    body = {"title": "Greeting", "content": "Hello!", "shortcut": "/hi"}
    canned = (await walk.call(people["agent"], "POST /canned-responses", 201, body))["data"]
    assert body.items() <= canned.items()
    assert (await walk.call(people["agent"], "GET /canned-responses", 200))["data"] == [canned]
    path = {"id": canned["id"]}
    changed = await walk.call(people["agent"], "PATCH /canned-responses/{id}", 200, {"title": "Hello"}, **path)
    assert changed["data"]["title"] == "Hello"
    await walk.call(people["agent"], "DELETE /canned-responses/{id}", 204, **path)
    stats = (await walk.call(people["agent"], "GET /dashboard/stats", 200))["data"]
    assert (stats["totalTickets"], stats["openTickets"]) == (1, 1)
    trends = (await walk.call(people["agent"], "GET /dashboard/trends", 200))["data"]
    assert len(trends) == 30
    assert shape_of(trends[0]) == {"date": "str", "created": "int", "resolved": "int"}


async def _walk_people(walk: Walk, shop: Organization, people: dict[str, Client]) -> None:
    me = (await walk.call(people["customer"], "GET /users/me", 200))["data"]
    assert shape_of({name: me[name] for name in CUSTOMER}) == CUSTOMER
    renamed = await walk.call(people["customer"], "PATCH /users/me", 200, {"name": "John Doe"})
    assert renamed["data"] == {**me, "name": "John Doe", "updatedAt": renamed["data"]["updatedAt"]}
    listed = await walk.call(people["agent"], "GET /users", 200)
    assert me["id"] in {user["id"] for user in listed["data"]}
    assert shape_of(listed["pagination"]) == PAGINATION
    seen = await walk.call(people["agent"], "GET /users/{id}", 200, id=me["id"])
    assert seen["data"]["name"] == "John Doe"
    changed = await walk.call(people["admin"], "PATCH /users/{id}", 200, {"role": "agent"}, id=me["id"])
    assert changed["data"]["role"] == "agent"
    current = (await walk.call(people["customer"].at("/api/v2"), "GET /organizations/current", 200))["data"]
    assert (current["id"], current["name"]) == (str(shop.id), shop.name)
    body = {"name": "Shop & Sons", "settings": {"timeZone": "Europe/Berlin"}}
    current = (await walk.call(people["admin"], "PATCH /organizations/current", 200, body))["data"]
    assert (current["name"], current["settings"]["timeZone"]) == ("Shop & Sons", "Europe/Berlin")
    body = {"email": f"new.{secrets.token_hex(4)}@mail.example", "role": "agent", "name": "New Agent"}
    invited = (await walk.call(people["owner"], "POST /organizations/invite", 201, body))["data"]
    assert (invited["email"], invited["role"]) == (body["email"], "agent")
    members = (await walk.call(people["agent"], "GET /organizations/members", 200, query="?role=agent"))["data"]
    assert members[0]["id"] == invited["id"]
    await walk.call(people["admin"], "DELETE /organizations/members/{id}", 204, id=invited["id"])
    await walk.call(people["admin"], "DELETE /users/{id}", 204, id=me["id"])
    await walk.call(people["customer"], "GET /users/me", 401)
