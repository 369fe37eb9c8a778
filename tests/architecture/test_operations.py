"""Each operation of a contract's document is served, and each served operation is documented or has a reason."""

import pytest

from tests.architecture import documents
from tests.architecture.documents import CONTRACTS, DOCUMENTS, Operation, canonical, differences
from tests.architecture.routes import routes_of, served_contracts

COUNTS = {"v1": 79, "v2": 38, "platform": 5, "routes": 31, "portals": 10}


@pytest.mark.parametrize(("spelling", "meant"), [
    ("/api/v1/tickets/:id", "/api/v1/tickets/{}"),
    ("/api/v1/tickets/{ticket_id:uuid}/", "/api/v1/tickets/{}"),
    ("/groups/:id/members/:userId", "/groups/{}/members/{}"),
    ("/", "/"),
])  # fmt: skip
def test_spellings_of_parameters_compare_equal(spelling: str, meant: str) -> None:
    assert canonical("get", spelling) == Operation("GET", meant)


def test_differences_are_found_both_ways() -> None:
    served = {(each.method, each.path) for each in documents.promised("platform")}
    assert differences("platform", served) == []
    (lost,) = differences("platform", served - {("GET", "/v1/tickets")})
    assert lost.startswith("GET /v1/tickets is promised")
    (extra,) = differences("platform", served | {("DELETE", "/v1/everything")})
    assert "say why" in extra


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_lists_are_what_the_documents_say(contract: str) -> None:
    assert len(documents.written_down(contract)) == COUNTS[contract]
    document = DOCUMENTS / CONTRACTS[contract][0]
    if not document.exists():
        pytest.skip("the contract documents are not beside this checkout; the committed lists stand for them")
    assert documents.written_down(contract) == documents.in_document(document.read_text("utf-8"))


def test_the_sockets_are_what_the_documents_say() -> None:
    assert documents.sockets_written_down() == [("v1", "/ws"), ("platform", "/ws/tickets/{ticket_id}")]
    if not DOCUMENTS.exists():
        pytest.skip("the contract documents are not beside this checkout; the committed list stands for them")
    found = [
        (contract, path)
        for contract, (name, _, _) in CONTRACTS.items()
        for path in documents.sockets_in_document((DOCUMENTS / name).read_text("utf-8"))
    ]
    assert documents.sockets_written_down() == found


@pytest.mark.parametrize("contract", CONTRACTS)
def test_each_contract_serves_its_document(contract: str) -> None:
    if contract not in served_contracts():
        pytest.skip(f"there is no package deskbell.api.{contract} yet")
    served = [(route.method, route.path) for route in routes_of(contract)]
    found = differences(contract, served)
    assert not found, "\n".join(found)
