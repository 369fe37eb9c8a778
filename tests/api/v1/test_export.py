"""v1: export of the journal, complete and without gaps under concurrent writes."""

import asyncio
from typing import Any
from uuid import uuid4

from deskbell.features.tickets.events import TicketUpdated
from deskbell.kernel.events import Change
from deskbell.runtime.database import UnitOfWork
from tests.support.desk import Client, Organization

TICKET = {"subject": "Zip is broken", "description": "It broke on day one."}


async def page(client: Client, since: str | None = None, limit: int = 500) -> dict[str, Any]:
    answer = await client.get("/export/events", params={"limit": limit} | ({"since": since} if since else {}))
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def rest(client: Client, since: str | None = None, limit: int = 500) -> list[dict[str, Any]]:
    """Everything from a place to the end."""
    found = await page(client, since, limit)
    events = list(found["events"])
    while not found["caught_up"]:
        found = await page(client, found["next"], limit)
        events += found["events"]
    return events


async def ids_written(shop: Organization) -> set[int]:
    async with shop.desk.database.unit(shop.system()) as uow:
        return {row[0] for row in await uow.db.fetch_all("select id from events")}


async def append(uow: UnitOfWork) -> None:
    event = TicketUpdated(ticket_id=uuid4(), changes={"subject": Change("a", "b")})
    await uow.append([event])


async def test_every_event_comes_once_in_pages_of_any_size(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.person("customer")
    ticket = (await customer.client.post("/tickets", TICKET)).json()["data"]
    await admin.post(f"/tickets/{ticket['id']}/comments", {"body": "For us", "public": False})
    whole = await rest(admin)
    assert [each["id"] for each in await rest(admin, limit=1)] == [each["id"] for each in whole]
    assert {each["id"] for each in whole} == await ids_written(shop)
    created = next(each for each in whole if each["type"] == "ticket.created")
    assert created["ticket_id"] == created["subject_id"] == ticket["id"]
    assert created["actor_id"] == str(customer.id)
    assert created["data"]["subject"] == TICKET["subject"]
    note = next(each for each in whole if each["type"] == "comment.added")
    assert note["internal"] is True


async def test_an_event_is_withheld_while_earlier_ones_may_commit(shop: Organization) -> None:
    admin = await shop.client("admin")
    start = (await page(admin))["next"]
    first = await shop.desk.database.acquire()
    await first.begin()
    await first.enter(shop.system())
    await append(first)
    async with shop.desk.database.unit(shop.system()) as second:
        await append(second)
    waiting = await page(admin, start)
    assert waiting["events"] == []
    assert waiting["caught_up"] is True
    assert waiting["next"] == start
    await first.commit()
    await first.release()
    ids = [each["id"] for each in await rest(admin, start)]
    assert len(ids) == 2
    assert ids == sorted(ids)


async def test_nothing_is_missing_and_nothing_twice_under_concurrent_writers(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await customer.post("/tickets", TICKET)
    writing = True

    async def write(writer: int) -> None:
        for i in range(15):
            answer = await customer.post("/tickets", {**TICKET, "subject": f"{writer}/{i}"})
            assert answer.status_code == 201

    async def follow() -> list[int]:
        found: list[int] = []
        since: str | None = None
        while True:
            done = not writing
            part = await page(admin, since, limit=7)
            found += [each["id"] for each in part["events"]]
            since = part["next"]
            if done and part["caught_up"]:
                return found

    following = asyncio.create_task(follow())
    await asyncio.gather(*(write(writer) for writer in range(6)))
    writing = False
    ids = await following
    assert len(ids) == len(set(ids))
    assert set(ids) == await ids_written(shop)


async def test_only_admins_export_their_own_events_and_a_bad_position_is_refused(
    shop: Organization, rival: Organization
) -> None:
    await (await shop.client("customer")).post("/tickets", TICKET)
    for key in ("customer", "agent", "team_lead"):
        assert (await (await shop.client(key)).get("/export/events")).status_code == 403
    assert (await shop.desk.client().get("/export/events")).status_code == 401
    assert all(each["type"] != "ticket.created" for each in await rest(await rival.client("admin")))
    admin = await shop.client("admin")
    for since in ("nonsense", "W10", "WzEsMl0x", "Wy0xLC0xXQ"):
        refused = await admin.get("/export/events", params={"since": since})
        assert refused.status_code == 422
        assert refused.json()["error"]["details"]["fields"][0]["path"] == "since"
    assert (await admin.get("/export/events?limit=100000")).status_code == 422
