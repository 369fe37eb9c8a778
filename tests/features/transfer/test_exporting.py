"""Export, import and export again give the same bytes, whatever an organization has been through."""

import base64
import hashlib
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from deskbell.demo.generator import generate
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.comment_records import NewComment
from deskbell.features.tickets.records import NewTicket, RequesterInput, TicketChanges
from deskbell.features.transfer.exporting.writing import ExportProgress, export
from deskbell.features.transfer.format.reading import RecordLine, read
from deskbell.features.transfer.format.records import Organization
from deskbell.features.transfer.importing.loading import load
from deskbell.features.transfer.organizations import create_organization
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import NotFound
from deskbell.kernel.fields import CustomField
from deskbell.kernel.permissions import Role
from deskbell.kernel.words import Priority
from deskbell.runtime.database import Database
from deskbell.runtime.storage import Storage
from tests.features.transfer.conftest import NewOrganization
from tests.support.transfer import a_history, at, comment, exported, exported_tickets, loaded, ticket


async def imported(database: Database, organization_id: UUID, lines: Sequence[bytes], storage: Storage) -> None:
    """Loads an export; all of its lines must be good."""
    summary = await load(database, organization_id, read(io.BytesIO(b"".join(lines))), storage=storage)
    assert summary.problems == []


async def round_trip(
    database: Database, organization_id: UUID, new_organization: NewOrganization, storage: Storage
) -> list[bytes]:
    """An organization's export, which must be that of its copy but for the header, which names the domain."""
    lines = await exported(database, organization_id, storage)
    copy = await new_organization()
    await imported(database, copy, lines, storage)
    again = await exported(database, copy, storage)
    assert again[1:] == lines[1:]
    return lines


async def test_a_desk_at_work_survives(
    database: Database, new_organization: NewOrganization, shop: UUID, storage: Storage
) -> None:
    summary = await load(
        database, shop,
        (RecordLine(n, record) for n, record in enumerate(generate(datetime(2026, 11, 20, 12, tzinfo=UTC)), 1)),
    )  # fmt: skip
    assert summary.problems == []
    lines = await round_trip(database, shop, new_organization, storage)
    assert sum(b'"kind":"ticket"' in line for line in lines) == summary.counts.tickets == 300


async def test_an_import_keeps_what_its_lines_said(database: Database, shop: UUID, storage: Storage) -> None:
    """Not only is the second export like the first: the first says what the file said."""
    records = list(generate(datetime(2026, 11, 20, 12, tzinfo=UTC), 1, "rival"))
    await load(database, shop, (RecordLine(n, record) for n, record in enumerate(records, 1)))
    for line, record in zip(
        await exported_tickets(database, shop, storage),
        [each for each in msgspec.to_builtins(records) if each["kind"] == "ticket"],
        strict=True,
    ):
        for name in (
            "number",
            "subject",
            "status",
            "created_at",
            "updated_at",
            "solved_at",
            "tags",
            "group",
            "feedback",
        ):
            assert line.get(name) == record.get(name) or (name == "tags" and not record.get(name)), name
        assert [(c["body"], c["public"], c["created_at"]) for c in line.get("comments", [])] == [
            (c["body"], c["public"], c["created_at"]) for c in record.get("comments", [])
        ]
        assert [(c["at"], c["field"], c.get("was"), c["now"]) for c in line.get("changes", [])] == sorted(
            ((c["at"], c["field"], c.get("was"), c["now"]) for c in record.get("changes", [])),
            key=lambda change: (change[0], ("assignee", "status", "priority").index(change[1])),
        )


