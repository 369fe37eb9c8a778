"""The journal: who follows it, and what its events say of the request and the command they belong to."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from deskbell.features.tickets.events import SlaBreached
from deskbell.jobs.relay import READER, react
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.journal.following import Notice, follow, read_batch
from deskbell.runtime.journal.origin import Origin
from tests.support.desk import Client, Organization
from tests.support.work import tools_of, work

TICKET = {"subject": "Zip is broken", "description": "It broke on day one."}


async def file_tickets(shop: Organization, count: int) -> list[str]:
    customer = await shop.client("customer")
    answers = [await customer.post("/tickets", TICKET) for _ in range(count)]
    return [answer.json()["data"]["id"] for answer in answers]


async def steps(admin: Client, action: str) -> list[dict[str, Any]]:
    answer = await admin.get("/audit-logs", params={"action": action})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def note_nothing(_uow: UnitOfWork, _notices: Sequence[Notice]) -> None:
    pass


async def read_all(shop: Organization) -> None:
    while await read_batch(shop.desk.database, READER, note_nothing):
        pass


async def test_a_reader_reads_each_event_once_however_small_its_batches(shop: Organization) -> None:
    database, seen = shop.desk.database, list[Notice]()

    async def note(_uow: UnitOfWork, notices: Sequence[Notice]) -> None:
        assert len(notices) <= 3
        seen.extend(notices)

    await read_all(shop)
    await file_tickets(shop, 5)
    while await read_batch(database, READER, note, batch_size=3):
        pass
    mine = [each for each in seen if each.organization_id == shop.id and each.type == "ticket.created"]
    assert len(mine) == len({each.id for each in mine}) == 5
    assert [each.id for each in seen] == [
        each.id for each in sorted(seen, key=lambda each: (int(each.xact_id), each.id))
    ]


async def test_a_batch_that_fails_is_read_again_whole(shop: Organization) -> None:
    database, seen = shop.desk.database, list[int]()

    class Broken(Exception):
        pass

    async def fail(uow: UnitOfWork, notices: Sequence[Notice]) -> None:
        await react(tools_of(shop.desk), uow, notices)
        raise Broken

    async def note(_uow: UnitOfWork, notices: Sequence[Notice]) -> None:
        seen.extend(each.id for each in notices if each.organization_id == shop.id)

    await read_all(shop)
    [ticket] = await file_tickets(shop, 1)
    async with database.unit(None) as uow:
        before = await uow.db.fetch_value("select count(*) from pgqueuer")
    with pytest.raises(Broken):
        await read_batch(database, READER, fail)
    async with database.unit(None) as uow:
        assert await uow.db.fetch_value("select count(*) from pgqueuer") == before
    while await read_batch(database, READER, note):
        pass
    async with database.unit(shop.system()) as uow:
        created = await uow.db.fetch_value(
            "select id from events where ticket_id = $1 and type = 'ticket.created'", ticket
        )
    assert created in seen


async def test_one_worker_at_a_time_reads_for_a_reader(shop: Organization) -> None:
    database, inside, leave = shop.desk.database, asyncio.Event(), asyncio.Event()

    async def hold(_uow: UnitOfWork, _notices: Sequence[Notice]) -> None:
        inside.set()
        await leave.wait()

    await file_tickets(shop, 1)
    first = asyncio.create_task(read_batch(database, READER, hold))
    await inside.wait()
    try:
        assert await read_batch(database, READER, note_nothing) == 0
    finally:
        leave.set()
    assert await first > 0


async def test_a_follower_is_given_an_event_when_it_is_announced(shop: Organization) -> None:
    given = asyncio.Event()
    wanted = list[str]()

    async def note(_uow: UnitOfWork, notices: Sequence[Notice]) -> None:
        if any(each.type in wanted and each.organization_id == shop.id for each in notices):
            given.set()

    following = asyncio.create_task(follow(shop.desk.database, READER, note))
    try:
        wanted.append("ticket.created")
        await file_tickets(shop, 1)
        async with asyncio.timeout(30):
            await given.wait()
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def test_the_events_of_a_bulk_change_are_one_operation_of_one_request(shop: Organization) -> None:
    admin = await shop.client("admin")
    tickets = await file_tickets(shop, 3)
    headers = {"x-request-id": "bulk-of-three"}
    body = {"ticket_ids": tickets, "updates": {"priority": "high"}}
    answer = await admin.post("/tickets/bulk-update", body, headers=headers)
    assert answer.status_code == 200, answer.text
    changed = await steps(admin, "ticket.updated")
    assert {each["ticket_id"] for each in changed} == set(tickets)
    assert {each["request_id"] for each in changed} == {"bulk-of-three"}
    assert len({each["operation_id"] for each in changed}) == 1
    assert changed[0]["operation_id"] is not None
    assert {each["operation_id"] for each in await steps(admin, "ticket.created")} == {None}


async def test_what_jobs_do_because_of_a_request_belongs_to_it(shop: Organization) -> None:
    admin = await shop.client("admin")
    [ticket] = await file_tickets(shop, 1)
    tag = (await admin.post("/tags", {"name": "fragile"})).json()["data"]
    assert (await admin.put(f"/tickets/{ticket}", {"tags": ["fragile"]})).status_code == 200
    await work(shop.desk, shop)
    answer = await admin.delete(f"/tags/{tag['id']}", headers={"x-request-id": "no-more-fragile"})
    assert answer.status_code in {200, 204}, answer.text
    await work(shop.desk, shop)
    [deleted] = await steps(admin, "tag.deleted")
    untagged = [each for each in await steps(admin, "ticket.updated") if each["data"]["changes"]["tags"]["now"] == []]
    assert deleted["operation_id"] is not None
    assert [(each["request_id"], each["operation_id"]) for each in untagged] == [
        ("no-more-fragile", deleted["operation_id"])
    ]


async def test_a_rules_action_has_a_rule_and_no_actor_and_stays_in_order(shop: Organization) -> None:
    [ticket] = await file_tickets(shop, 1)
    person, rule = (await shop.person("agent")).id, new_id()
    first = SlaBreached(ticket_id=UUID(ticket), target="first_response", due_at=utc_now())
    second = SlaBreached(ticket_id=UUID(ticket), target="resolution", due_at=utc_now())
    async with shop.desk.database.unit(Actor(shop.id, person, Role.AGENT)) as uow:
        uow.record(first)
        uow.record(second, rule_id=rule)
    async with shop.desk.database.unit(Actor.system(shop.id)) as uow:
        uow.origin = Origin("job", None, rule)
        uow.record(first)
    admin = await shop.client("admin")
    found = await steps(admin, "sla.breached")
    assert [each["data"]["target"] for each in reversed(found)] == ["first_response", "resolution", "first_response"]
    assert [each["rule_id"] for each in reversed(found)] == [None, str(rule), str(rule)]
    assert {each["user"] for each in found[:2]} == {None}
    assert found[2]["user"]["id"] == str(person)
