"""A deleted group, tag or category is shown nowhere, and a job then removes it from each ticket by a change of its own."""

import asyncio
import json
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import pytest

from deskbell.features.tickets import handlers
from deskbell.features.tickets.queries.deleted_references import DeletedReference
from deskbell.features.tickets.records import TicketChanges
from deskbell.features.tickets.service.changing import change_locked
from deskbell.features.tickets.service.detaching import detach_from_tickets
from deskbell.features.tickets.service.reading import locked
from deskbell.kernel.actor import Actor
from deskbell.kernel.words import Priority
from deskbell.runtime.reactions import reactions_to
from tests.support.counts import kept_counts, recounted
from tests.support.desk import Client, Organization
from tests.support.transfer import exported
from tests.support.work import run_job, tools_of, work

KINDS: Final = ("group", "tag", "category", "brand")
PATHS: Final = {"group": "/groups", "tag": "/tags", "category": "/categories", "brand": "/brands"}
FEW: Final = 3
MANY: Final = handlers._BATCH_SIZE + 1


async def made(client: Client, kind: str, name: str = "returns") -> str:
    answer = await client.post(PATHS[kind], {"name": name})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def having(kind: str, noun_id: str | None) -> dict[str, Any]:
    """The fields of a ticket that has it; None for one that has nothing of the kind."""
    if kind == "tag":
        return {"tags": ["kept"] if noun_id is None else ["kept", "returns"]}
    return {f"{kind}_id": noun_id}


async def filed(client: Client, count: int, fields: dict[str, Any]) -> list[str]:
    ids = []
    for number in range(count):
        answer = await client.post("/tickets", {"subject": f"Parcel {number}", "description": "It came back", **fields})
        assert answer.status_code == 201, answer.text
        ids.append(answer.json()["data"]["id"])
    return ids


async def shown(client: Client, ticket_id: str) -> dict[str, Any]:
    answer = await client.get(f"/tickets/{ticket_id}")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def total(client: Client, query: str) -> int:
    data = (await client.get(f"/tickets?limit=1&{query}")).json()["data"]
    assert bool(data["tickets"]) == (data["pagination"]["total"] > 0)
    return int(data["pagination"]["total"])


async def all_work(shop: Organization) -> None:
    """The worker's jobs, without the pauses between batches."""
    hurried = 1
    while hurried:
        await work(shop.desk, shop)
        async with shop.desk.database.unit(None) as uow:
            hurried = await uow.db.execute(
                "update pgqueuer set execute_after = now() "
                "where entrypoint = 'tickets.detach_from_some_tickets' and status = 'queued'"
            )


def query_for(kind: str, noun_id: str) -> str:
    return "tag=returns" if kind == "tag" else f"{kind}_id={noun_id}"


async def journal(shop: Organization) -> list[tuple[str, str, UUID | None, dict[str, Any]]]:
    """(type, subject, actor, payload) of every event, oldest first."""
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all("select type, subject_id, actor_id, payload from events order by id")
    return [(row[0], str(row[1]), row[2], json.loads(row[3])) for row in rows]


async def rows_of(shop: Organization, kind: str) -> int:
    table = {"group": "groups", "tag": "tags where name = 'returns'", "category": "categories", "brand": "brands"}[kind]
    async with shop.desk.database.unit(shop.system()) as uow:
        return int(await uow.db.fetch_value(f"select count(*) from {table}"))


def change_of(kind: str, noun_id: str) -> tuple[str, dict[str, Any]]:
    """The event by which a ticket loses it."""
    if kind == "tag":
        return "ticket.updated", {"changes": {"tags": {"was": ["kept", "returns"], "now": ["kept"]}}}
    event = "ticket.assigned" if kind == "group" else "ticket.updated"
    return event, {"changes": {f"{kind}_id": {"was": noun_id, "now": None}}}


async def assert_recorded(shop: Organization, kind: str, noun_id: str, ticket_ids: list[str], by: UUID) -> None:
    """The deletion comes first, then one change of each ticket, by the same person."""
    events = await journal(shop)
    first = next(i for i, event in enumerate(events) if event[0] == f"{kind}.deleted")
    assert events[first][1:3] == (noun_id, by)
    event, payload = change_of(kind, noun_id)
    later = [each for each in events[first + 1 :] if each[0].startswith("ticket.")]
    assert {(each[0], each[2], json.dumps(each[3], sort_keys=True)) for each in later} == {
        (event, by, json.dumps({**payload, "ticket_id": each[1]}, sort_keys=True)) for each in later
    }
    assert sorted(each[1] for each in later) == sorted(ticket_ids)