async def test_every_corner_of_the_format_survives(
    database: Database, new_organization: NewOrganization, shop: UUID, storage: Storage
) -> None:
    same = {"at": at(1), "actor": {"email": "amir@shop.example"}}
    lines: list[dict[str, Any]] = [
        {"kind": "group", "name": "Zoë", "description": "last", "leads": ["lea@shop.example"], "members": ["amir@shop.example"]},
        {"kind": "group", "name": "empty"},
        {"kind": "category", "name": "Zips"},
        {"kind": "brand", "name": "Demo", "color": "#abc", "address": "https://demo.example/", "logo": "/api/v1/files/1"},
        {"kind": "brand", "name": "Demo Bikes"},
        {"kind": "tag", "name": "unused", "color": "#00ff00"},
        {"kind": "person", "email": "left@shop.example", "name": "Left", "role": "agent", "ended_at": at(5),
         "created_at": at(-9)},
        {"kind": "person", "email": "lea@shop.example", "name": "Lea", "role": "team_lead", "phone": "1", "company": "C",
         "title": "T", "department": "D", "time_zone": "Europe/Berlin"},
        *a_history(9),
        ticket(
            "corners", brand="Demo", deleted_at=at(30), reopen_count=3, created_by={"email": "lea@shop.example"}, number=50,
            custom_fields={"f": 1.5, "big": 2**53, "tiny": 1e-9, "wide": 1e15, "none": None, "yes": True, "list": ["a", "b"]},
            changes=[
                same | {"field": "tags", "was": ["a"], "now": ["b"]}, same | {"field": "status", "was": "new", "now": "open"},
                same | {"field": "status", "was": "open", "now": "hold"},
                same | {"field": "assignee", "now": "left@shop.example"},
                same | {"field": "custom_fields", "was": {"f": 1}, "now": {"f": 1.5, "g": "h"}},
                same | {"field": "deleted", "was": False, "now": True}, same | {"field": "requester", "was": "eve@example.org"},
                {"at": at(1), "field": "group", "was": "Zoë", "now": "gone"}, {"at": at(2), "field": "deleted", "now": False},
                {"at": at(3), "field": "reason", "now": "No answer"}, {"at": at(3), "field": "category", "now": "Zips"},
                {"at": at(4), "field": "brand", "was": "Gone", "now": "demo"},
            ],
            comments=[comment("", created_at=at(2)), comment("é\u2028\\\"", created_at=at(2), edited_at=at(9), external_id="m")],
        ),
    ]  # fmt: skip
    summary = await loaded(database, shop, lines)
    assert summary.problems == []
    await round_trip(database, shop, new_organization, storage)
    (corners,) = [each for each in await exported_tickets(database, shop, storage) if each["subject"] == "corners"]
    assert [(change["field"], change.get("was"), change.get("now")) for change in corners["changes"]][:3] == [
        ("assignee", None, "left@shop.example"), ("status", "new", "open"), ("requester", "eve@example.org", None),
    ]  # fmt: skip
    assert (corners["brand"], corners["changes"][-1]["was"], corners["changes"][-1]["now"]) == ("Demo", "Gone", "Demo")
    brands = [
        json.loads(line) for line in await exported(database, shop, storage) if line.startswith(b'{"kind":"brand"')
    ]
    assert brands == [*lines[3:5], {"kind": "brand", "name": "Gone"}]
    assert corners["created_by"] == {"email": "lea@shop.example"}
    assert corners["custom_fields"]["big"] == 2**53


async def test_what_people_did_on_the_desk_survives(
    database: Database, new_organization: NewOrganization, shop: UUID, storage: Storage
) -> None:
    await loaded(database, shop, [{"kind": "person", "email": "amir@shop.example", "name": "Amir", "role": "admin"}])
    async with database.unit(Actor.system(shop)) as uow:
        amir = await uow.db.fetch_value("select user_id from memberships")
    actor = Actor(shop, amir, Role.ADMIN)

    async def do(step: Any) -> Any:
        async with database.unit(actor) as uow:
            return await step(uow)

    new = NewTicket(
        subject="Broken", description="It is", requester=RequesterInput("ann@example.org", "Ann"), tags=["z", "a"],
        custom_fields=[CustomField("order", "DO-1"), CustomField("count", 2)], assignee_id=amir,
    )  # fmt: skip
    made = await do(lambda uow: tickets.create(uow, new))
    await do(lambda uow: tickets.add_comment(uow, made.id, NewComment(body="Hello")))
    await do(lambda uow: tickets.add_comment(uow, made.id, NewComment(body="psst", public=False)))
    changes = TicketChanges(
        subject="Broken zip", priority=Priority.HIGH, tags=["q"], assignee_id=None, custom_fields=[]
    )
    await do(lambda uow: tickets.update(uow, made.id, changes))
    await do(lambda uow: tickets.close(uow, made.id, "Replaced"))
    await do(lambda uow: tickets.reopen(uow, made.id))
    await do(lambda uow: tickets.delete(uow, made.id))
    await do(lambda uow: tickets.create(uow, NewTicket(subject="Mine", description="I did it")))
    await round_trip(database, shop, new_organization, storage)
    broken, mine = await exported_tickets(database, shop, storage)
    assert broken["reopen_count"] == 1
    assert broken["created_by"] == {"email": "amir@shop.example"}
    assert "created_by" not in mine
    assert {change["field"] for change in broken["changes"]} == {
        "assignee", "subject", "priority", "tags", "custom_fields", "status", "reason", "deleted",
    }  # fmt: skip
    assert broken["tags"] == ["q"]


def in_parts(content: bytes, size: int = 1_000_000) -> list[dict[str, Any]]:
    """A content as `file` lines of some size."""
    sha256 = hashlib.sha256(content).hexdigest()
    return [
        {"kind": "file", "sha256": sha256, "size": len(content), "offset": start,
         "content": base64.b64encode(content[start : start + size]).decode()}
        for start in range(0, len(content) or 1, size)
    ]  # fmt: skip


