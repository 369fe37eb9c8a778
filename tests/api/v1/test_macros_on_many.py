"""v1: macros on many tickets, and undoing them."""

from uuid import UUID, uuid4

import pytest

from deskbell.features.operations.handlers import proceed
from tests.api.v1.test_macros import applied, comments, filed, made, seen
from tests.api.v1.test_operations import rows_of
from tests.api.v1.test_statements import counted, logged
from tests.support.desk import Organization

__all__ = ["logged"]
BY_THE_CLOCK = 3
"""The number of statements that a long request may make because time passes, such as noting that a session is in use."""


async def test_one_macro_does_the_same_on_many_tickets_and_each_result_is_returned(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    tickets = [await filed(customer) for _ in range(3)]
    macro = await made(agent)
    done = await applied(agent, macro, tickets[0], {"id": str(uuid4())}, *tickets[1:])
    assert [each["ok"] for each in done["results"]] == [True, False, True, True]
    assert (done["updated"], done["failed"], done["results"][1]["code"]) == (3, 1, "NOT_FOUND")
    events = (await (await shop.client("admin")).get("/export/events?limit=100")).json()["data"]["events"]
    of_macro = {each["ticket_id"] for each in events if each["operation_id"] == done["operation_id"]}
    assert of_macro == {ticket["id"] for ticket in tickets}, "all of it is one operation"
    assert [len(await comments(customer, ticket)) for ticket in tickets] == [1, 1, 1]
    assert {(await seen(agent, ticket))["status"] for ticket in tickets} == {"pending"}


async def test_a_use_on_many_tickets_is_undone_but_for_its_words(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    tickets = [await filed(customer) for _ in range(2)]
    macro = await made(agent, do=[{"set": {"status": "solved", "priority": "urgent"}}, {"add_tags": ["parts"]}])
    done = await applied(agent, macro, *tickets, {"id": str(uuid4())})
    operation = (await agent.get(f"/operations/{done['operation_id']}")).json()["data"]
    assert (operation["kind"], operation["total"], operation["refused"]) == ("macro", 3, 1)
    assert (await seen(agent, tickets[0]))["solved_at"] is not None
    undone = await agent.post(f"/operations/{done['operation_id']}/undo")
    assert undone.status_code == 200, undone.text
    for ticket in tickets:
        after = await seen(agent, ticket)
        assert (after["status"], after["priority"], after["tags"]) == ("new", "normal", [])
        assert after["solved_at"] is None
        assert len(await comments(agent, ticket)) == 1


async def test_one_macro_does_the_same_on_500_tickets_and_one_undo_takes_it_back(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskbell.features.operations.service.IMMEDIATE", 1)
    agent, customer = await shop.client("agent"), await shop.client("customer")
    do = [{"set": {"priority": "high", "status": "pending"}}, {"assign": "me"}, {"add_tags": ["parts"]}]
    macro = await made(agent, do=do)
    tickets = [(await filed(customer))["id"] for _ in range(530)]
    before = await rows_of(shop)
    applied_by: dict[int, int] = {}
    undone_by: dict[int, int] = {}
    for chosen in (
        tickets[:10],
        tickets[:10],
        tickets[10:30],
        tickets[30:],
    ):  # the first fills caches of the connection
        with counted() as statements:
            answer = await agent.post(f"/macros/{macro['id']}/apply", {"ticket_ids": chosen})
        done = answer.json()["data"]
        assert (done["updated"], done["failed"]) == (len(chosen), 0)
        applied_by[len(chosen)] = len(statements)
        changed = await rows_of(shop)
        assert {(changed[each]["status"], changed[each]["priority"]) for each in chosen} == {("pending", "high")}
        undo = (await agent.post(f"/operations/{done['operation_id']}/undo")).json()["data"]
        async with shop.desk.database.unit(shop.system()) as uow:
            with counted() as statements:
                left = await proceed(uow, UUID(undo["id"]))
            assert not left or not await proceed(uow, UUID(undo["id"]))
        undone_by[len(chosen)] = len(statements)
        after = await rows_of(shop)
        words = {"first_response_at", "first_response_used", "first_response_took", "staff_wrote_at", "waiting_since"}
        assert [{k: v for k, v in after[each].items() if k not in words} for each in chosen] == [
            {k: v for k, v in before[each].items() if k not in words} for each in chosen
        ], "all but the words, which stay"
    each = (applied_by[20] - applied_by[10]) / 10
    more = applied_by[500] - applied_by[20]
    assert 0 <= more - 480 * each <= BY_THE_CLOCK, "the last ticket takes as many statements as the first"
    assert 0 <= undone_by[500] - undone_by[20] <= BY_THE_CLOCK, "an undo takes as many for all"
    async with shop.desk.database.unit(shop.system()) as uow:  # no other test need send these
        await uow.db.execute("delete from mail_deliveries where next_try_at is not null")
