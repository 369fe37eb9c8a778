"""Each response to a random request of any role is one that the contract's document describes."""

import random
from typing import Any

import httpx
import pytest
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deskbell.kernel.permissions import Role
from tests.fuzz.drawing import contract_schema, drawn, examples_of_profile, request_of
from tests.support.desk import Client, Organization

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
ROLES = [None, Role.CUSTOMER, Role.AGENT, Role.ADMIN, Role.OWNER]
SAME = {
    "assigned_to": "agent_id", "assignee_id": "agent_id", "assigneeId": "agent_id", "user_id": "agent_id",
    "member_id": "agent_id", "requester_id": "contact_id", "customer_id": "contact_id", "customerId": "contact_id",
    "team_id": "group_id", "group_ids": "group_id", "message_id": "comment_id", "categoryId": "category_id",
}  # fmt: skip

pytestmark = pytest.mark.hypothesis  # `make fuzz` runs what is marked so


class Caller:
    """One role in the shop. Where an operation ended its session (signing out, say), the next one gets another caller."""

    def __init__(self, shop: Organization, role: Role | None) -> None:
        self._shop = shop
        self._role = role
        self._made = 10

    async def client(self) -> Client:
        """A client that is signed in as the role now."""
        if self._role is None:
            return self._shop.desk.client(base="")
        while True:
            person = await self._shop.person(f"{self._role.value}{self._made}", self._role)
            if (await person.client.get("/auth/me")).status_code == 200:
                return person.client.at("")
            self._made += 1


async def belongings(shop: Organization) -> dict[str, str]:
    """One object of each kind, by the names that paths and bodies give to ids."""
    admin, customer, agent = await shop.person("admin"), await shop.person("customer"), await shop.person("agent")

    async def made(client: Client, path: str, body: dict[str, Any]) -> str:
        answer = await client.post(path, body)
        assert answer.status_code == 201, (path, answer.text)
        return str(answer.json()["data"]["id"])

    ticket = await made(customer.client, "/tickets", {"subject": "A ticket", "description": "Where is it?"})
    ids = {
        "ticket_id": ticket,
        "comment_id": await made(admin.client, f"/tickets/{ticket}/comments", {"body": "Here."}),
        "group_id": await made(admin.client, "/groups", {"name": "A group", "description": ""}),
        "tag_id": await made(admin.client, "/tags", {"name": "late"}),
        "rule_id": await made(
            admin.client, "/rules", {"name": "Late", "on": ["ticket.created"], "do": [{"add_tags": ["late"]}]}
        ),
        "macro_id": await made(admin.client, "/macros", {"title": "Late", "shared": True, "do": [{"assign": "me"}]}),
        "status_id": await made(admin.client, "/statuses", {"name": "Late", "category": "hold"}),
        "form_id": await made(admin.client, "/forms", {"name": "Late"}),
        "brand_id": await made(admin.client, "/brands", {"name": "Demo"}),
        "category_id": await made(admin.client, "/categories", {"name": "Shipping"}),
        "contact_id": str(customer.id),
        "agent_id": str(agent.id),
    }
    return {**ids, **{name: ids[of] for name, of in SAME.items()}}


def offence(case: Any, answer: httpx.Response) -> str | None:
    """The error in a response, or None."""
    problems = []
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        problems = [f"{each.title}: {each.message}" for each in group.exceptions]
    declared = case.operation.definition.raw["responses"].get(str(answer.status_code), {}).get("headers", {})
    if answer.is_success and ("ETag" in declared) != ("etag" in answer.headers):
        problems.append(
            "ETag: " + ("promised and not given" if "ETag" in declared else "given and not in the document")
        )
    if not problems:
        return None
    asked = f"{answer.request.method} {answer.request.url} {answer.request.content[:500]!r}"
    return f"{case.operation.label}: {answer.status_code} to {asked}\n  {'; '.join(problems)}\n  {answer.text[:300]}"


async def offences(shop: Organization, contract: str, role: Role | None) -> list[str]:
    """Calls every operation of a contract as one role; deletions last, so that there is something to read before."""
    caller, ids = Caller(shop, role), await belongings(shop)
    operations = [each.ok() for each in contract_schema(contract).get_all_operations()]
    found = []
    for operation in sorted(operations, key=lambda each: each.method == "delete"):
        client = await caller.client()
        choice = random.Random(operation.label)
        for case in drawn(contract, operation.label, examples_of_profile()):
            request = request_of(case, ids, choice)
            answer = await client.request(request.pop("method"), "/" + request.pop("url"), **request)
            if (wrong := offence(case, answer)) is not None:
                found.append(wrong)
                break
    return found


@pytest.mark.xdist_group("fuzz-v1")  # the requests are drawn once for all roles
@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value if role else "nobody")
async def test_every_answer_of_v1_is_one_that_its_document_describes(shop: Organization, role: Role | None) -> None:
    found = await offences(shop, "v1", role)
    assert not found, "\n\n".join(found)


@pytest.mark.xdist_group("fuzz-others")
@pytest.mark.parametrize("contract", ["v2", "platform", "routes", "portals"])
@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.ADMIN], ids=lambda role: role.value)
async def test_every_answer_of_the_other_contracts_is_one_that_their_documents_describe(
    shop: Organization, contract: str, role: Role
) -> None:
    found = await offences(shop, contract, role)
    assert not found, "\n\n".join(found)
