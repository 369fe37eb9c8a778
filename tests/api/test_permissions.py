"""Calls every route of every contract anonymously, as each role, and from another organization."""

import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deskbell.api.shared.contract import RouteEntry
from deskbell.api.shared.table import may_call, permission_page
from deskbell.app import list_routes
from deskbell.kernel.permissions import Role
from tests.support.desk import Client, Desk, Organization

PAGE = Path(__file__).parents[2] / "docs" / "admin" / "permissions.md"
ENTRIES = sorted(set(list_routes()))
MARK = "Unmistakable"


def url_of(entry: RouteEntry, ids: dict[str, str] | None = None) -> str:
    """The route's path with ids in its places."""

    def fill(place: re.Match[str]) -> str:
        return (ids or {}).get(place.group(1), str(uuid4()))

    return "//" + re.sub(r"\{([^}:]+)[^}]*\}", fill, entry.path).lstrip("/")


async def call(client: Client, entry: RouteEntry, ids: dict[str, str] | None = None) -> httpx.Response:
    """Calls a route without body and parameters. Missing ones must be refused after the permission check, never before."""
    body: dict[str, object] | None = {} if entry.method in {"POST", "PUT", "PATCH"} else None
    return await client.request(entry.method, url_of(entry, ids), **({"json": body} if body is not None else {}))


def test_the_manual_prints_this_table() -> None:
    assert PAGE.read_text() == permission_page(ENTRIES), "run: deskbell routes --markdown > docs/admin/permissions.md"


# Leaving and deleting oneself would end the caller the other calls need.
ENDS_THE_CALLER = re.compile(r"/auth/logout$|/auth/sessions$|DELETE .*/organizations/\{")


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "nobody")
async def test_each_role_may_call_its_routes_and_no_others(desk: Desk, shop: Organization, role: Role | None) -> None:
    client = desk.client() if role is None else (await shop.person(role.value)).client
    wrong = []
    for entry in ENTRIES:
        if ENDS_THE_CALLER.search(f"{entry.method} {entry.path}"):
            continue
        answer = await call(client, entry)
        if answer.status_code >= 500:
            wrong.append((entry.method, entry.path, answer.status_code))
        elif not may_call(role, entry.permission):
            expected = 401 if role is None else 403
            if answer.status_code != expected:
                wrong.append((entry.method, entry.path, answer.status_code))
        elif answer.status_code == 401 and entry.permission != "public":
            wrong.append((entry.method, entry.path, answer.status_code))
    assert not wrong


@pytest.fixture
async def belongings(shop: Organization) -> dict[str, str]:
    """One object of each kind in the shop, by the names that paths give to ids."""
    admin, customer, agent = await shop.person("admin"), await shop.person("customer"), await shop.person("agent")

    async def made(path: str, body: dict[str, object]) -> str:
        answer = await admin.client.post(path, body)
        assert answer.status_code == 201, (path, answer.text)
        return str(answer.json()["data"]["id"])

    ticket = await customer.client.post("/tickets", {"subject": f"{MARK} ticket", "description": MARK})
    ticket_id = ticket.json()["data"]["id"]
    ids = {
        "ticket_id": ticket_id,
        "group_id": await made("/groups", {"name": f"{MARK} group", "description": ""}),
        "tag_id": await made("/tags", {"name": f"{MARK} tag"}),
        "category_id": await made("/categories", {"name": f"{MARK} category"}),
        "rule_id": await made(
            "/rules", {"name": f"{MARK} rule", "on": ["ticket.created"], "do": [{"add_tags": [MARK]}]}
        ),
        "macro_id": await made("/macros", {"title": f"{MARK} macro", "shared": True, "comment": {"body": MARK}}),
        "status_id": await made("/statuses", {"name": f"{MARK} status", "category": "hold"}),
        "form_id": await made("/forms", {"name": f"{MARK} form"}),
        "brand_id": await made("/brands", {"name": f"{MARK} brand"}),
        "comment_id": await made(f"/tickets/{ticket_id}/comments", {"body": MARK}),
        "contact_id": str(customer.id),
        "agent_id": str(agent.id),
        "user_id": str(customer.id),
        "member_id": str(agent.id),
        "organization_id": str(shop.id),
    }
    ids["mailbox_id"] = await made("/mailboxes", {"name": f"{MARK} box", "addresses": ["box@unmistakable.example"]})
    await made("/fields", {"key": "unmistakable", "type": "text", "label": f"{MARK} field"})
    ids["key"] = "unmistakable"
    bulk = await admin.client.post(
        "/tickets/bulk-update", {"ticket_ids": [ticket_id], "updates": {"subject": f"{MARK} again"}}
    )
    ids["operation_id"] = bulk.json()["data"]["operation_id"]
    ids["export_id"] = await made("/exports", {"format": "csv", "query": MARK})
    file = {"file": (f"{MARK}.csv", f"subject,email\n{MARK},a@example.org\n".encode())}
    ids["import_id"] = (await admin.client.post("/imports?format=csv", files=file)).json()["data"]["id"]
    ids["team_id"] = ids["group_id"]
    ids["message_id"] = ids["comment_id"]
    return ids


async def test_objects_of_another_organization_are_not_found(
    shop: Organization, rival: Organization, belongings: dict[str, str]
) -> None:
    stranger = await rival.client("owner")
    wrong = []
    for entry in ENTRIES:
        if ENDS_THE_CALLER.search(f"{entry.method} {entry.path}"):
            continue
        answer = await call(stranger, entry, belongings)
        about_it = "{" in entry.path and any(f"{{{name}" in entry.path for name in belongings)
        disclosed = answer.status_code < 300 and entry.permission != "public"
        if MARK in answer.text or (about_it and disclosed) or answer.status_code >= 500:
            wrong.append((entry.method, entry.path, answer.status_code, answer.text[:200]))
    assert not wrong
