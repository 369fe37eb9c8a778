"""Search documents of imported tickets: built ahead of their transaction, and equal to those of a rebuild."""

from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest

from deskbell.features.transfer.importing.queries import words
from deskbell.runtime.database import Database
from tests.support.transfer import a_history, comment, loaded, ticket

Owner: TypeAlias = "asyncpg.Connection[Any]"

FIELD = {
    "kind": "field",
    "definition": {"field": "device", "type": "text", "label": "Device", "customer": "write"},
}
CONVERSATIONS = [
    ticket("Übergröße 靴", description="<b>A-10412</b> srv01.example.com", comments=[comment("Größe 靴 fehlt"), comment("OK")]),
    ticket("With a note", comments=[comment("for all"), comment("staff only", public=False), comment("for all again")]),
    ticket("Nothing said", description=""),
    ticket("Only notes", comments=[comment("quietly", public=False)]),
]  # fmt: skip


async def documents(owner: Owner, shop: UUID) -> dict[str, tuple[str, str]]:
    """The documents by subject: for everyone, for staff."""
    rows = await owner.fetch(
        "select t.subject, coalesce(s.for_everyone, s.for_staff)::text, s.for_staff::text from ticket_search s "
        "join tickets t on t.id = s.ticket_id where s.organization_id = $1",
        shop,
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def rebuilt(owner: Owner, shop: UUID) -> dict[str, tuple[str, str]]:
    """The documents after each was rebuilt from the stored texts."""
    await owner.execute(
        "select deskbell_search_refresh(organization_id, id) from tickets where organization_id = $1", shop
    )
    return await documents(owner, shop)


async def test_documents_built_ahead_are_those_of_a_rebuild(database: Database, owner: Owner, shop: UUID) -> None:
    await loaded(database, shop, [*a_history(40), *CONVERSATIONS])
    found = await documents(owner, shop)
    assert len(found) == len(await owner.fetch("select from tickets where organization_id = $1", shop))
    assert found == await rebuilt(owner, shop)
    for_everyone, for_staff = found["With a note"]
    assert "'staff'" in for_staff
    assert "'staff'" not in for_everyone


async def test_text_fields_of_the_same_file_are_found(database: Database, owner: Owner, shop: UUID) -> None:
    summary = await loaded(database, shop, [FIELD, ticket("Printer", custom_fields={"device": "Laserjet 4711"})])
    assert summary.problems == []
    [(for_everyone, for_staff)] = (await documents(owner, shop)).values()
    assert "'laserjet'" in for_staff
    assert "'4711'" in for_everyone


async def test_a_second_import_builds_nothing_ahead(
    database: Database, shop: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await loaded(database, shop, CONVERSATIONS)

    async def never(*_: object) -> None:
        raise AssertionError("tickets that are there already were read")

    monkeypatch.setattr(words, "documents_of", never)
    summary = await loaded(database, shop, CONVERSATIONS)
    assert summary.counts.present == len(CONVERSATIONS)


async def test_what_the_database_refuses_ahead_is_built_in_place(
    database: Database, owner: Owner, shop: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(*_: object) -> None:
        raise asyncpg.ProgramLimitExceededError("string is too long for tsvector")

    monkeypatch.setattr(words, "documents_of", refuses)
    await loaded(database, shop, CONVERSATIONS)
    found = await documents(owner, shop)
    assert set(found) == {each["subject"] for each in CONVERSATIONS}
    assert found == await rebuilt(owner, shop)