@pytest.mark.parametrize("kind", KINDS)
async def test_each_ticket_loses_it_by_a_change_of_its_own(
    shop: Organization, rival: Organization, database_url: str, kind: str
) -> None:
    admin, rivals = await shop.person("admin"), await rival.client("admin")
    noun_id, others = await made(admin.client, kind), await made(rivals, kind)
    ids = await filed(admin.client, FEW, having(kind, noun_id))
    theirs = (await filed(rivals, 1, having(kind, others)))[0]
    assert (await admin.client.delete(f"/tickets/{ids[-1]}")).status_code == 200
    before = [await shown(admin.client, each) for each in ids[:-1]]
    assert (await admin.client.delete(f"{PATHS[kind]}/{noun_id}")).status_code == 200
    without = having(kind, None) | ({kind: None} if kind != "tag" else {})
    assert [await shown(admin.client, old["id"]) for old in before] == [
        {**old, **without, "version": old["version"] + 1} for old in before
    ]
    await all_work(shop)
    for old in before:
        now = await shown(admin.client, old["id"])
        assert now == {**old, **without, "version": old["version"] + 1, "updated_at": now["updated_at"]}
    await assert_recorded(shop, kind, noun_id, ids, admin.id)
    assert await rows_of(shop, kind) == 0
    restored = (await admin.client.post(f"/tickets/{ids[-1]}/restore")).json()["data"]
    assert {**restored, **having(kind, None)} == restored
    assert having(kind, others).items() <= (await shown(rivals, theirs)).items()
    await assert_counted(shop, database_url)


async def assert_counted(shop: Organization, database_url: str) -> None:
    owner = await asyncpg.connect(database_url)
    try:
        assert await kept_counts(owner, shop.id) == await recounted(owner, shop.id)
    finally:
        await owner.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_no_ticket_list_or_count_has_it_before_the_job_runs(
    shop: Organization, database_url: str, kind: str
) -> None:
    admin = await shop.person("admin")
    noun_id = await made(admin.client, kind)
    ids = await filed(admin.client, MANY, having(kind, noun_id))
    assert (await admin.client.delete(f"/tickets/{ids[-1]}")).status_code == 200
    before = await shown(admin.client, ids[0])
    assert (await admin.client.delete(f"{PATHS[kind]}/{noun_id}")).status_code == 200

    assert await rows_of(shop, kind) == 1, "the row waits for the tickets"
    lost = having(kind, None)
    assert {**(await shown(admin.client, ids[0])), **lost}.items() == (await shown(admin.client, ids[0])).items()
    assert await total(admin.client, query_for(kind, noun_id)) == 0
    if kind != "brand":  # the search language and `none` do not know brands
        for operator, found in ((f"{kind}:returns", 0), (f"-{kind}:returns", MANY - 1)):
            assert await total(admin.client, f"search={operator}") == found
        assert await total(admin.client, f"search={kind}:none") == (0 if kind == "tag" else MANY - 1)
    if kind in ("group", "category"):
        assert await total(admin.client, f"{kind}_id=none") == MANY - 1
    names = [each["name"] for each in (await admin.client.get(PATHS[kind])).json()["data"]]
    assert names == (["kept"] if kind == "tag" else [])
    assert (await admin.client.delete(f"{PATHS[kind]}/{noun_id}")).status_code == 404
    if kind != "tag":
        assert (await admin.client.get(f"{PATHS[kind]}/{noun_id}")).status_code == 404
        refused = await admin.client.put(f"/tickets/{ids[1]}", {f"{kind}_id": noun_id})
        assert refused.status_code == 422

    again = await made(admin.client, kind)
    assert again != noun_id
    await all_work(shop)
    await assert_recorded(shop, kind, noun_id, ids, admin.id)
    now = await shown(admin.client, ids[0])
    assert (now["version"], {**now, **lost}) == (before["version"] + 1, now)
    assert await rows_of(shop, kind) == 1, "the new one"
    assert [
        each["id"] for each in (await admin.client.get(PATHS[kind])).json()["data"] if each["name"] == "returns"
    ] == [again]
    await assert_counted(shop, database_url)


