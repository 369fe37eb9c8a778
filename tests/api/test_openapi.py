"""Each contract's OpenAPI document is valid, complete and accurate; the committed one is current."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import OpenAPIV31SpecValidator

from deskbell.app import CONTRACTS, list_routes, openapi_document

DOCS = Path(__file__).parents[2] / "docs" / "api" / "openapi"
every_contract = pytest.mark.parametrize("contract", CONTRACTS)


def operations(contract: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of each operation."""
    for path, item in openapi_document(contract)["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def operation(contract: str, name: str) -> dict[str, Any]:
    """The operation of this id."""
    return next(each for _, _, each in operations(contract) if each["operationId"] == name)


def examples(contract: str) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Place, schema and example of every JSON content."""
    document = openapi_document(contract)
    contents = {
        **{f"{m} {p} takes": o["requestBody"]["content"] for p, m, o in operations(contract) if "requestBody" in o},
        **{
            f"{m} {p} answers {status}": answer.get("content", {})
            for p, m, o in operations(contract)
            for status, answer in o["responses"].items()
        },
        **{name: answer["content"] for name, answer in document["components"]["responses"].items()},
    }
    for place, content in contents.items():
        if (found := content.get("application/json")) is not None:
            shown = [each["value"] for each in found.get("examples", {}).values()] or [found["example"]]
            for example in shown:
                yield place, found["schema"], example


@every_contract
def test_the_document_is_valid(contract: str) -> None:
    OpenAPIV31SpecValidator(openapi_document(contract)).validate()


@every_contract
def test_the_document_describes_every_route_and_its_permission(contract: str) -> None:
    documented = {(m.upper(), p): o.get("x-permission", "public") for p, m, o in operations(contract)}
    assert documented == {
        (each.method, each.path): each.permission for each in list_routes() if each.contract == contract
    }


@every_contract
def test_every_operation_has_a_short_name_a_tag_and_a_description(contract: str) -> None:
    wrong = [
        (path, method)
        for path, method, each in operations(contract)
        if not re.fullmatch(r"[a-z][A-Za-z0-9]{1,39}", each["operationId"])
        or len(each["tags"]) != 1
        or not each["summary"]
        or not each["description"].partition("\n")[0]
    ]
    assert not wrong


@every_contract
def test_every_parameter_has_a_description(contract: str) -> None:
    silent = [
        f"{method} {path}: {parameter['name']}"
        for path, method, each in operations(contract)
        for parameter in each.get("parameters", ())
        if "$ref" not in parameter and not parameter.get("description")
    ]
    assert not silent, "Say it at the route, or in deskbell/api/shared/openapi/shared_parts.py:\n" + "\n".join(silent)


@every_contract
def test_no_example_body_is_empty(contract: str) -> None:
    assert [place for place, _, example in examples(contract) if place.endswith("takes") and not example] == []


@every_contract
def test_an_operation_with_a_permission_asks_for_credentials_and_may_refuse(contract: str) -> None:
    for path, method, each in operations(contract):
        if "x-permission" in each:
            assert each["security"] == [{"bearer": []}, {"apiKey": []}], (path, method)
            assert {"401", "403"} <= each["responses"].keys(), (path, method)
        else:
            assert each["security"] == [] or {} in each["security"], (path, method)
        if "{" in path:
            assert "404" in each["responses"], (path, method)
        if "requestBody" in each:
            assert {"400", "413"} <= each["responses"].keys(), (path, method)
        assert ("422" in each["responses"]) <= (contract == "v1"), (path, method)


@every_contract
def test_every_example_matches_its_schema(contract: str) -> None:
    components = openapi_document(contract)["components"]
    wrong = []
    for place, schema, example in examples(contract):
        validator = OAS31Validator({**schema, "components": components}, format_checker=oas31_format_checker)
        wrong += [f"{place}: {each.json_path} {each.message}" for each in validator.iter_errors(example)]
    assert not wrong, "Mend deskbell/api/shared/openapi/examples.py:\n" + "\n".join(wrong)


@every_contract
def test_names_of_schemas_are_words(contract: str) -> None:
    assert all(re.fullmatch(r"[A-Za-z]\w*", name) for name in openapi_document(contract)["components"]["schemas"])


def test_headers_that_a_handler_reads_are_parameters() -> None:
    def headers(name: str) -> set[str]:
        return {each["$ref"].rpartition("/")[2] for each in operation("v1", name)["parameters"] if "$ref" in each}

    assert headers("updateTicket") == {"IfMatch"}
    assert headers("createTicket") == {"IdempotencyKey"}
    assert headers("addComment") == {"IfMatch", "IdempotencyKey"}
    assert headers("listTickets") == set()
    assert "412" in operation("v1", "updateTicket")["responses"]
    assert "412" not in operation("v1", "createTicket")["responses"]
    assert "ETag" in operation("v1", "getTicket")["responses"]["200"]["headers"]
    assert "ETag" not in operation("v1", "listTickets")["responses"]["200"]["headers"]


def test_fields_that_are_always_present_are_required() -> None:
    schemas = openapi_document("v1")["components"]["schemas"]
    assert schemas["Success_TicketView"]["required"] == ["data", "success"]
    assert schemas["CreateTicket"]["required"] == ["subject", "description"]
    assert schemas["CreateTicket"]["additionalProperties"] is False
    assert schemas["TicketView"]["properties"]["created_at"] == {"type": "string", "format": "date-time"}


def test_refusals_have_the_contracts_format() -> None:
    def example(contract: str, name: str) -> Any:
        return openapi_document(contract)["components"]["responses"][name]["content"]["application/json"]["example"]

    assert example("v1", "NotFound")["error"]["code"] == "NOT_FOUND"
    assert example("v2", "NotFound") == {"error": "NotFound", "message": "Ticket not found"}
    assert example("platform", "NotFound") == {"detail": "Resource not found"}
    assert example("routes", "NotFound") == {"error": "Ticket not found", "code": "NOT_FOUND", "details": []}


@every_contract
def test_the_committed_document_is_current(contract: str) -> None:
    committed = json.loads((DOCS / f"{contract}.json").read_text("utf-8"))
    assert committed == openapi_document(contract), (
        "run `make openapi`, and read the difference: it is what clients see"
    )
