"""Loading lines into an organization and reading it back, for tests."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from deskbell.features.transfer.exporting.writing import export
from deskbell.features.transfer.format.reading import LineProblem, RecordLine, decode
from deskbell.features.transfer.importing.loading import load
from deskbell.features.transfer.importing.summary import Summary
from deskbell.runtime.database import Database
from deskbell.runtime.storage import Storage

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HEADER = {"kind": "organization", "format": "deskbell", "version": 2, "name": "Shop"}


def at(hours: float) -> str:
    """A time so many hours after noon of a day in March."""
    return (NOON + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def ticket(subject: str = "The zip is broken", **fields: Any) -> dict[str, Any]:
    """A ticket's line with some fields."""
    return {
        "kind": "ticket",
        "subject": subject,
        "requester": {"email": "ann@example.org", "name": "Ann Keane"},
        **fields,
    }


def comment(body: str, author: str = "amir@shop.example", *, public: bool = True, **fields: Any) -> dict[str, Any]:
    """A comment."""
    return {"author": {"email": author}, "body": body, "public": public, **fields}


def a_history(count: int) -> list[dict[str, Any]]:
    """So many tickets of every kind, known by id, by name elsewhere, or by nothing, with and without a conversation."""
    lines: list[dict[str, Any]] = []
    for n in range(count):
        fields: dict[str, Any] = {"created_at": at(n), "tags": ["zip", f"t{n % 5}"] if n % 3 else [], "status": "open"}
        if n % 4 == 0:
            fields["id"] = str(UUID(int=0x0198E000000070008000000000000000 + n))
        if n % 4 in (1, 2):
            fields["external_id"] = f"shop:{n}"
        if n % 2:
            fields |= {
                "assignee": {"email": f"agent{n % 3}@shop.example"},
                "group": f"Group {n % 3}",
                "category": "Zips",
            }
            fields["comments"] = [
                comment(f"word{n} of comfort", created_at=at(n + 1)),
                comment("a note", public=False, created_at=at(n + 1)),
                comment("thanks", "ann@example.org", created_at=at(n + 2)),
            ]
            fields["changes"] = [
                {
                    "at": at(n + 1),
                    "actor": {"email": "amir@shop.example"},
                    "field": "status",
                    "was": "new",
                    "now": "open",
                }
            ]
        lines.append(ticket(f"Ticket {n}", **fields))
    return lines


def as_lines(objects: Iterable[dict[str, Any]]) -> Iterator[RecordLine | LineProblem]:
    """Objects as the lines of a file."""
    for number, each in enumerate(objects, start=1):
        yield decode(number, json.dumps(each).encode())


async def loaded(
    database: Database, organization_id: UUID, objects: Iterable[dict[str, Any]], storage: Storage | None = None
) -> Summary:
    """Loads objects as the lines of a file."""
    return await load(database, organization_id, as_lines(objects), storage=storage)


async def exported(database: Database, organization_id: UUID, storage: Storage) -> list[bytes]:
    """The lines of an organization's export."""
    return [line async for line in export(database, organization_id, storage)]


async def exported_tickets(database: Database, organization_id: UUID, storage: Storage) -> list[dict[str, Any]]:
    """The tickets of an export as objects."""
    found = [json.loads(line) for line in await exported(database, organization_id, storage)]
    return [each for each in found if each["kind"] == "ticket"]


def without_ids(value: Any) -> Any:
    """The records without their ids, which each import replaces."""
    if isinstance(value, dict):
        return {key: without_ids(inner) for key, inner in value.items() if key != "id"}
    return [without_ids(each) for each in value] if isinstance(value, list) else value
