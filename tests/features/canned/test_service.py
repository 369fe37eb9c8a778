"""Canned responses are filled in for a ticket, and each change of them is in the journal, once."""

from uuid import UUID

import pytest

from deskbell.features.canned import service
from deskbell.features.canned.records import CannedChanges, NewCanned
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Forbidden, Invalid, NotFound
from deskbell.kernel.permissions import Role
from tests.support.desk import Organization

TEXT = "Hello {{requester.first_name}}, #{{ticket.number}} “{{ticket.subject}}”. {{agent.name}}, {{organization.name}}"


async def acting(shop: Organization, key: str) -> Actor:
    person = await shop.person(key)
    return Actor(shop.id, person.id, Role(key))


async def file_ticket(shop: Organization) -> UUID:
    answer = await (await shop.client("customer")).post("/tickets", {"subject": "A zip", "description": "It broke"})
    return UUID(answer.json()["data"]["id"])


async def test_it_is_filled_in_for_a_ticket(shop: Organization, rival: Organization) -> None:
    ticket_id = await file_ticket(shop)
    async with shop.desk.database.unit(await acting(shop, "agent")) as uow:
        response = await service.create(uow, NewCanned(title=" Hello ", content=TEXT + " {{weather.today}}"))
        rendered = await service.render_for_ticket(uow, response.id, ticket_id)
    assert response.title == "Hello"
    assert rendered.text == "Hello Customer, #1 “A zip”. Agent, Test Shop {{weather.today}}"
    assert rendered.unknown == ["weather.today"]
    async with shop.desk.database.unit(await acting(rival, "agent")) as uow:
        with pytest.raises(NotFound):
            await service.render_for_ticket(uow, response.id, await file_ticket(rival))


async def test_each_change_is_recorded_once_and_a_repeat_not_at_all(shop: Organization) -> None:
    agent = await acting(shop, "agent")
    async with shop.desk.database.unit(agent) as uow:
        response = await service.create(uow, NewCanned(title="Hello", content="Hi", shortcut=" "))
        assert response.shortcut is None
    for _ in range(2):
        async with shop.desk.database.unit(agent) as uow:
            await service.update(uow, response.id, CannedChanges(content="Hello!"))
    async with shop.desk.database.unit(agent) as uow:
        await service.delete(uow, response.id)
    async with shop.desk.database.unit(agent) as uow:
        with pytest.raises(NotFound):
            await service.update(uow, response.id, CannedChanges(content="?"))
        recorded = await uow.db.fetch_all(
            "select type, payload from events where subject_id = $1 order by id", response.id
        )
    assert [row[0] for row in recorded] == [
        "canned_response.created",
        "canned_response.updated",
        "canned_response.deleted",
    ]
    assert '"was": "Hi"' in recorded[1][1]


async def test_customers_have_no_part_in_it(shop: Organization) -> None:
    async with shop.desk.database.unit(await acting(shop, "customer")) as uow:
        with pytest.raises(Forbidden):
            await service.create(uow, NewCanned(title="Hello", content="Hi"))


async def test_blank_words_are_refused(shop: Organization) -> None:
    async with shop.desk.database.unit(await acting(shop, "agent")) as uow:
        with pytest.raises(Invalid) as refusal:
            await service.create(uow, NewCanned(title=" ", content="\n"))
    assert {problem.path for problem in refusal.value.problems} == {"title", "content"}
