"""The operations that the five contract documents promise, as committed lists and as read from the documents.

`operations/<contract>.txt` holds one `METHOD /path` per line in the document's own spelling, `operations/sockets.txt`
one `contract /path`. `extra/<contract>.txt` holds what a contract serves beyond its document: `METHOD /path  reason`.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
DOCUMENTS = HERE.parents[2] / "shared" / "contracts"

CONTRACTS = {
    # contract: (document, base path in the document, base path on this server)
    "v1": ("support-desk.md", "/api", "/api/v1"),
    "v2": ("api-design.md", "/api", "/api/v2"),
    "platform": ("customer-support-platform.md", "", "/v1"),
    "routes": ("routes.md", "", ""),
    "portals": ("agent-customer-plan.md", "", ""),
}

_OPERATION = re.compile(r"^[\s*`]*(GET|POST|PUT|PATCH|DELETE)\s+(/[\w/:{}.-]*)", re.MULTILINE)
_LOGIN_IN_PROSE = re.compile(r"Create a new `(/\w+)` endpoint\.\s+\*\s+Users will `(POST)`")
_SOCKET = re.compile(r"ws://[^/\s]+(/[\w/{}.-]+)")
_EXAMPLE_OF_A_CONVENTION = "/api/resource"
_PARAMETER = re.compile(r":\w+|\{[^}]*\}")


class Operation(NamedTuple):
    """A method and a path on this server; every path parameter is written `{}`."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def canonical(method: str, path: str) -> Operation:
    """An operation whatever its spelling: `:id`, `{id}` and `{ticket_id:uuid}` are the same."""
    return Operation(method.upper(), _PARAMETER.sub("{}", path).rstrip("/") or "/")


def in_document(text: str) -> list[str]:
    """The operations that a document's text names, in its order and spelling, once each."""
    found = [f"{method} {path}" for method, path in _OPERATION.findall(text)]
    found += [f"{method} {path}" for path, method in _LOGIN_IN_PROSE.findall(text)]
    return [line for line in dict.fromkeys(found) if not line.partition(" ")[2].startswith(_EXAMPLE_OF_A_CONVENTION)]


def sockets_in_document(text: str) -> list[str]:
    """The WebSocket paths that a document's text names."""
    return list(dict.fromkeys(_SOCKET.findall(text)))


def written_down(contract: str) -> list[str]:
    """The committed list of a contract's operations, in the document's spelling."""
    return _lines(HERE / "operations" / f"{contract}.txt")


def sockets_written_down() -> list[tuple[str, str]]:
    """The committed (contract, path) pairs of WebSockets."""
    pairs = (line.split() for line in _lines(HERE / "operations" / "sockets.txt"))
    return [(contract, path) for contract, path in pairs]


def promised(contract: str) -> set[Operation]:
    """The operations that a contract's document promises, with their paths on this server."""
    _, begins, base = CONTRACTS[contract]
    lines = (line.split() for line in written_down(contract))
    return {canonical(method, base + path.removeprefix(begins)) for method, path in lines}


def beyond(contract: str) -> dict[Operation, str]:
    """The operations that a contract serves in addition to its document, each with its reason."""
    listed = {}
    for line in _lines(HERE / "extra" / f"{contract}.txt"):
        method, path, *reason = line.split(maxsplit=2)
        listed[canonical(method, path)] = " ".join(reason)
    return listed


def differences(contract: str, served: Iterable[tuple[str, str]]) -> list[str]:
    """The differences between a contract's routes and its document, each as a sentence with a fix."""
    routes = {canonical(method, path) for method, path in served}
    document, known = promised(contract), beyond(contract)
    missing = [f"{each} is promised by {CONTRACTS[contract][0]} and not served." for each in sorted(document - routes)]
    unknown = [
        f"{each} is served, not in {CONTRACTS[contract][0]}: say why in tests/architecture/extra/{contract}.txt."
        for each in sorted(routes - document - known.keys())
    ]
    stale = [
        f"{each} in extra/{contract}.txt is {'in the document' if each in document else 'not served'}: remove it there."
        for each in sorted(known.keys() - (routes - document))
    ]
    unexplained = [f"{each} in extra/{contract}.txt has no reason." for each, reason in known.items() if not reason]
    return missing + unknown + stale + unexplained


def _lines(path: Path) -> list[str]:
    if not path.exists():
        return []
    return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
