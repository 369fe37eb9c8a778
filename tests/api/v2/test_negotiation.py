"""The contract that serves `/api` without a version."""

import pytest

from tests.api.v2.calling import TICKET, refused
from tests.support.desk import Desk, Organization, running_desk

V1_TICKET = {"subject": TICKET["title"], "description": TICKET["description"]}


async def test_without_a_version_a_header_chooses_and_the_answer_says_which(desk: Desk, shop: Organization) -> None:
    customer = (await shop.client("customer")).at("/api")
    made = await customer.post("/tickets", TICKET, headers={"API-Version": "2"})
    assert (made.status_code, made.headers["api-version"]) == (201, "2")
    path = f"/tickets/{made.json()['data']['id']}"
    plain = await customer.get(path)
    assert (plain.headers["api-version"], plain.json()["data"]["subject"]) == ("1", TICKET["title"])
    as_v2 = await customer.get(path, headers={"API-Version": "2"})
    assert (as_v2.headers["api-version"], as_v2.json()["data"]["title"]) == ("2", TICKET["title"])
    as_v1 = await customer.get(path, headers={"API-Version": "1"})
    assert (as_v1.headers["api-version"], as_v1.json()) == ("1", plain.json())
    unknown = await customer.get(path, headers={"API-Version": "3"})
    assert (unknown.headers["api-version"], unknown.json()) == ("1", plain.json())
    for negotiated in (made, plain, as_v2, as_v1):
        assert negotiated.headers["vary"] == "API-Version"  # otherwise a cache could return the wrong version


async def test_a_versioned_path_ignores_the_header(shop: Organization) -> None:
    customer = await shop.client("customer")
    at_v2 = await customer.at("/api/v2").get("/tickets", headers={"API-Version": "1"})
    assert (at_v2.headers["api-version"], at_v2.json().keys()) == ("2", {"data", "pagination"})
    at_v1 = await customer.at("/api/v1").get("/tickets", headers={"API-Version": "2"})
    assert (at_v1.headers["api-version"], at_v1.json()["success"]) == ("1", True)
    assert "vary" not in at_v2.headers
    assert "vary" not in at_v1.headers


async def test_refusals_have_the_form_of_the_contract_that_answers(desk: Desk) -> None:
    anonymous = desk.client(base="/api")
    refused(
        await anonymous.get("/tickets", headers={"API-Version": "2"}), 401, "Unauthorized", "Authentication required"
    )
    assert (await anonymous.get("/tickets")).json()["success"] is False


async def test_a_server_may_make_v2_the_default(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, shop: Organization
) -> None:
    person = await shop.person("customer")
    async with running_desk(database_url, tmp_path_factory.mktemp("v2"), DESKBELL_API_DEFAULT="v2") as other:
        customer = other.client(person.token, "/api")
        made = await customer.post("/tickets", TICKET)
        assert (made.status_code, made.headers["api-version"]) == (201, "2")
        as_v1 = await customer.post("/tickets", V1_TICKET, headers={"API-Version": "1"})
        assert (as_v1.status_code, as_v1.json()["success"]) == (201, True)
        unknown = await customer.get("/tickets", headers={"API-Version": "3"})
        assert (unknown.headers["api-version"], unknown.json().keys()) == ("2", {"data", "pagination"})
        listed = await other.client(person.token, "/api/v1").get("/tickets")
        assert listed.json()["data"]["pagination"]["total"] == 2


async def test_its_document_and_reference_page_are_served(desk: Desk) -> None:
    site = desk.client(base="")
    document = (await site.get("/openapi/v2.json")).json()
    assert "/api/v2/tickets/{ticket_id}/assign" in document["paths"]
    page = await site.get("/docs/v2")
    assert (page.status_code, "/openapi/v2.json" in page.text) == (200, True)
