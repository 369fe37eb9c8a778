"""The deletion of a person with many tickets: in small transactions, broken off and gone on with, without stopping others."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from deskbell.features.own_data import erasing, handlers
from deskbell.features.own_data.queries import words
from tests.features.own_data.test_deletion_bounds import asked, confirmed, filed, names
from tests.support.desk import Organization, Person
from tests.support.mail import mails_to
from tests.support.work import run_job, work

TICKETS = 7
JOB = "own_data.erase_person"


@pytest.fixture
async def person(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> Person:
    """A customer with several tickets, each with a reply and a word of theirs, whose deletion is confirmed."""
    monkeypatch.setattr(erasing, "BATCH", 2)
    person, agent = await shop.person("customer"), await shop.client("agent")
    for number in range(TICKETS):
        ticket = await filed(person.client, subject=f"{number} from {person.email}")
        for client in (person.client, agent):
            answer = await client.post(f"/tickets/{ticket}/comments", {"body": f"About {person.email}"})
            assert answer.status_code == 201
    await work(shop.desk, shop)
    admin = await shop.client("admin")
    await asked(admin, person.id)
    assert await confirmed(admin, person.id) == 200
    return person


async def run(shop: Organization, person: Person) -> None:
    """The job once, without those that it puts in the queue."""
    task = msgspec.json.encode({"organization_id": shop.id, "user_id": person.id})
    await run_job(shop.desk, JOB, task)


async def left(shop: Organization, person: Person) -> int:
    """The number of tickets that are the person's."""
    async with shop.desk.database.unit(shop.system()) as uow:
        return int(await uow.db.fetch_value("select count(*) from tickets where requester_id = $1", person.id))


async def assert_gone(shop: Organization, person: Person) -> None:
    """The person is nowhere, and one anonymous person has all of their tickets."""
    async with shop.desk.database.unit(shop.system()) as uow:
        tickets = await uow.db.fetch_all("select requester_id, subject from tickets")
        comments = await uow.db.fetch_all("select author_id, body from comments")
        assert len(tickets) == TICKETS
        assert len({row["requester_id"] for row in tickets}) == 1
        assert not [row for row in (*tickets, *comments) if person.email in str(tuple(row.values()))]
        for table, column in (("comments", "author_id"), ("events", "actor_id"), ("memberships", "user_id")):
            found = f"select count(*) from {table} where {column} = $1"
            assert await uow.db.fetch_value(found, person.id) == 0, table
        assert await uow.db.fetch_value("select count(*) from deletion_requests where known is not null") == 0
    assert [role for name, role in (await names(shop)).items() if name == "Deleted person"] == ["customer"]


async def test_a_deletion_that_is_broken_off_goes_on_where_it_was(
    shop: Organization, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    redact, calls = words.redact_tickets, 0

    async def killed(db: Any, redactor: Any, tickets: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        await redact(db, redactor, tickets)

    monkeypatch.setattr(words, "redact_tickets", killed)
    with pytest.raises(KeyboardInterrupt):
        await run(shop, person)
    assert await left(shop, person) == TICKETS - 4
    await run(shop, person)
    assert calls == 6  # two before, the third again, the fourth, and what is left
    await assert_gone(shop, person)
    last = [each for each in await mails_to(shop.desk, person.email) if "being deleted" in each.subject]
    assert len(last) == 1


async def test_a_long_deletion_makes_room_for_other_jobs(
    shop: Organization, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "_BATCHES", 1)
    await run(shop, person)
    assert await left(shop, person) == TICKETS - 2
    await work(shop.desk, shop, send=False)
    await assert_gone(shop, person)


async def test_others_go_on_writing_meanwhile(
    shop: Organization, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, redact, written = await shop.client("agent"), words.redact_tickets, list[str]()

    async def meanwhile(db: Any, redactor: Any, tickets: list[UUID]) -> None:
        """While some tickets are locked, an agent answers every other one."""
        if not written:
            listed = (await agent.get("/tickets")).json()["data"]["tickets"]
            for ticket in listed:
                if UUID(ticket["id"]) not in tickets:
                    body = {"body": f"Still about {person.email}"}
                    answer = await agent.post(f"/tickets/{ticket['id']}/comments", body)
                    assert answer.status_code == 201, answer.text
                    written.append(ticket["id"])
        await redact(db, redactor, tickets)

    monkeypatch.setattr(words, "redact_tickets", meanwhile)
    await run(shop, person)
    assert len(written) == TICKETS - 2
    await assert_gone(shop, person)


async def test_a_former_name_is_taken_out_of_every_step(shop: Organization, person: Person) -> None:
    """The events that say so go with the first tickets: it is noted when the deletion begins."""
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update tickets set description = 'Call Zenobia Quist'")
        await uow.db.execute(
            "insert into chats (organization_id, ticket_id, guest_name, language, wait_seconds, started_at, seen_at) "
            "select organization_id, id, 'Zenobia Quist', 'en', 60, now(), now() from tickets order by created_at limit 1"
        )
    await run(shop, person)
    async with shop.desk.database.unit(shop.system()) as uow:
        found = await uow.db.fetch_all("select description from tickets")
    assert {row["description"] for row in found} == {"Call [deleted] [deleted]"}
    await assert_gone(shop, person)