async def test_a_tag_that_is_used_again_stays_where_it_is_new(shop: Organization, database_url: str) -> None:
    admin = await shop.client("admin")
    tag_id = await made(admin, "tag")
    ids = await filed(admin, MANY, {"tags": ["returns"]})
    assert (await admin.delete(f"/tags/{tag_id}")).status_code == 200
    assert await total(admin, "search=tag:none") == MANY
    new = (await filed(admin, 1, {"tags": ["returns"]}))[0]
    kept = await admin.put(f"/tickets/{ids[0]}", {"tags": ["returns"]})
    assert kept.json()["data"]["tags"] == ["returns"]
    for _ in range(2):  # while the old one is being taken off, and afterwards
        assert {new, ids[0]} == {
            each["id"] for each in (await admin.get("/tickets?tag=returns")).json()["data"]["tickets"]
        }
        assert (await total(admin, "tag=returns"), await total(admin, "search=tag:none")) == (2, MANY - 1)
        counted = {each["name"]: each["tickets_count"] for each in (await admin.get("/tags")).json()["data"]}
        assert counted == {"returns": 2}
        await all_work(shop)
    history = [each[3]["changes"]["tags"] for each in await journal(shop) if each[:2] == ("ticket.updated", ids[0])]
    assert history == [{"was": ["returns"], "now": []}, {"was": [], "now": ["returns"]}]
    await assert_counted(shop, database_url)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_change_before_the_job_removes_it_first(shop: Organization, kind: str) -> None:
    """Nothing of it is lost without a step in the history, and an `If-Match` from before the change holds."""
    admin, agent = await shop.person("admin"), await shop.person("agent")
    noun_id = await made(admin.client, kind)
    ids = await filed(admin.client, MANY, having(kind, noun_id))
    assert (await admin.client.delete(f"{PATHS[kind]}/{noun_id}")).status_code == 200
    seen = await agent.client.get(f"/tickets/{ids[0]}")
    changed = await agent.client.put(
        f"/tickets/{ids[0]}", {"priority": "high"}, headers={"if-match": seen.headers["etag"]}
    )
    assert changed.status_code == 200, changed.text
    assert {**changed.json()["data"], **having(kind, None)} == changed.json()["data"]
    await all_work(shop)
    steps = [each for each in await journal(shop) if each[1] == ids[0]][1:]
    event, payload = change_of(kind, noun_id)
    assert [(each[0], each[2]) for each in steps] == [(event, agent.id), ("ticket.updated", agent.id)]
    assert steps[0][3]["changes"] == payload["changes"]
    assert steps[1][3]["changes"] == {"priority": {"was": "normal", "now": "high"}}
    assert (await shown(agent.client, ids[0]))["version"] == seen.json()["data"]["version"] + 1


@pytest.mark.parametrize("kind", KINDS)
async def test_the_job_may_run_twice(shop: Organization, kind: str) -> None:
    admin = await shop.person("admin")
    noun_id = await made(admin.client, kind)
    ids = await filed(admin.client, MANY, having(kind, noun_id))
    assert (await admin.client.delete(f"{PATHS[kind]}/{noun_id}")).status_code == 200
    task = {"organization_id": shop.id, "actor_id": admin.id, "deleted": {"kind": kind, "id": noun_id}}
    payload = msgspec.json.encode(task)
    await asyncio.gather(*(run_job(shop.desk, "tickets.detach_from_some_tickets", payload) for _ in range(2)))
    await all_work(shop)
    await run_job(shop.desk, "tickets.detach_from_some_tickets", payload)
    await assert_recorded(shop, kind, noun_id, ids, admin.id)
    assert await rows_of(shop, kind) == 0


