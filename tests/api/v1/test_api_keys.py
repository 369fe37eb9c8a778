"""v1: API keys, from creation to revocation, and their permissions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.desk import Client, Desk, Organization


async def make_key(client: Client, *scopes: str, **more: object) -> dict[str, Any]:
    answer = await client.post("/api-keys", {"name": "Sync", "scopes": list(scopes), **more})
    assert answer.status_code == 201, answer.text
    key: dict[str, Any] = answer.json()["data"]
    return key


async def test_a_key_is_shown_once_and_acts_as_its_creator_within_its_scopes(desk: Desk, shop: Organization) -> None:
    admin = await shop.person("admin")
    key = await make_key(admin.client, "tickets:read", "profile:*")
    listed = (await admin.client.get("/api-keys")).json()["data"]
    assert [each["id"] for each in listed] == [key["id"]]
    assert "key" not in listed[0]
    assert key["key"].endswith(listed[0]["hint"])
    for client in (desk.client(x_api_key=key["key"]), desk.client(key["key"])):
        assert (await client.get("/tickets")).status_code == 200
        assert (await client.get("/auth/me")).json()["data"]["id"] == str(admin.id)
        assert (await client.post("/tickets", {"subject": "x", "description": "y"})).status_code == 403
        assert (await client.get("/api-keys")).status_code == 403
    assert (await admin.client.get("/api-keys")).json()["data"][0]["last_used_at"] is not None


async def test_a_revoked_key_is_refused_immediately(desk: Desk, shop: Organization) -> None:
    admin = await shop.client("admin")
    key = await make_key(admin, "*")
    client = desk.client(x_api_key=key["key"])
    assert (await client.get("/tickets")).status_code == 200
    assert (await admin.delete(f"/api-keys/{key['id']}")).status_code == 200
    assert (await client.get("/tickets")).status_code == 401
    assert (await admin.delete(f"/api-keys/{key['id']}")).status_code == 404
    assert (await admin.get("/api-keys")).json()["data"] == []


async def test_an_expired_or_altered_key_is_refused(desk: Desk, shop: Organization) -> None:
    admin = await shop.client("admin")
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    key = await make_key(admin, "*", expires_at=soon)
    assert (await desk.client(x_api_key=key["key"]).get("/tickets")).status_code == 200
    flipped = key["key"][:-3] + ("AAA" if not key["key"].endswith("AAA") else "BBB")
    for wrong in (flipped, "dbk_", "dbk_AAAA", "hello"):
        assert (await desk.client(x_api_key=wrong).get("/tickets")).status_code == 401
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update api_keys set expires_at = now() - interval '1 second'")
    assert (await desk.client(x_api_key=key["key"]).get("/tickets")).status_code == 401


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "x"}, {"scopes"}),
        ({"name": " ", "scopes": ["*"]}, {"name"}),
        ({"name": "x", "scopes": []}, {"scopes"}),
        ({"name": "x", "scopes": ["tickets:read", "tickets:eat", "*:*"]}, {"scopes.1", "scopes.2"}),
        ({"name": "x", "scopes": ["*"], "expires_at": "2001-01-01T00:00:00Z"}, {"expires_at"}),
        ({"name": "x", "scopes": ["*"], "expires_at": "tomorrow"}, {"expires_at"}),
        ({"name": "x", "scopes": ["*"], "role": "owner"}, {"role"}),
    ],
)
async def test_an_invalid_key_is_refused_with_every_field(shop: Organization, body: object, fields: set[str]) -> None:
    admin = await shop.client("admin")
    answer = await admin.post("/api-keys", body)
    assert answer.status_code == 422, answer.text
    assert {problem["path"] for problem in answer.json()["error"]["details"]["fields"]} == fields
    assert (await admin.get("/api-keys")).json()["data"] == []


async def test_only_admins_manage_keys_of_their_own_organization(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    key = await make_key(await shop.client("admin"), "*")
    for role in ("customer", "agent", "team_lead"):
        client = await shop.client(role)
        assert (await client.get("/api-keys")).status_code == 403
        assert (await client.post("/api-keys", {"name": "x", "scopes": ["*"]})).status_code == 403
        assert (await client.delete(f"/api-keys/{key['id']}")).status_code == 403
    stranger = await rival.client("owner")
    assert (await stranger.get("/api-keys")).json()["data"] == []
    assert (await stranger.delete(f"/api-keys/{key['id']}")).status_code == 404
    assert (await stranger.delete(f"/api-keys/{uuid4()}")).status_code == 404
    assert (await desk.client().get("/api-keys")).status_code == 401
    assert (await desk.client(x_api_key=key["key"]).get("/tickets")).status_code == 200


async def test_a_key_cannot_create_a_key_with_more_scopes(desk: Desk, shop: Organization) -> None:
    key = await make_key(await shop.client("admin"), "api-keys:manage", "tickets:*")
    client = desk.client(x_api_key=key["key"])
    assert (await client.post("/api-keys", {"name": "narrower", "scopes": ["tickets:read"]})).status_code == 201
    refused = await client.post("/api-keys", {"name": "wider", "scopes": ["tickets:read", "*"]})
    assert refused.status_code == 422
    assert [problem["path"] for problem in refused.json()["error"]["details"]["fields"]] == ["scopes.1"]


async def test_a_key_has_no_session_to_end(desk: Desk, shop: Organization) -> None:
    key = await make_key(await shop.client("admin"), "*")
    assert (await desk.client(x_api_key=key["key"]).post("/auth/logout")).status_code == 409
