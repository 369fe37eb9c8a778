"""Hostile parameters, paths and bodies are refused in the contract's format; none causes an internal error."""

import re

import pytest

from deskbell.app import list_routes, openapi_document
from tests.support.desk import Client, Organization

CONTRACTS = ("platform", "routes", "portals")
VALUES = [
    "%00",
    "%ff%fe",
    "a%00b",
    "-1",
    "9" * 40,
    "%F0%9F%92%A9",
    "'",
    "%25",
    "null",
    "0001-01-01T00:00:00",
    "x" * 3_000,
]
BODIES = [
    b"", b"null", b"[]", b"0", b'"text"', b"{", b"\xff", b'{"a":1e999}', b'{"\\u0000":1}', b"[" * 5_000,
    b'{"subject":"\\u0000","title":"\\ud800"}', b'{"email":{"$gt":""},"password":[]}',
]  # fmt: skip
FORMS = {"platform": {"detail"}, "routes": {"error", "code", "details"}, "portals": {"error", "code", "details"}}


async def require_an_answer(client: Client, contract: str, method: str, path: str, **options: object) -> None:
    answer = await client.request(method, path, **options)
    assert answer.status_code < 500, (method, path, options, answer.text)
    if answer.status_code >= 400:
        assert answer.json().keys() == FORMS[contract], (method, path)


@pytest.mark.parametrize("contract", CONTRACTS)
async def test_no_parameter_causes_an_internal_error(shop: Organization, contract: str) -> None:
    staff, customer = (await shop.client("admin")).at(""), (await shop.client("customer")).at("")
    for path, item in openapi_document(contract)["paths"].items():
        if "get" not in item:
            continue
        client = customer if "customer" in path else staff
        place = re.sub(r"\{[^}]*\}", "00000000-0000-7000-8000-000000000000", path)
        names = [each["name"] for each in item["get"].get("parameters", []) if each["in"] == "query"]
        for name in names:
            for value in VALUES:
                await require_an_answer(client, contract, "GET", f"{place}?{name}={value}")
        if "{" in path:
            for value in ("%00", "x", "%2e%2e", "9" * 40, "%F0%9F%92%A9"):
                await require_an_answer(client, contract, "GET", re.sub(r"\{[^}]*\}", value, path))


@pytest.mark.parametrize("contract", CONTRACTS)
async def test_no_body_causes_an_internal_error(shop: Organization, contract: str) -> None:
    staff, customer = (await shop.client("admin")).at(""), (await shop.client("customer")).at("")
    for entry in list_routes():
        if entry.contract == contract and entry.method in {"POST", "PUT", "PATCH"}:
            client = customer if re.search("customer|feedback", entry.path) else staff
            path = re.sub(r"\{[^}]*\}", "00000000-0000-7000-8000-000000000000", entry.path)
            for body in BODIES:
                headers = {"content-type": "application/json"}
                await require_an_answer(client, contract, entry.method, path, content=body, headers=headers)
