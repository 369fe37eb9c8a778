"""v1: unusual input is normalized or refused by name, and lists are read in pages."""

from typing import Any

from tests.support.desk import PASSWORD, Client, Organization


async def problems(client: Client, method: str, path: str, body: Any) -> set[str]:
    """The fields that a refused request names."""
    answer = await client.request(method, path, json=body)
    assert answer.status_code == 422, answer.text
    return {each["path"] for each in answer.json()["error"]["details"]["fields"]}


async def test_an_invalid_address_is_reported_with_the_other_problems(shop: Organization) -> None:
    admin, raw = await shop.client("admin"), (await shop.client("admin")).at("/api/v1")
    sign_up = {"name": "", "email": "string", "password": "x", "organizationId": "string"}
    assert await problems(raw, "POST", "/auth/signup", sign_up) == {"name", "email", "password", "organizationId"}
    assert await problems(admin, "POST", "/contacts", {"name": "", "email": "x"}) == {"name", "email"}
    assert await problems(admin, "POST", "/agents", {"name": "", "email": "a b@c", "role": "none"}) == {
        "name", "email", "role",
    }  # fmt: skip
    ticket = {"subject": "", "description": "x", "requester": {"email": "raw"}}
    assert await problems(admin, "POST", "/tickets", ticket) == {"subject", "requester.email"}


async def test_a_subject_is_one_line(shop: Organization) -> None:
    agent = await shop.client("agent")
    made = await agent.post("/tickets", {"subject": " Two\r\nBcc:  lines\u2028 ", "description": "x"})
    assert made.json()["data"]["subject"] == "Two Bcc: lines"
    path = f"/tickets/{made.json()['data']['id']}"
    same = await agent.put(path, {"subject": "\tTwo Bcc:\nlines "})
    assert same.json()["data"]["version"] == 1
    assert (await agent.put(path, {"subject": " Other\nwords"})).json()["data"]["subject"] == "Other words"
    assert await problems(agent, "PUT", path, {"subject": "\u0001\u0002"}) == {"subject"}
    assert await problems(agent, "POST", "/tickets", {"subject": "\u0001", "description": "x"}) == {"subject"}


async def test_a_requester_is_named_once(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    who = (await customer.get("/auth/me")).json()["data"]["id"]
    body = {"subject": "x", "description": "x", "requester_id": who, "requester": {"email": "other@new.example"}}
    assert await problems(agent, "POST", "/tickets", body) == {"requester"}
    assert (await agent.get("/contacts?search=other@new.example")).json()["data"]["pagination"]["total"] == 0


async def test_a_bulk_command_without_changes_is_refused(shop: Organization) -> None:
    agent = await shop.client("agent")
    ticket = (await agent.post("/tickets", {"subject": "x", "description": "x"})).json()["data"]["id"]
    assert await problems(agent, "POST", "/tickets/bulk-update", {"ticket_ids": [ticket], "updates": {}}) == {"updates"}


async def test_a_refused_bulk_change_creates_no_tag(shop: Organization) -> None:
    agent = await shop.client("agent")
    ticket = (await agent.post("/tickets", {"subject": "x", "description": "x"})).json()["data"]["id"]
    updates = {"tags": ["never-was"], "group_id": "00000000-0000-7000-8000-000000000000"}
    answer = await agent.post("/tickets/bulk-update", {"ticket_ids": [ticket], "updates": updates})
    assert answer.json()["data"]["failed"] == 1
    assert (await agent.get("/tags?search=never-was")).json()["data"] == []


async def test_deleting_a_group_changes_its_tickets_version(shop: Organization) -> None:
    admin = await shop.client("admin")
    group = (await admin.post("/groups", {"name": "Short-lived"})).json()["data"]["id"]
    made = await admin.post("/tickets", {"subject": "x", "description": "x", "group_id": group})
    path = f"/tickets/{made.json()['data']['id']}"
    assert (await admin.request("DELETE", f"/groups/{group}")).status_code == 200
    read = await admin.get(path)
    assert read.json()["data"]["group"] is None
    assert read.headers["etag"] != made.headers["etag"]
    stale = await admin.put(path, {"subject": "y"}, headers={"If-Match": made.headers["etag"]})
    assert stale.status_code == 412


async def test_a_long_conversation_is_read_in_pages(shop: Organization) -> None:
    agent = await shop.client("agent")
    ticket = (await agent.post("/tickets", {"subject": "x", "description": "x"})).json()["data"]["id"]
    path = f"/tickets/{ticket}/comments"
    for number in range(5):
        await agent.post(path, {"body": str(number), "public": number != 2})
    whole = (await agent.get(path)).json()
    assert [comment["body"] for comment in whole["data"]] == list("01234")
    assert "pagination" not in whole
    first = (await agent.get(f"{path}?limit=2")).json()
    assert first["pagination"] == {
        "page": 1, "limit": 2, "total": 5, "totalPages": 3, "hasNextPage": True, "hasPreviousPage": False,
        "nextCursor": first["pagination"]["nextCursor"],
    }  # fmt: skip
    following = (await agent.get(f"{path}?limit=2&cursor={first['pagination']['nextCursor']}")).json()
    assert [comment["body"] for comment in following["data"]] == ["2", "3"]
    assert [comment["body"] for comment in (await agent.get(f"{path}?limit=2&page=3")).json()["data"]] == ["4"]
    assert (await agent.get(f"{path}?limit=101")).status_code == 422
    assert (await agent.get(f"{path}?cursor=none")).status_code == 422


async def test_sessions_are_listed_in_pages(shop: Organization) -> None:
    email = (await shop.person("agent")).email
    raw = (await shop.client("agent")).at("/api/v1")
    for _ in range(3):
        assert (await raw.post("/auth/login", {"email": email, "password": PASSWORD})).status_code == 200
    found: list[str] = []
    query = "limit=2"
    while query:
        body = (await raw.get(f"/auth/sessions?{query}")).json()
        found += [session["id"] for session in body["data"]]
        cursor = body["pagination"]["nextCursor"]
        query = f"limit=2&cursor={cursor}" if cursor else ""
    whole = (await raw.get("/auth/sessions")).json()
    assert [session["id"] for session in whole["data"]] == found
    assert whole["pagination"]["total"] == len(set(found)) == len(found) >= 4
    assert (await raw.get("/auth/sessions?limit=101")).status_code == 422


async def test_a_contacts_tickets_are_filtered_by_status(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    who = (await customer.get("/auth/me")).json()["data"]["id"]
    for _ in range(2):
        made = (await customer.post("/tickets", {"subject": "x", "description": "x"})).json()["data"]["id"]
    await agent.request("PATCH", f"/tickets/{made}/status", json={"status": "solved"})
    solved = (await agent.get(f"/contacts/{who}/tickets?status=solved")).json()["data"]
    assert [ticket["id"] for ticket in solved["tickets"]] == [made]
    assert (await agent.get(f"/contacts/{who}/tickets?status=gone")).status_code == 422
