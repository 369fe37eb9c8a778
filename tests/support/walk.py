"""Walking a contract's document: each operation called as it is written there, so that none can be left out."""

from typing import Any

import httpx

from tests.architecture.documents import Operation, canonical, promised
from tests.support.desk import Client


class Walk:
    """Calls operations by the document's own spelling and remembers which."""

    def __init__(self, contract: str) -> None:
        self._promised = promised(contract)
        self._walked: set[Operation] = set()

    async def call(
        self, client: Client, operation: str, expected: int, json: Any = None, query: str = "", **places: object
    ) -> Any:
        """Calls `METHOD /path/{place}` and returns the decoded answer, whose status must be the one expected."""
        method, _, path = operation.partition(" ")
        self._walked.add(canonical(method, client.base + path))
        options = {} if json is None else {"json": json}
        answer: httpx.Response = await client.request(method, path.format(**places) + query, **options)
        assert answer.status_code == expected, f"{operation}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def left_out(self) -> set[Operation]:
        """The operations of the document that this walk did not call."""
        return self._promised - self._walked


def shape_of(value: Any) -> Any:
    """The types of a JSON value: objects by key, lists by their first entry."""
    if isinstance(value, dict):
        return {key: shape_of(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape_of(value[0])] if value else []
    return type(value).__name__
