"""Values over a limit of the format: what an import keeps of them, and where."""

import base64
import json
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest

from deskbell.features.transfer.importing.loading import load
from deskbell.features.transfer.importing.rejects import RejectsFile
from deskbell.runtime.database import Database
from deskbell.runtime.storage import Storage
from tests.features.transfer.conftest import NewOrganization
from tests.support.transfer import HEADER, as_lines, at, comment, exported, exported_tickets, loaded, ticket

Owner: TypeAlias = "asyncpg.Connection[Any]"


async def only_ticket(database: Database, shop: UUID, storage: Storage, line: dict[str, Any]) -> dict[str, Any]:
    """The one ticket that a line becomes, as it is exported."""
    summary = await loaded(database, shop, [line], storage)
    assert summary.problems == []
    (found,) = await exported_tickets(database, shop, storage)
    return found


async def texts_of(database: Database, shop: UUID, storage: Storage) -> dict[str, bytes]:
    """The contents of all files in an export by their SHA-256."""
    found: dict[str, bytes] = {}
    for line in map(json.loads, await exported(database, shop, storage)):
        if line["kind"] == "file":
            found[line["sha256"]] = found.get(line["sha256"], b"") + base64.b64decode(line["content"])
    return found


async def test_a_long_text_keeps_its_beginning_and_is_whole_in_a_file(
    database: Database, shop: UUID, storage: Storage
) -> None:
    long = "line é\n" * 40_000
    note = comment(long + "!", public=False, created_at=at(1))
    line = ticket("s" * 600, description=long, comments=[note], created_at=at(0))
    summary = await loaded(database, shop, [line], storage)
    assert (summary.counts.tickets, summary.counts.shortened, summary.counts.refused) == (1, 3, 0)
    (found,) = await exported_tickets(database, shop, storage)
    assert found["subject"] == "s" * 499 + "…"
    assert found["description"] == long[:199_999] + "…"
    assert found["comments"][0]["body"] == long[:199_999] + "…"
    texts = await texts_of(database, shop, storage)
    whole = {each["filename"]: texts[each["sha256"]].decode() for each in found["attachments"]}
    assert whole == {"subject.txt": "s" * 600, "description.txt": long}
    (file,) = found["comments"][0]["attachments"]
    assert (file["filename"], file["mime_type"]) == ("comments-0-body.txt", "text/plain")
    assert texts[file["sha256"]].decode() == long + "!"


async def test_unknown_words_become_custom_fields(database: Database, shop: UUID, storage: Storage) -> None:
    changes = [
        {"at": at(1), "field": "status", "was": "triaged", "now": "open"},
        {"at": at(2), "field": "severity", "was": "S2", "now": "S1"},
    ]
    line = ticket(
        status="Waiting for parts", priority="medium", type="bug", custom_fields={"import_type": "mine"},
        comments=[comment("by text", channel="sms"), comment("hush", public=False, channel="pager")],
        changes=changes, created_at=at(0),
    )  # fmt: skip
    summary = await loaded(database, shop, [line], storage)
    assert (summary.counts.kept_as_fields, summary.counts.corrected, summary.counts.refused) == (6, 1, 0)
    (found,) = await exported_tickets(database, shop, storage)
    assert (found["status"], found["priority"], found["type"]) == ("new", "normal", "question")
    assert found["custom_fields"] == {
        "import_channel": "sms", "import_priority": "medium", "import_status": "Waiting for parts",
        "import_status_history": "triaged", "import_type": "mine", "import_type_2": "bug",
    }  # fmt: skip
    assert [(each["field"], each.get("was"), each["now"]) for each in found["changes"]] == [
        ("status", None, "open"),
        ("custom_fields", {"severity": "S2"}, {"severity": "S1"}),
    ]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "Resolved"}, "solved"),
        ({"status": "OPEN"}, "open"),
        ({"status": "erledigt", "solved_at": at(1)}, "solved"),
        ({"status": "erledigt", "solved_at": at(1), "closed_at": at(2)}, "closed"),
    ],
)
async def test_a_ticket_that_was_done_does_not_come_back_as_new(
    database: Database, shop: UUID, storage: Storage, fields: dict[str, Any], status: str
) -> None:
    found = await only_ticket(database, shop, storage, ticket(created_at=at(0), **fields))
    assert found["status"] == status


async def test_addresses_have_one_spelling_and_one_person(
    database: Database, owner: Owner, shop: UUID, storage: Storage
) -> None:
    spellings = ["ann@xn--mnchen-3ya.example", "Ann@MÜNCHEN.example", "ann@mu\u0308nchen.example"]
    summary = await loaded(database, shop, [ticket(each, requester={"email": each}) for each in spellings])
    assert (summary.counts.people, summary.counts.refused, summary.adjustments) == (1, 0, [])
    rows = await owner.fetch("select email from memberships where organization_id = $1", shop)
    assert [row[0] for row in rows] == ["ann@münchen.example"]


