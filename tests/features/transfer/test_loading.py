"""The laws of an import: nothing lost, nothing twice, numbers and times as they were, whatever interrupts it."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest
from msgspec.structs import asdict

from deskbell.features.tickets.events import CommentAdded, TicketAssigned, TicketCreated, TicketUpdated
from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.features.tickets.service import get, history, list_tickets
from deskbell.features.transfer.format.reading import LineProblem, RecordLine, decompressed, lines
from deskbell.features.transfer.importing.loading import load
from deskbell.features.transfer.sources import github
from deskbell.kernel.actor import Actor
from deskbell.kernel.events import Change
from deskbell.kernel.paging import PageRequest
from deskbell.kernel.permissions import Role
from deskbell.kernel.search.language import parse
from deskbell.runtime.database import Database
from deskbell.runtime.storage import Storage
from tests.features.transfer.conftest import NewOrganization
from tests.support.counts import kept_counts, recounted
from tests.support.transfer import (
    HEADER,
    NOON,
    a_history,
    as_lines,
    at,
    comment,
    exported_tickets,
    loaded,
    ticket,
    without_ids,
)

Owner: TypeAlias = "asyncpg.Connection[Any]"
ARCHIVE = Path(__file__).parents[4] / "shared" / "data" / "tickets_github_rust" / "tickets.jsonl.gz"

TENANT_TABLES = (
    "tickets", "comments", "events", "ticket_tags", "ticket_search", "ticket_counts", "memberships", "groups",
    "group_members", "categories", "tags", "ticket_feedback",
)  # fmt: skip


async def only_id(owner: Owner, shop: UUID) -> UUID:
    """The id of an organization's one ticket."""
    found = await owner.fetch("select id from tickets where organization_id = $1", shop)
    assert len(found) == 1
    return UUID(bytes=found[0][0].bytes)


async def numbers(owner: Owner, shop: UUID) -> list[tuple[int, str]]:
    """Numbers with subjects."""
    rows = await owner.fetch("select number, subject from tickets where organization_id = $1 order by number", shop)
    return [(row[0], row[1]) for row in rows]


async def found(database: Database, actor: Actor, text: str) -> list[str]:
    """The subjects of the tickets that the actor finds."""
    async with database.unit(actor) as uow:
        page = await list_tickets(
            uow, TicketFilter(search=parse(text, now=uow.now)), TicketSort(), PageRequest(limit=100)
        )
    return [each.subject for each in page.items]


async def test_a_line_becomes_the_ticket_that_it_describes(database: Database, owner: Owner, shop: UUID) -> None:
    line = ticket(
        description="It came off.", status="solved", priority="high", type="incident", channel="email",
        external_id="shop:118", number=118, assignee={"email": "amir@shop.example", "name": "Amir"}, group="Orders",
        category="Zips", tags=["b\"a\\d", "zip"], custom_fields={"size": 42, "colours": ["red", "blue"], "new": True},
        created_at=at(0), updated_at=at(9), first_response_at=at(1), solved_at=at(8), reopen_count=2,
        feedback={"rating": 4, "comment": "Quick", "at": at(9)},
    )  # fmt: skip
    summary = await loaded(database, shop, [line])
    assert asdict(summary.counts) == {
        "tickets": 1, "comments": 0, "people": 2, "groups": 1, "categories": 1, "brands": 0, "tags": 2, "definitions": 0,
        "files": 0,
        "articles": 0, "shortened": 0,
        "kept_as_fields": 0, "kept_as_files": 0, "corrected": 0, "present": 0, "refused": 0,
    }  # fmt: skip
    async with database.unit(Actor.system(shop)) as uow:
        here = await get(uow, await only_id(owner, shop))
    assert (here.number, here.subject, here.description) == (118, "The zip is broken", "It came off.")
    assert (here.status, here.priority, here.type, here.channel) == ("solved", "high", "incident", "email")
    assert (here.requester.name, here.requester.email, here.requester.role) == (
        "Ann Keane",
        "ann@example.org",
        "customer",
    )
    assert here.assignee is not None
    assert (here.assignee.name, here.assignee.role) == ("Amir", "agent")
    assert (here.group and here.group.name, here.category and here.category.name) == ("Orders", "Zips")
    assert (here.tags, here.external_id, here.reopen_count) == (['b"a\\d', "zip"], "shop:118", 2)
    assert {f.name: f.value for f in here.custom_fields} == {"size": 42, "colours": ["red", "blue"], "new": True}
    times = [here.created_at, here.first_response_at, here.solved_at, here.updated_at, here.closed_at]
    assert times == [NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=8), NOON + timedelta(hours=9), None]
    rating = await owner.fetchrow("select rating, comment from ticket_feedback where ticket_id = $1", here.id)
    assert rating is not None
    assert tuple(rating) == (4, "Quick")
    rated_at = await owner.fetchval(
        "select at from events where ticket_id = $1 and type = 'feedback.received'", here.id
    )
    assert rated_at == NOON + timedelta(hours=9)


