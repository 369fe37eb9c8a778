"""Unusual requests are understood or refused by name: methods, missing bodies, repeated parameters, times."""

import pytest

from tests.support.desk import Desk, Organization


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/api/v1/tags", "GET, HEAD, OPTIONS, POST"),
        ("/api/v1/tickets/01a1f8b8-4583-70c4-b454-aa6de6644ab2", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("/api/v2/tickets", "GET, HEAD, OPTIONS, POST"),
        ("/v1/tickets", "GET, HEAD, OPTIONS, POST"),
        ("/login", "OPTIONS, POST"),
    ],
)
async def test_a_path_reports_its_methods(desk: Desk, path: str, allow: str) -> None:
    client = desk.client(base="")
    options = await client.request("OPTIONS", path)
    assert options.status_code == 204
    assert options.headers["allow"] == allow
    refused = await client.request("TRACE", path)
    assert refused.status_code == 405
    assert refused.headers["allow"] == allow
    assert allow in refused.text


async def test_a_missing_body_is_refused_with_its_required_fields(shop: Organization) -> None:
    admin = await shop.client("admin")
    answer = await admin.request("POST", "/tickets")
    assert answer.status_code == 422
    assert answer.json()["error"]["details"]["fields"] == [
        {"path": "subject", "message": "This field is required", "code": "missing"},
        {"path": "description", "message": "This field is required", "code": "missing"},
    ]
    nothing_required = await admin.request("PUT", "/settings/profile")
    assert nothing_required.status_code == 422
    assert nothing_required.json()["error"]["details"]["fields"] == [
        {"path": "", "message": "Must be an object", "code": "type"}
    ]
    bulk = await admin.request("DELETE", "/tickets/bulk-delete")
    assert [each["path"] for each in bulk.json()["error"]["details"]["fields"]] == [""]


@pytest.mark.parametrize(
    ("base", "path", "status"), [("/api/v2", "/tickets", 400), ("/v1", "/tickets", 400), ("", "/tickets", 400)]
)
async def test_no_contract_shows_the_frameworks_message_for_a_missing_body(
    shop: Organization, base: str, path: str, status: int
) -> None:
    answer = await (await shop.client("admin")).at(base).request("POST", path)
    assert answer.status_code == status
    assert "required" in answer.text
    assert "'data'" not in answer.text


async def test_a_repeated_parameter_keeps_all_values(shop: Organization) -> None:
    agent = await shop.client("agent")
    for priority in ("low", "high", "urgent"):
        await agent.post("/tickets", {"subject": priority, "description": "x", "priority": priority})
    found = (await agent.get("/tickets?priority=low&priority=urgent")).json()["data"]["tickets"]
    assert {ticket["priority"] for ticket in found} == {"low", "urgent"}
    refused = await agent.get("/tickets?page=1&page=2")
    assert refused.status_code == 422
    assert refused.json()["error"]["details"]["fields"] == [
        {"path": "page", "message": "Must be a whole number", "code": "type"}
    ]


@pytest.mark.parametrize("path", ["/contacts?search=%00", "/tickets?status=open&search=a%00b", "/tags?search=%00"])
async def test_a_nul_in_a_parameter_is_refused_by_its_name(shop: Organization, path: str) -> None:
    answer = await (await shop.client("agent")).get(path)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"]["fields"] == [
        {"path": "search", "message": "Text must not contain NUL characters", "code": "nul"}
    ]


@pytest.mark.parametrize("moment", ["2030-01-01T00:00:00", "2030-01-01T05:30:00+05:30", "2030-01-01T00:00:00Z"])
async def test_an_api_keys_expiry_is_returned_in_utc(shop: Organization, moment: str) -> None:
    body = {"name": "k", "scopes": ["tickets:read"], "expires_at": moment}
    answer = await (await shop.client("admin")).post("/api-keys", body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["data"]["expires_at"] == "2030-01-01T00:00:00Z"


async def test_an_api_keys_expiry_in_the_past_or_out_of_range_is_refused(shop: Organization) -> None:
    admin = await shop.client("admin")
    for moment in ("2020-01-01T00:00:00", "9999-12-31T23:59:59-14:00"):
        answer = await admin.post("/api-keys", {"name": "k", "scopes": ["tickets:read"], "expires_at": moment})
        assert answer.status_code in {400, 422}, answer.text


async def test_tickets_are_filtered_by_times_and_by_days(shop: Organization) -> None:
    agent = await shop.client("agent")
    await agent.post("/tickets", {"subject": "x", "description": "y"})

    async def total(query: str) -> int:
        answer = await agent.get(f"/tickets?{query}")
        assert answer.status_code == 200, answer.text
        return int(answer.json()["data"]["pagination"]["total"])

    assert await total("created_after=2020-01-01") == 1
    assert await total("created_before=2020-01-01") == 0
    assert await total("created_after=2020-01-01T00:00:00") == 1
    assert await total("created_before=2020-01-01T00:00:00+05:30") == 0
    assert await total("created_before=2020-01-01T00:00:00%2B05:30&created_after=") == 0
    refused = await agent.get("/tickets?created_after=yesterday")
    assert refused.json()["error"]["details"]["fields"] == [
        {"path": "created_after", "message": "Must be a time (RFC 3339) or a date", "code": "not_a_time"}
    ]
    assert (await agent.get("/tickets?created_after=0001-01-01T00:00:00%2B14:00")).status_code == 422


async def test_own_tickets_are_listed_as_me(shop: Organization) -> None:
    agent = await shop.client("agent")
    me = (await agent.get("/auth/me")).json()["data"]["id"]
    mine = (await agent.post("/tickets", {"subject": "x", "description": "y", "assignee_id": me})).json()["data"]["id"]
    await agent.post("/tickets", {"subject": "x", "description": "y"})
    found = (await agent.get("/tickets?assignee_id=me")).json()["data"]["tickets"]
    assert [ticket["id"] for ticket in found] == [mine]


async def test_a_cursor_is_valid_only_for_its_sort_order(shop: Organization) -> None:
    agent = await shop.client("agent")
    for number in range(3):
        await agent.post("/tickets", {"subject": str(number), "description": "y"})
    page = (await agent.get("/tickets?sort=priority&limit=1")).json()["data"]["pagination"]
    following = f"limit=1&cursor={page['nextCursor']}"
    assert (await agent.get(f"/tickets?sort=priority&{following}")).status_code == 200
    for other in ("sort=priority&order=asc", "sort=status", "sort=number", "sort=updated_at"):
        refused = await agent.get(f"/tickets?{other}&{following}")
        assert refused.status_code == 422, other
        assert refused.json()["error"]["details"]["fields"][0]["path"] == "cursor"


@pytest.mark.parametrize("path", ["/schema", "/schema/openapi.json", "/api/v1/schema", "/v1/schema"])
async def test_a_contract_serves_only_declared_paths(desk: Desk, path: str) -> None:
    assert (await desk.client(base="").get(path)).status_code == 404