async def test_a_text_that_is_no_address_still_names_one_person(
    database: Database, owner: Owner, shop: UUID, storage: Storage
) -> None:
    lines = [
        {"kind": "group", "name": "Front", "members": ["the counter"]},
        ticket("one", requester={"email": "the counter"}),
        ticket("two", requester={"email": "", "name": "Bob"}, comments=[comment("hi", "The Counter")]),
    ]
    summary = await loaded(database, shop, lines)
    assert (summary.counts.tickets, summary.counts.corrected, summary.counts.refused) == (2, 4, 0)
    rows = await owner.fetch("select email, name from memberships where organization_id = $1 order by email", shop)
    assert [tuple(row) for row in rows] == [
        ("bob@address.invalid", "Bob"), ("the=20counter@address.invalid", "the counter"),
    ]  # fmt: skip


async def test_a_link_that_leads_nowhere_on_the_web_becomes_a_text_file(
    database: Database, shop: UUID, storage: Storage
) -> None:
    files = [{"filename": "x", "url": "javascript:alert(1)"}, {"filename": "y", "url": "https://x.example/y"}]
    found = await only_ticket(
        database, shop, storage, ticket(comments=[comment("see", attachments=files)], attachments=files)
    )
    texts = await texts_of(database, shop, storage)
    for owner in (found, found["comments"][0]):
        first, second = owner["attachments"]
        assert (first["filename"], first["mime_type"], first.get("url")) == ("x.txt", "text/plain", None)
        assert texts[first["sha256"]] == b"javascript:alert(1)"
        assert second["url"] == "https://x.example/y"


async def test_custom_fields_keep_what_is_too_long_or_too_large_as_text(
    database: Database, shop: UUID, storage: Storage
) -> None:
    fields = {
        "": "x",
        "n" * 101: "y",
        "huge": 2**63,
        "far": 1e300,
        "edge": -(2**53),
        "long": "z" * 10_001,
        "map": {"a": [1]},
    }
    found = await only_ticket(database, shop, storage, ticket(custom_fields=fields))
    kept = found["custom_fields"]
    assert {name: kept[name] for name in ("unnamed", "huge", "far", "edge", "map")} == {
        "unnamed": "x", "huge": str(2**63), "far": "1e300", "edge": -(2**53), "map": '{"a":[1]}',
    }  # fmt: skip
    assert kept["long"] == "z" * 9_999 + "…"
    (renamed,) = [name for name in kept if name.startswith("nnn")]
    assert (len(renamed), kept[renamed]) == (100, "y")
    texts = await texts_of(database, shop, storage)
    assert sorted(texts.values()) == [b"n" * 101, b"z" * 10_001]


async def test_nothing_happens_before_a_ticket_is_created(database: Database, shop: UUID, storage: Storage) -> None:
    line = ticket(
        status="solved", created_at=at(0), updated_at=at(-5), first_response_at=at(-4), solved_at=at(-3),
        closed_at=at(2), comments=[comment("early", created_at=at(-2), edited_at=at(-3))],
        changes=[{"at": at(-1), "field": "status", "was": "new", "now": "solved"}],
        feedback={"rating": 5, "at": at(-1)},
    )  # fmt: skip
    found = await only_ticket(database, shop, storage, line)
    assert [found[name] for name in ("updated_at", "first_response_at", "solved_at", "closed_at")] == [
        *[at(0)] * 3,
        at(2),
    ]
    (early,) = found["comments"]
    assert (early["created_at"], early["edited_at"]) == (at(0), at(0))
    assert (found["changes"][0]["at"], found["feedback"]["at"]) == (at(0), at(0))


async def test_an_adjusted_line_is_recognized_when_it_comes_again(
    database: Database, shop: UUID, storage: Storage
) -> None:
    line = ticket(status="odd", description="d" * 200_001, requester={"email": "no address"})
    await loaded(database, shop, [line], storage)
    summary = await loaded(database, shop, [line], storage)
    assert (summary.counts.tickets, summary.counts.present, summary.counts.shortened) == (0, 1, 0)


async def test_a_rejects_file_brings_the_contents_that_its_tickets_need(
    database: Database, new_organization: NewOrganization, shop: UUID, storage: Storage, tmp_path: Path
) -> None:
    source = await new_organization()
    content = base64.b64encode(b"x" * 1_500_000).decode()
    await loaded(
        database, source, [ticket("with a file", attachments=[{"filename": "x", "content": content}])], storage
    )
    lines = [json.loads(line) for line in await exported(database, source, storage)]
    lines[-1]["unknown"] = "field"
    with RejectsFile(tmp_path / "rejects.jsonl") as rejects:
        summary = await load(database, shop, as_lines([HEADER, *lines[1:]]), storage=storage, rejects=rejects)
    assert summary.counts.refused == 1
    rejected = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert [each.get("kind") for each in rejected] == ["organization", "file", "file", None]
    del rejected[-1]["record"]["unknown"]
    summary = await loaded(database, shop, [*rejected[:-1], rejected[-1]["record"]], storage)
    assert (summary.counts.tickets, summary.counts.files, summary.problems) == (1, 1, [])