async def test_what_a_line_does_not_say_is_worked_out(database: Database, owner: Owner, shop: UUID) -> None:
    moves = [("new", "open", 1), ("open", "solved", 2), ("solved", "open", 3), ("open", "closed", 5)]
    line = ticket(
        status="closed",
        comments=[
            comment("Me again", "ann@example.org", created_at=at(0.5)),
            comment("A note", public=False, created_at=at(1)),
            comment("Hello", created_at=at(2)),
        ],
        changes=[{"at": at(hour), "field": "status", "was": was, "now": now} for was, now, hour in moves],
    )
    await loaded(database, shop, [line])
    async with database.unit(Actor.system(shop)) as uow:
        here = await get(uow, await only_id(owner, shop))
    assert here.created_at == NOON + timedelta(hours=0.5)
    assert here.first_response_at == NOON + timedelta(hours=2)
    assert (here.solved_at, here.closed_at) == (NOON + timedelta(hours=5), NOON + timedelta(hours=5))
    assert (here.updated_at, here.reopen_count, here.channel) == (NOON + timedelta(hours=5), 1, "import")


async def test_in_an_export_what_is_absent_is_absent(database: Database, owner: Owner, shop: UUID) -> None:
    line = ticket(status="solved", created_at=at(0), comments=[comment("Hello", created_at=at(2))])
    await loaded(database, shop, [HEADER, line])
    async with database.unit(Actor.system(shop)) as uow:
        here = await get(uow, await only_id(owner, shop))
    assert (here.first_response_at, here.solved_at) == (None, None)


async def test_the_same_lines_again_change_nothing(
    database: Database, owner: Owner, shop: UUID, storage: Storage
) -> None:
    lines = a_history(40)
    first = await loaded(database, shop, lines)
    before = await exported_tickets(database, shop, storage)
    rows = {
        name: await owner.fetchval(f"select count(*) from {name} where organization_id = $1", shop)
        for name in TENANT_TABLES
    }
    again = await loaded(database, shop, lines)
    assert (first.counts.tickets, first.counts.present) == (40, 0)
    assert (again.counts.tickets, again.counts.comments, again.counts.people, again.counts.present) == (0, 0, 0, 40)
    assert await exported_tickets(database, shop, storage) == before
    assert rows == {
        name: await owner.fetchval(f"select count(*) from {name} where organization_id = $1", shop)
        for name in TENANT_TABLES
    }


async def test_a_line_twice_in_a_file_is_one_ticket(database: Database, shop: UUID) -> None:
    summary = await loaded(
        database, shop, [ticket(), ticket(), ticket(external_id="x"), ticket("Other", external_id="x")]
    )
    assert (summary.counts.tickets, summary.counts.present) == (2, 2)