async def test_files_of_every_size_survive(
    database: Database, new_organization: NewOrganization, shop: UUID, storage: Storage
) -> None:
    large, exact, empty = bytes(range(256)) * 11_000, b"x" * 1024 * 1024, b""
    digests = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in [("large", large), ("exact", exact), ("empty", empty)]
    }
    lines = [
        *in_parts(large), *in_parts(exact), *in_parts(empty),
        ticket(
            "first", created_at=at(0),
            attachments=[{"filename": "large.bin", "sha256": digests["large"], "size": len(large)},
                         {"filename": "../../etc/exact.txt", "sha256": digests["exact"], "mime_type": "text/x-odd"}],
            comments=[comment("see", created_at=at(1), attachments=[
                {"filename": "note.txt", "content": base64.b64encode(b"hello").decode()},
                {"filename": "empty", "sha256": digests["empty"]},
                {"filename": "elsewhere", "url": "https://files.example/a", "size": 5, "mime_type": "image/png"},
            ])],
        ),
        ticket("second", attachments=[{"filename": "again.bin", "sha256": digests["large"]}]),
    ]  # fmt: skip
    summary = await loaded(database, shop, lines, storage)
    assert (summary.problems, summary.counts.files) == ([], 5)
    await round_trip(database, shop, new_organization, storage)
    async with database.unit(Actor.system(shop)) as uow:
        rows = await uow.db.fetch_all(
            'select f.filename, f.storage_key, f.mime_type, f.hung from files f order by f.filename collate "C"'
        )
    stored = {row[0]: await storage.get(row[1]) for row in rows}
    assert stored == {"again.bin": large, "empty": empty, "exact.txt": exact, "large.bin": large, "note.txt": b"hello"}
    assert {row[0]: row[2] for row in rows}["exact.txt"] == "text/x-odd"
    assert all(row[3] for row in rows)


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (lambda parts: parts[1:], 1),
        (lambda parts: [parts[0], parts[0] | {"offset": 7}], 2),
        (lambda parts: [parts[0], parts[1] | {"content": base64.b64encode(b"y" * 5).decode()}], 2),
        (lambda parts: [parts[0] | {"size": 3}], 1),
        (lambda parts: parts[:1], None),
    ],
    ids=["does not begin", "leaves a gap", "is not what it says", "is too long", "stops short"],
)
async def test_a_file_that_does_not_add_up_is_refused_with_its_ticket(
    database: Database, shop: UUID, storage: Storage, parts: Any, line: int | None
) -> None:
    content = b"x" * 15
    damaged = parts(in_parts(content, 10))
    named = ticket(attachments=[{"filename": "a", "sha256": hashlib.sha256(content).hexdigest()}])
    summary = await loaded(database, shop, [*damaged, named], storage)
    assert [problem.line for problem in summary.problems] == ([line] if line else []) + [len(damaged) + 1]
    assert (summary.counts.tickets, summary.counts.files) == (0, 0)


async def test_a_content_that_is_gone_is_left_out_and_named(
    database: Database, new_organization: NewOrganization, shop: UUID, storage: Storage
) -> None:
    here, gone = ({"filename": name, "content": base64.b64encode(name.encode()).decode()} for name in ("here", "gone"))
    await loaded(database, shop, [ticket(attachments=[here, gone])], storage)
    async with database.unit(Actor.system(shop)) as uow:
        key = await uow.db.fetch_value("select storage_key from files where filename = 'gone'")
    await storage.delete(key)
    seen = ExportProgress()

    def note(progress: ExportProgress) -> None:
        nonlocal seen
        seen = progress

    lines = [line async for line in export(database, shop, storage, note)]
    assert seen.missing == ["gone of ticket 1"]
    assert [each["filename"] for each in json.loads(lines[-1])["attachments"]] == ["here"]
    await imported(database, await new_organization(), lines, storage)


async def test_a_copy_in_another_database_is_the_same_to_the_byte(
    database: Database, owner: "asyncpg.Connection[Any]", shop: UUID, storage: Storage, fresh_database_url: str
) -> None:
    await owner.execute('update organizations set settings = \'{"time_zone": "Asia/Tokyo"}\' where id = $1', shop)
    await loaded(database, shop, a_history(20))
    lines = await exported(database, shop, storage)
    header = json.loads(lines[0])
    assert header["time_zone"] == "Asia/Tokyo"
    other = await Database.open(fresh_database_url, size=2)
    try:
        made = await create_organization(other, msgspec.convert(header, Organization), header["domain"])
        await imported(other, made.id, lines, storage)
        assert await exported(other, made.id, storage) == lines
    finally:
        await other.close()


async def test_an_organization_that_is_not_there_cannot_be_exported(database: Database, storage: Storage) -> None:
    with pytest.raises(NotFound):
        await exported(database, UUID(int=404), storage)


async def test_an_export_holds_nothing_of_another_organization(
    database: Database, new_organization: NewOrganization, shop: UUID, storage: Storage
) -> None:
    await loaded(database, shop, a_history(5))
    rival = await new_organization("Rival")
    assert [json.loads(line)["kind"] for line in await exported(database, rival, storage)] == ["organization"]