async def test_a_locked_ticket_is_left_for_a_later_batch(shop: Organization) -> None:
    admin = await shop.person("admin")
    group_id = await made(admin.client, "group")
    ids = await filed(admin.client, FEW, having("group", group_id))
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("select from tickets where id = $1 for update", UUID(ids[0]))
        assert (await admin.client.delete(f"/groups/{group_id}")).status_code == 200
        await work(shop.desk, shop)
        assert [(await shown(admin.client, each))["group_id"] for each in ids] == [None] * FEW
    assert await rows_of(shop, "group") == 1
    await all_work(shop)
    await assert_recorded(shop, "group", group_id, ids, admin.id)
    assert await rows_of(shop, "group") == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_a_batch_that_is_cut_off_is_repeated_whole(shop: Organization, kind: str) -> None:
    admin = await shop.person("admin")
    noun_id = await made(admin.client, kind)
    ids = await filed(admin.client, FEW, having(kind, noun_id))
    assert (await admin.client.delete(f"{PATHS[kind]}/{noun_id}")).status_code == 200
    deleted = msgspec.convert({"kind": kind, "id": noun_id}, DeletedReference)
    uow = await shop.desk.database.acquire()
    await uow.begin()
    await uow.enter(Actor(shop.id, admin.id, admin.role))
    assert not await detach_from_tickets(uow, deleted, FEW - 1)
    await uow.rollback()
    await uow.release()
    await all_work(shop)
    await assert_recorded(shop, kind, noun_id, ids, admin.id)
    assert await rows_of(shop, kind) == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_a_deletion_while_a_ticket_is_being_changed_loses_neither_change(shop: Organization, kind: str) -> None:
    admin = await shop.person("admin")
    noun_id = await made(admin.client, kind)
    ids = await filed(admin.client, FEW, having(kind, noun_id))
    async with shop.desk.database.unit(Actor(shop.id, admin.id, admin.role)) as uow:
        ticket = await locked(uow, UUID(ids[0]))
        assert (await admin.client.delete(f"{PATHS[kind]}/{noun_id}")).status_code == 200
        await work(shop.desk, shop)
        await change_locked(uow, ticket, TicketChanges(priority=Priority.HIGH))
    seen = await shown(admin.client, ids[0])
    assert {**seen, **having(kind, None), "priority": "high"} == seen
    await all_work(shop)
    assert [each[3]["changes"].keys() for each in await journal(shop) if each[1] == ids[0] and "changes" in each[3]] == [
        {"priority"}, {"tags" if kind == "tag" else f"{kind}_id"}
    ]  # fmt: skip
    assert await rows_of(shop, kind) == 0
    await assert_replayed(shop, kind, {each: having(kind, noun_id) for each in ids}, admin.client)


@pytest.mark.parametrize("kind", KINDS)
async def test_giving_it_to_tickets_while_it_is_deleted_leaves_none_behind(shop: Organization, kind: str) -> None:
    admin = await shop.person("admin")
    noun_id = await made(admin.client, kind)
    ids = await filed(admin.client, 12, having(kind, None))
    answers = await asyncio.gather(
        *(admin.client.put(f"/tickets/{each}", having(kind, noun_id)) for each in ids[:6]),
        admin.client.delete(f"{PATHS[kind]}/{noun_id}"),
        *(admin.client.put(f"/tickets/{each}", having(kind, noun_id)) for each in ids[6:]),
        admin.client.post("/tickets", {"subject": "x", "description": "x", **having(kind, noun_id)}),
    )
    assert answers[6].status_code == 200
    assert {each.status_code for each in answers} <= {200, 201, 422}
    await all_work(shop)
    if kind == "tag":  # given after the deletion it is a new tag: the list and the tickets say the same
        listed = {each["name"]: each["tickets_count"] for each in (await admin.client.get("/tags")).json()["data"]}
        assert listed.get("returns", 0) == await total(admin.client, "tag=returns")
    else:
        assert {(await shown(admin.client, each))[f"{kind}_id"] for each in ids} == {None}
        assert await rows_of(shop, kind) == 0
    await assert_replayed(shop, kind, {each: having(kind, None) for each in ids}, admin.client)


async def assert_replayed(shop: Organization, kind: str, filed_with: dict[str, dict[str, Any]], client: Client) -> None:
    """Each step in the journal begins where the one before ended, and the last ends with what is shown."""
    field = "tags" if kind == "tag" else f"{kind}_id"
    known = {ticket_id: fields[field] for ticket_id, fields in filed_with.items()}
    for _, subject, _, payload in await journal(shop):
        if subject in known and field in payload.get("changes", {}):
            assert payload["changes"][field]["was"] == known[subject]
            known[subject] = payload["changes"][field]["now"]
    assert known == {each: (await shown(client, each))[field] for each in known}


async def test_an_export_before_the_job_leaves_it_out(shop: Organization) -> None:
    admin = await shop.client("admin")
    for kind in KINDS:
        noun_id = await made(admin, kind)
        await filed(admin, MANY, having(kind, noun_id))
        assert (await admin.delete(f"{PATHS[kind]}/{noun_id}")).status_code == 200
    lines = await exported(shop.desk.database, shop.id, tools_of(shop.desk).storage)
    assert len(lines) > 3 * MANY
    assert not [line for line in lines if b"returns" in line]


def test_each_deletion_is_reacted_to() -> None:
    for kind in KINDS:
        assert f"tickets.detach_deleted_{kind}" in {each.name for each in reactions_to(f"{kind}.deleted")}