@pytest.mark.parametrize("stops_after", [0, 1, 3, 7, 12])
async def test_an_interrupted_import_goes_on_where_it_was(
    database: Database,
    new_organization: NewOrganization,
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
    stops_after: int,
) -> None:
    monkeypatch.setattr("deskbell.features.transfer.importing.batches.MAX_LINES", 3)
    lines = a_history(14)
    whole, broken = await new_organization(), await new_organization()
    await loaded(database, whole, lines)

    class PowerCut(BaseException):
        """Caught nowhere."""

    def cut() -> Iterator[RecordLine | LineProblem]:
        for line in as_lines(lines):
            if line.line > stops_after:
                raise PowerCut
            yield line

    with pytest.raises(PowerCut):
        await load(database, broken, cut())
    there = await exported_tickets(database, broken, storage)
    assert len(there) <= stops_after
    assert all(len(each.get("comments", [])) in (0, 3) for each in there), "whole tickets only"
    resumed = await loaded(database, broken, lines)
    assert resumed.counts.tickets + len(there) == 14
    assert without_ids(await exported_tickets(database, broken, storage)) == without_ids(
        await exported_tickets(database, whole, storage)
    )


async def test_a_cancelled_import_leaves_whole_batches(
    database: Database, owner: Owner, shop: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskbell.features.transfer.importing.batches.MAX_LINES", 4)
    task: asyncio.Task[Any]

    def stop(_: object) -> None:
        task.cancel()

    task = asyncio.create_task(load(database, shop, as_lines(a_history(40)), stop))
    with pytest.raises(asyncio.CancelledError):
        await task
    kept = await owner.fetchval("select count(*) from tickets where organization_id = $1", shop)
    assert kept > 0
    assert kept % 4 == 0
    assert (await loaded(database, shop, a_history(40))).counts.tickets == 40 - kept


async def test_numbers_are_kept_where_free_and_the_next_ones_otherwise(
    database: Database, owner: Owner, shop: UUID
) -> None:
    await loaded(database, shop, [ticket("first", number=3), ticket("none"), ticket("low", number=1)])
    await loaded(database, shop, [ticket("taken", number=3), ticket("seven", number=7), ticket("next")])
    await loaded(database, shop, [ticket("absurd", number=2_147_483_647)])
    assert await numbers(owner, shop) == [
        (1, "low"), (3, "first"), (4, "none"), (7, "seven"), (8, "taken"), (9, "next"), (10, "absurd"),
    ]  # fmt: skip
    assert await owner.fetchval("select last from ticket_numbers where organization_id = $1", shop) == 10


async def test_concurrent_imports_neither_double_nor_miss_a_ticket(
    database: Database, owner: Owner, shop: UUID
) -> None:
    both = await asyncio.gather(loaded(database, shop, a_history(60)), loaded(database, shop, a_history(60)))
    assert sum(summary.counts.tickets for summary in both) == 60
    assert [number for number, _ in await numbers(owner, shop)] == list(range(1, 61))


async def test_comment_order_times_and_visibility_are_kept(
    database: Database, owner: Owner, shop: UUID, storage: Storage
) -> None:
    said = [comment(f"{n}", public=n % 2 == 0, created_at=at(1 if n < 5 else n), channel="email") for n in range(9)]
    said[3] |= {"edited_at": at(20), "external_id": "m3", "id": "0198e000-0000-7000-8000-000000000abc"}
    await loaded(database, shop, [ticket(created_at=at(0), comments=said)])
    rows = await owner.fetch(
        "select body, public, channel, created_at, edited_at, external_id, id::text from comments "
        "where organization_id = $1 order by created_at, id",
        shop,
    )
    by_id = {row["body"]: row for row in rows}
    assert sorted(by_id, key=int) == [str(n) for n in range(9)]
    assert [row["body"] for row in rows if row["body"] != "3"] == [str(n) for n in range(9) if n != 3]
    assert [by_id[str(n)]["public"] for n in range(9)] == [n % 2 == 0 for n in range(9)]
    assert [by_id[str(n)]["created_at"] for n in (4, 8)] == [NOON + timedelta(hours=1), NOON + timedelta(hours=8)]
    kept = by_id["3"]
    assert (kept["edited_at"], kept["external_id"]) == (NOON + timedelta(hours=20), "m3")
    assert kept["id"] == "0198e000-0000-7000-8000-000000000abc"


async def test_history_is_in_the_journal_with_times_and_actors_and_sets_nothing_off(
    database: Database, owner: Owner, shop: UUID
) -> None:
    amir = {"email": "amir@shop.example", "name": "Amir"}
    line = ticket(
        status="open", created_at=at(0), assignee=amir, group="Orders",
        comments=[comment("Hello", created_at=at(2)), comment("psst", public=False, created_at=at(3))],
        changes=[
            {"at": at(1), "actor": amir, "field": "assignee", "now": "amir@shop.example"},
            {"at": at(1), "actor": amir, "field": "status", "was": "new", "now": "open"},
            {"at": at(1), "actor": amir, "field": "group", "was": "Returns", "now": "Orders"},
            {"at": at(4), "field": "tags", "was": ["a"], "now": []},
        ],
    )  # fmt: skip
    await loaded(database, shop, [line])
    ticket_id = await only_id(owner, shop)
    async with database.unit(Actor.system(shop)) as uow:
        steps = await history(uow, ticket_id)
    assert [(type(each.step.event), (each.at - NOON) / timedelta(hours=1), each.actor_name) for each in steps] == [
        (TicketCreated, 0, "Ann Keane"), (TicketAssigned, 1, "Amir"), (TicketUpdated, 1, "Amir"),
        (CommentAdded, 2, "Amir"), (CommentAdded, 3, "Amir"), (TicketUpdated, 4, None),
    ]  # fmt: skip
    created, assigned, updated, spoken = (each.step.event for each in steps[:4])
    assert isinstance(created, TicketCreated)
    assert (created.status, created.assignee_id) == ("new", None)
    assert isinstance(assigned, TicketAssigned)
    assert set(assigned.changes) == {"assignee_id", "group_id"}
    groups = {
        row[0]: str(row[1]) for row in await owner.fetch("select name, id from groups where organization_id = $1", shop)
    }
    assert assigned.changes["group_id"] == Change(groups["Returns"], groups["Orders"])
    assert isinstance(updated, TicketUpdated)
    assert updated.changes == {"status": Change("new", "open")}
    assert isinstance(spoken, CommentAdded)
    assert spoken.first_response
    flags = await owner.fetch("select imported, internal, type from events where organization_id = $1", shop)
    assert all(row["imported"] for row in flags)
    assert Counter(row["type"] for row in flags if row["internal"]) == {"comment.added": 1}
    assert Counter(row["type"] for row in flags)["member.added"] == 2


async def test_maintained_counts_equal_a_recount(database: Database, owner: Owner, shop: UUID) -> None:
    lines = a_history(50)
    lines[7]["deleted_at"] = at(99)
    await loaded(database, shop, lines)
    counted = {
        "select key, sum(n)::int from directory_counts where organization_id = $1 and dimension = 'role' group by 1":
        "select role, count(*)::int from memberships where organization_id = $1 group by 1",
        "select tag_id, count(*)::int from ticket_tags where organization_id = $1 group by 1":
        "select unnest(tag_ids), count(*)::int from tickets where organization_id = $1 group by 1",
    }  # fmt: skip
    for kept, looked_at in counted.items():
        assert dict(await owner.fetch(kept, shop)) == dict(await owner.fetch(looked_at, shop)), kept
    assert await kept_counts(owner, shop) == await recounted(owner, shop)


async def test_imported_words_are_found_by_users_who_may_see_them(database: Database, owner: Owner, shop: UUID) -> None:
    line = ticket(
        "Umbrella trouble",
        description="It leaks",
        comments=[comment("Have a galosh"), comment("a nuisance", public=False)],
    )
    await loaded(database, shop, [line, ticket("Another")])
    system = Actor.system(shop)
    ann = await owner.fetchval("select user_id from memberships where organization_id = $1 and role = 'customer'", shop)
    for word in ("umbrella", "leaking", "galosh", "nuisance"):
        assert await found(database, system, word) == ["Umbrella trouble"], word
    customer = Actor(shop, ann, Role.CUSTOMER)
    assert await found(database, customer, "galosh") == ["Umbrella trouble"]
    assert await found(database, customer, "nuisance") == []


async def test_search_documents_are_those_that_the_desk_itself_would_make(
    database: Database, owner: Owner, shop: UUID
) -> None:
    await loaded(database, shop, a_history(12))
    read = "select ticket_id, for_everyone::text, for_staff::text from ticket_search where organization_id = $1"
    made = {row[0]: (row[1], row[2]) for row in await owner.fetch(read, shop)}
    assert len(made) == 12
    await owner.execute(
        "select deskbell_search_refresh(organization_id, id) from tickets where organization_id = $1", shop
    )
    assert {row[0]: (row[1], row[2]) for row in await owner.fetch(read, shop)} == made


async def test_another_organization_sees_nothing(
    database: Database, new_organization: NewOrganization, shop: UUID
) -> None:
    rival = await new_organization("Rival")
    await loaded(database, shop, [{"kind": "group", "name": "A", "members": ["amir@shop.example"]}, *a_history(10)])
    async with database.unit(Actor.system(rival)) as uow:
        seen = {name: await uow.db.fetch_value(f"select count(*) from {name}") for name in TENANT_TABLES}
    assert set(seen.values()) == {0}
    assert await found(database, Actor.system(rival), "comfort") == []


async def test_people_groups_and_tags_are_added_as_described_and_known_people_unchanged(
    database: Database, owner: Owner, shop: UUID
) -> None:
    await loaded(database, shop, [{"kind": "person", "email": "ann@example.org", "name": "Ann"}])
    await loaded(
        database, shop,
        [
            {"kind": "group", "name": "Orders", "leads": ["lea@shop.example"], "members": ["max@shop.example"]},
            {"kind": "tag", "name": "zip", "color": "#112233"},
            {"kind": "person", "email": "Lea@shop.example", "name": "Lea", "role": "team_lead", "company": "Shop",
             "time_zone": "Europe/London", "created_at": at(0)},
            {"kind": "person", "email": "ann@example.org", "name": "Mallory", "role": "owner"},
            ticket(group="ORDERS", tags=["zip"], requester={"email": "ANN@example.org", "role": "admin"}),
        ],
    )  # fmt: skip
    rows = await owner.fetch(
        "select m.email, m.name, m.role, m.company, m.time_zone, x.role as place from memberships m left join "
        "group_members x using (organization_id, user_id) where m.organization_id = $1 order by m.email",
        shop,
    )
    assert [tuple(row) for row in rows] == [
        ("ann@example.org", "Ann", "customer", None, None, None),
        ("lea@shop.example", "Lea", "team_lead", "Shop", "Europe/London", "lead"),
        ("max@shop.example", "max", "agent", None, None, "member"),
    ]
    assert [row[0] for row in await owner.fetch("select name from groups where organization_id = $1", shop)] == [
        "Orders"
    ]
    assert await owner.fetchval("select color from tags where organization_id = $1 and name = 'zip'", shop) == "#112233"


async def test_a_user_of_another_organization_joins_as_the_same_user(
    database: Database, owner: Owner, new_organization: NewOrganization, shop: UUID
) -> None:
    email = f"{shop.hex}@example.org"
    other = await new_organization()
    for organization in (shop, other):
        await loaded(database, organization, [ticket(requester={"email": email})])
    users = await owner.fetch("select user_id from memberships where email = $1", email)
    assert len(users) == 2
    assert len({row[0] for row in users}) == 1


async def test_bad_lines_are_named_and_the_others_loaded(database: Database, shop: UUID) -> None:
    lines = [
        ticket("good 1"),
        {**ticket("bad"), "state": "open"},
        ticket("bad", changes=[{"at": "noon", "field": "status", "now": "open"}]),
        ticket("bad", attachments=[{"filename": "a.txt"}]),
        ticket("bad", custom_fields=["n"]),
        ticket("said", comments=[comment("once", external_id="m1")]),
        ticket("bad", external_id="b", comments=[comment("x"), comment("twice", external_id="m1")]),
        ticket("good 2"),
    ]
    summary = await loaded(database, shop, lines)
    assert (summary.counts.tickets, summary.counts.refused, summary.last_line) == (3, 5, 8)
    assert sorted((problem.line, problem.field) for problem in summary.problems) == [
        (2, "state"), (3, "changes[0].at"), (4, "attachments[0]"), (5, "custom_fields"), (7, "comments[1].external_id"),
    ]  # fmt: skip


async def test_a_line_that_the_database_refuses_does_not_take_others_with_it(fresh_database_url: str) -> None:
    """A constraint of the operator represents any refusal by the database."""
    connection = await asyncpg.connect(fresh_database_url)
    await connection.execute("alter table tickets add check (subject <> 'elephant')")
    organization_id = UUID(int=7)
    await connection.execute(
        "insert into organizations (id, name, created_at, updated_at) values ($1, 'Shop', now(), now())",
        organization_id,
    )
    database = await Database.open(fresh_database_url, size=2)
    try:
        lines = [ticket("elephant" if n == 11 else f"mouse {n}", number=n) for n in range(1, 30)]
        summary = await loaded(database, organization_id, lines)
        assert (summary.counts.tickets, summary.counts.refused) == (28, 1)
        assert summary.problems[0].line == 11
        assert await connection.fetchval("select sum(number) from tickets") == sum(range(1, 30)) - 11
    finally:
        await database.close()
        await connection.close()


ISSUES = [
    {"number": 1, "subject": "Crash", "state": "closed", "created_at": at(0), "closed_at": at(5), "closed_by": "bob",
     "requester": "Ann", "labels": ["I-crash"], "comments": [
        {"id": 4, "author": "Ann", "author_role": "NONE", "created_at": at(1), "body": "more"},
        {"id": 5, "author": "bob", "author_role": "MEMBER", "created_at": at(2), "body": "fixed", "updated_at": at(3)}]},
    {"number": 9, "subject": "Slow", "state": "open", "created_at": at(1), "requester": None, "body": None},
]  # fmt: skip


async def test_a_github_archive_comes_in(database: Database, shop: UUID, storage: Storage, tmp_path: Path) -> None:
    archive = tmp_path / "issues.jsonl"
    archive.write_text("".join(json.dumps(issue) + "\n" for issue in ISSUES) + "{broken\n")
    summary = await load(database, shop, github.read(archive))
    assert (summary.counts.tickets, summary.counts.comments, summary.counts.people) == (2, 2, 3)
    assert [problem.line for problem in summary.problems] == [3]
    crash, slow = await exported_tickets(database, shop, storage)
    assert (crash["number"], crash["status"], crash["type"], crash["tags"]) == (1, "closed", "incident", ["I-crash"])
    assert (crash["first_response_at"], crash["closed_at"]) == (at(2), at(5))
    assert [(each["author"]["email"], each["body"]) for each in crash["comments"]] == [
        ("ann@github.invalid", "more"), ("bob@github.invalid", "fixed"),
    ]  # fmt: skip
    assert (slow["number"], slow["status"], slow["requester"]["email"]) == (9, "new", "ghost@github.invalid")


async def test_the_real_archive_comes_in_whole(database: Database, owner: Owner, shop: UUID, tmp_path: Path) -> None:
    if not ARCHIVE.exists():
        pytest.skip("the archive of GitHub issues is not here: a made one stands in for it in the test above")
    with ARCHIVE.open("rb") as stream:
        sample = [line for line, _ in zip(lines(decompressed(stream)), range(300), strict=False)]
    path = tmp_path / "sample.jsonl"
    path.write_bytes(b"".join(line.content for line in sample if not isinstance(line, LineProblem)))
    issues = [json.loads(line) for line in path.read_text().splitlines()]
    summary = await load(database, shop, github.read(path))
    assert (summary.counts.tickets, summary.counts.refused) == (300, 0)
    assert summary.counts.comments == sum(len(issue["comments"]) for issue in issues)
    assert [number for number, _ in await numbers(owner, shop)] == sorted(issue["number"] for issue in issues)
    assert (await load(database, shop, github.read(path))).counts.tickets == 0
