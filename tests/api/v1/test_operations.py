"""v1: commands on many tickets as operations, by ids, by a query and by a view, and undoing them."""

import asyncio
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from deskbell.features.operations import handlers, service
from deskbell.kernel.clock import utc_now
from tests.api.v1.test_statements import counted, logged
from tests.support.desk import Client, Organization
from tests.support.seeds import drawn, seeds
from tests.support.work import work

__all__ = ["logged"]
MOVING = ("version", "updated_at", "priority_rank", "status_rank", "clock_used", "clock_running_since", "clock_next_at")
"""The columns that an undo does not set back: the clock counts what the journal holds, ranks follow from words."""


async def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()["data"]


async def filed(client: Client, count: int, **fields: Any) -> list[str]:
    made = [
        await client.post("/tickets", {"subject": f"Lamp {n}", "description": "Dark", **fields}) for n in range(count)
    ]
    return [str((await ok(each, 201))["id"]) for each in made]


async def rows_of(shop: Organization) -> dict[str, Any]:
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all("select id, to_jsonb(t) as row from tickets t order by id")
    found = {}
    for each in rows:
        row = msgspec.json.decode(each["row"])
        found[str(each["id"])] = {
            name: value for name, value in row.items() if name not in MOVING and not name.endswith("_due_at")
        }
    return found


async def test_a_bulk_update_is_an_operation_and_its_undo_sets_everything_back(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    ids = await filed(admin, 3, tags=["glass"])
    group = (await ok(await admin.post("/groups", {"name": "Returns"}), 201))["id"]
    before = await rows_of(shop)
    updates = {
        "status": "solved", "priority": "urgent", "group_id": group, "assignee_id": str(agent.id), "tags": ["late"],
        "custom_fields": [{"name": "order", "value": "A-1"}], "subject": "All the same",
    }  # fmt: skip
    done = await ok(await admin.post("/tickets/bulk-update", {"ticket_ids": ids, "updates": updates}))
    assert (done["state"], done["total"], done["updated"], done["failed"]) == ("done", 3, 3, 0)
    seen = await ok(await admin.get(f"/operations/{done['operation_id']}"))
    assert seen["fields"] == ["subject", "status", "priority", "assignee_id", "group_id", "tags", "custom_fields"]
    assert (seen["kind"], seen["done"], seen["refused"], seen["tickets"]) == ("update", 3, 0, [])
    undone = await ok(await admin.post(f"/operations/{done['operation_id']}/undo"))
    assert (undone["kind"], undone["undoes"], undone["done"]) == ("undo", done["operation_id"], 3)
    assert await rows_of(shop) == before
    assert (await admin.post(f"/operations/{done['operation_id']}/undo")).status_code == 409
    again = await ok(await admin.post(f"/operations/{undone['id']}/undo"))
    ticket = await ok(await admin.get(f"/tickets/{ids[0]}"))
    assert [ticket[name] for name in ("subject", "status", "priority", "tags")] == [
        "All the same", "solved", "urgent", ["late"],
    ]  # fmt: skip
    listed = await ok(await admin.get("/operations"))
    assert [each["id"] for each in listed] == [again["id"], undone["id"], done["operation_id"]]
    assert (await ok(await admin.get(f"/operations/{done['operation_id']}")))["undone_by"] == undone["id"]


async def test_what_was_changed_since_is_kept_and_listed(shop: Organization) -> None:
    admin = await shop.client("admin")
    first, second = await filed(admin, 2)
    group = (await ok(await admin.post("/groups", {"name": "Returns"}), 201))["id"]
    assert (await admin.put(f"/tickets/{second}", {"group_id": group})).status_code == 200
    updates = {"priority": "urgent", "status": "open", "group_id": None}
    done = await ok(await admin.post("/tickets/bulk-update", {"ticket_ids": [first, second], "updates": updates}))
    assert (await admin.put(f"/tickets/{first}", {"priority": "low"})).status_code == 200
    assert (await admin.delete(f"/groups/{group}")).status_code == 200
    undone = await ok(await admin.post(f"/operations/{done['operation_id']}/undo"))
    kept = {each["ticket_id"]: each["kept"] for each in undone["tickets"]}
    assert kept == {first: ["priority"], second: ["group_id"]}
    assert [(await ok(await admin.get(f"/tickets/{each}")))["priority"] for each in (first, second)] == [
        "low",
        "normal",
    ]
    assert {(await ok(await admin.get(f"/tickets/{each}")))["status"] for each in (first, second)} == {"new"}


async def test_an_undone_snooze_has_never_been_and_an_undone_end_of_one_goes_on(shop: Organization) -> None:
    admin = await shop.client("admin")
    waiting, snoozed = await filed(admin, 2)
    await admin.patch(f"/tickets/{waiting}/status", {"status": "pending"})
    until = (utc_now() + timedelta(days=3)).isoformat()
    assert (await admin.patch(f"/tickets/{snoozed}/snooze", {"until": until})).status_code == 200
    before = await rows_of(shop)
    macro = (await ok(await admin.post("/macros", {"title": "Later", "do": [{"snooze": "1d"}]}), 201))["id"]
    done = await ok(await admin.post(f"/macros/{macro}/apply", {"ticket_ids": [waiting, snoozed]}))
    await ok(await admin.post(f"/operations/{done['operation_id']}/undo"))
    assert await rows_of(shop) == before
    opened = {"ticket_ids": [waiting, snoozed], "updates": {"status": "open"}}
    done = await ok(await admin.post("/tickets/bulk-update", opened))
    assert (await ok(await admin.get(f"/tickets/{snoozed}")))["snoozed_until"] is None
    await ok(await admin.post(f"/operations/{done['operation_id']}/undo"))
    assert await rows_of(shop) == before


async def test_a_bulk_delete_is_undone_by_bringing_the_tickets_back(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    ids = await filed(admin, 2)
    before = await rows_of(shop)
    unknown = await admin.delete("/tickets/bulk-delete", {"view_id": str(UUID(int=1)), "expected_count": 5})
    assert unknown.status_code == 422
    assert unknown.json()["error"]["details"]["fields"][0]["path"] == "view_id"
    gone = await ok(await admin.delete("/tickets/bulk-delete", {"ticket_ids": ids}))
    assert (gone["deleted"], gone["state"]) == (2, "done")
    assert (await agent.post(f"/operations/{gone['operation_id']}/undo")).status_code == 404
    undone = await ok(await admin.post(f"/operations/{gone['operation_id']}/undo"))
    assert await rows_of(shop) == before
    await ok(await admin.post(f"/operations/{undone['id']}/undo"))
    assert (await ok(await admin.get("/tickets")))["pagination"]["total"] == 0


async def test_all_tickets_of_a_query_or_a_view_are_a_job_with_progress(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "BATCH", 2)
    monkeypatch.setattr(service, "IMMEDIATE", 2)
    admin, agent = await shop.client("admin"), await shop.client("agent")
    ids = await filed(admin, 5, tags=["late"])
    await filed(admin, 1)
    before = await rows_of(shop)
    body = {"query": "tag:late", "expected_count": 4, "updates": {"priority": "high"}}
    refused = await agent.post("/tickets/bulk-update", body)
    assert refused.status_code == 409
    assert refused.json()["error"]["details"] == {"count": 5}
    unknown = {"group_id": ids[0]}
    wrong = await agent.post("/tickets/bulk-update", {**body, "expected_count": 5, "updates": unknown})
    assert wrong.json()["error"]["details"]["fields"][0]["code"] == "group.unknown"
    begun = await ok(await agent.post("/tickets/bulk-update", {**body, "expected_count": 5}))
    assert (begun["state"], begun["total"], begun["updated"], begun["results"]) == ("waiting", 5, 0, [])
    place = f"/operations/{begun['operation_id']}"
    assert (await agent.post(f"{place}/undo")).status_code == 409
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await handlers.proceed(uow, UUID(begun["operation_id"]))
    half = await ok(await agent.get(place))
    assert (half["state"], half["done"], half["total"]) == ("running", 2, 5)
    await work(shop.desk, shop)
    ended = await ok(await agent.get(place))
    assert (ended["state"], ended["done"], ended["refused"]) == ("done", 5, 0)
    assert (await ok(await admin.get("/tickets?priority=high")))["pagination"]["total"] == 5
    undone = await ok(await agent.post(f"{place}/undo"))
    assert (undone["state"], undone["total"]) == ("waiting", 5)
    await work(shop.desk, shop)
    assert (await ok(await agent.get(f"/operations/{undone['id']}")))["state"] == "done"
    assert await rows_of(shop) == before
    view = (await ok(await admin.post("/views", {"name": "Late", "query": "tag:late"}), 201))["id"]
    gone = await ok(await admin.delete("/tickets/bulk-delete", {"view_id": view, "expected_count": 5}))
    await work(shop.desk, shop)
    assert (await ok(await admin.get(f"/operations/{gone['operation_id']}")))["done"] == 5
    assert (await ok(await admin.get("/tickets")))["pagination"]["total"] == 1


async def test_tickets_are_named_in_exactly_one_way(shop: Organization) -> None:
    admin = await shop.client("admin")
    (ticket,) = await filed(admin, 1)
    updates = {"priority": "high"}
    for selection, field in (
        ({}, "ticket_ids"),
        ({"ticket_ids": [ticket], "query": "lamp"}, "query"),
        ({"query": "lamp"}, "expected_count"),
    ):
        refused = await admin.post("/tickets/bulk-update", {**selection, "updates": updates})
        assert refused.status_code == 422
        assert refused.json()["error"]["details"]["fields"][0]["path"] == field
    nothing = await ok(
        await admin.post("/tickets/bulk-update", {"query": "zebra", "expected_count": 0, "updates": updates})
    )
    await work(shop.desk, shop)
    assert (await ok(await admin.get(f"/operations/{nothing['operation_id']}")))["state"] == "done"


async def test_others_see_an_operation_only_with_the_permission_for_all(
    shop: Organization, rival: Organization
) -> None:
    admin, agent, colleague = await shop.client("admin"), await shop.client("agent"), await shop.client("agent2")
    ids = await filed(admin, 1)
    done = await ok(await agent.post("/tickets/bulk-update", {"ticket_ids": ids, "updates": {"priority": "high"}}))
    place = f"/operations/{done['operation_id']}"
    customer, stranger = await shop.client("customer"), await rival.client("owner")
    for client, status in ((admin, 200), (colleague, 404), (stranger, 404), (customer, 403)):
        assert (await client.get(place)).status_code == status
    assert await ok(await colleague.get("/operations")) == []
    assert (await stranger.post(f"{place}/undo")).status_code == 404
    assert (await ok(await admin.post(f"{place}/undo")))["done"] == 1


async def test_a_job_does_no_more_than_the_key_that_began_it(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    await filed(admin, 1)
    scopes = ["tickets:read", "tickets:update"]
    key = (await ok(await admin.post("/api-keys", {"name": "Sync", "scopes": scopes}), 201))["key"]
    client = shop.desk.client(key)
    body = {"query": "", "expected_count": 1, "updates": {"assignee_id": str(agent.id)}}
    assert (await client.post("/tickets/bulk-update", body)).status_code == 403
    assert (await client.delete("/tickets/bulk-delete", {"query": "", "expected_count": 1})).status_code == 403


async def test_an_undo_wakes_no_rule(shop: Organization) -> None:
    admin = await shop.client("admin")
    rule = {"name": "Tell", "on": ["ticket.updated"], "do": [{"add_tags": ["touched"]}]}
    assert (await admin.post("/rules", rule)).status_code == 201
    ids = await filed(admin, 2)
    before = await rows_of(shop)
    done = await ok(await admin.post("/tickets/bulk-update", {"ticket_ids": ids, "updates": {"priority": "high"}}))
    assert (await ok(await admin.get(f"/tickets/{ids[0]}")))["tags"] == ["touched"]
    await ok(await admin.post(f"/operations/{done['operation_id']}/undo"))
    assert await rows_of(shop) == before, "the rules' changes are undone as well"


async def test_hundreds_of_tickets_take_as_many_statements_as_one(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    ids = await filed(admin, 21)
    assert (await admin.post("/tags", {"name": "late"})).status_code == 201
    updates = {"assignee_id": str(agent.id), "priority": "high", "tags": ["late"], "status": "open"}
    numbers = []
    for chosen in (ids[:1], ids[:1], ids[1:]):  # the first fills caches of the connection
        with counted() as statements:
            done = await ok(await admin.post("/tickets/bulk-update", {"ticket_ids": chosen, "updates": updates}))
        numbers.append(len(statements))
        with counted() as statements:
            await ok(await admin.post(f"/operations/{done['operation_id']}/undo"))
        numbers.append(len(statements))
    assert numbers[2:4] == numbers[4:]


@drawn
@seeds(3, 250)
async def test_random_operations_undone_leave_the_rows_as_before(shop: Organization, seed: int) -> None:
    chance = random.Random(seed)
    admin, agent = await shop.client("admin"), await shop.person("agent")
    group = (await ok(await admin.post("/groups", {"name": "Returns"}), 201))["id"]
    ids = await filed(admin, 4)
    choices: dict[str, list[Any]] = {
        "status": ["open", "pending", "hold", "solved", "closed"], "priority": ["low", "urgent"],
        "type": ["incident", "question"], "assignee_id": [str(agent.id), None], "group_id": [group, None],
        "tags": [["a"], ["b", "a"], []], "subject": ["One", "Two"], "description": ["Long", "Short"],
        "custom_fields": [[], [{"name": "n", "value": 1}]],
    }  # fmt: skip
    for _ in range(8):
        before = await rows_of(shop)
        names = chance.sample(sorted(choices), chance.randint(1, 5))
        updates = {name: chance.choice(choices[name]) for name in names}
        chosen = chance.sample(ids, chance.randint(1, 4))
        if chance.random() < 0.4:
            snooze = [{"snooze": "2d"}] if chance.random() < 0.3 else []
            macro = {"title": "M", "do": [*macro_of(updates, agent.email), *snooze]}
            path = f"/macros/{(await ok(await admin.post('/macros', macro), 201))['id']}/apply"
            done = await ok(await admin.post(path, {"ticket_ids": chosen}))
        else:
            done = await ok(await admin.post("/tickets/bulk-update", {"ticket_ids": chosen, "updates": updates}))
        undone = await ok(await admin.post(f"/operations/{done['operation_id']}/undo"))
        assert await rows_of(shop) == before, updates
        if chance.random() < 0.7:
            await ok(await admin.post(f"/operations/{undone['id']}/undo"))


def macro_of(updates: dict[str, Any], agent: str) -> list[dict[str, Any]]:
    """Actions that make such changes, as far as macros do."""
    actions: list[dict[str, Any]] = [
        {"set": {name: value}} for name, value in updates.items() if name in ("status", "priority", "type")
    ]
    if updates.get("group_id"):
        actions.append({"fill": {"group": "Returns"}})
    if "assignee_id" in updates:
        actions.append({"assign": agent if updates["assignee_id"] else "nobody"})
    tags = updates.get("tags", [])
    return [*actions, {"add_tags": tags} if tags else {"remove_tags": ["a"]}]


async def test_an_operation_lists_the_mails_that_no_undo_takes_back(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    ticket = (await customer.post("/tickets", {"subject": "Zip", "description": "It broke."})).json()["data"]
    letter = {"to": ["requester"], "subject": "S", "text": "T"}
    made = await admin.post("/macros", {"title": "M", "do": [{"mail": letter}], "comment": {"body": "Hello"}})
    done = await ok(await admin.post(f"/macros/{made.json()['data']['id']}/apply", {"ticket_ids": [ticket["id"]]}))
    await work(shop.desk, shop)
    operation = await ok(await admin.get(f"/operations/{done['operation_id']}"))
    assert operation["outside"]["mails"] == 2, "the reply and the mail"


async def test_commands_and_undos_have_bounds_and_say_them(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await shop.client("admin")
    ids = await filed(admin, 3, tags=["late"])
    monkeypatch.setattr(service, "MAX_TICKETS", 2)
    body = {"query": "tag:late", "expected_count": 3, "updates": {"priority": "high"}}
    many = await admin.post("/tickets/bulk-update", body)
    assert many.json()["error"]["details"]["fields"][0]["code"] == "bulk.too_many"
    done = await ok(await admin.post("/tickets/bulk-update", {"ticket_ids": ids[:1], "updates": {"priority": "low"}}))
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update operations set finished_at = finished_at - interval '8 days'")
    assert (await admin.post(f"/operations/{done['operation_id']}/undo")).json()["error"]["code"] == "CONFLICT"
    assert (await ok(await admin.get(f"/tickets/{ids[0]}")))["priority"] == "low"
    path = f"/organizations/{shop.id}"
    assert (await admin.put(path, {"settings": {"undo_days": 31}})).status_code == 422
    assert (await ok(await admin.put(path, {"settings": {"undo_days": 9}})))["settings"]["undo_days"] == 9
    await ok(await admin.post(f"/operations/{done['operation_id']}/undo"))
    assert (await ok(await admin.get(f"/tickets/{ids[0]}")))["priority"] == "normal", "the setting decides"


async def _operation_of(client: Client, ticket_id: str) -> str:
    """The operation that the explanation of a ticket names last."""
    return str((await ok(await client.get(f"/tickets/{ticket_id}/explanation")))[0]["operation_id"])


async def _rule(admin: Client, **fields: Any) -> None:
    await ok(await admin.post("/rules", {"name": "Rule", **fields}), 201)


async def test_a_change_that_woke_rules_is_undone_with_what_they_did(shop: Organization) -> None:
    admin, agent, other = await shop.client("admin"), await shop.person("agent"), await shop.client("agent2")
    (ticket,) = await filed(admin, 1)
    await _rule(
        admin, on=["ticket.updated"], when="priority:urgent", do=[{"set": {"status": "solved"}}, {"add_tags": ["hot"]}]
    )
    before = await rows_of(shop)
    changed = await agent.client.put(f"/tickets/{ticket}", {"priority": "urgent"})
    assert [(await ok(changed))[name] for name in ("priority", "status", "tags")] == ["urgent", "solved", ["hot"]]
    operation = await _operation_of(agent.client, ticket)
    assert operation not in [each["id"] for each in await ok(await agent.client.get("/operations"))]
    assert (await other.get(f"/operations/{operation}")).status_code == 404
    assert (await other.post(f"/operations/{operation}/undo")).status_code == 404
    seen = await ok(await agent.client.get(f"/operations/{operation}"))
    assert (seen["kind"], seen["total"], seen["actor_id"], seen["undone_by"]) == ("change", 1, str(agent.id), None)
    undone = await ok(await agent.client.post(f"/operations/{operation}/undo"))
    assert await rows_of(shop) == before
    assert (await agent.client.post(f"/operations/{operation}/undo")).status_code == 409
    listed = await ok(await agent.client.get("/operations"))
    assert [(each["id"], each["kind"]) for each in listed] == [(undone["id"], "undo"), (operation, "change")]
    await ok(await agent.client.post(f"/operations/{undone['id']}/undo"))
    again = await ok(await agent.client.get(f"/tickets/{ticket}"))
    assert (again["priority"], again["status"], again["tags"]) == ("urgent", "solved", ["hot"])


async def test_of_a_new_ticket_what_rules_did_is_undone_and_the_ticket_stays(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    agent = await shop.person("agent")
    do = [{"set": {"status": "pending", "priority": "high"}}, {"assign": agent.email}, {"snooze": "1d"}]
    await _rule(admin, on=["ticket.created"], when="subject:lamp", do=do)
    (ticket,) = await filed(customer, 1)
    routed = await ok(await admin.get(f"/tickets/{ticket}"))
    assert (routed["status"], routed["assignee"]["id"]) == ("pending", str(agent.id))
    operation = await _operation_of(admin, ticket)
    assert (await agent.client.get(f"/operations/{operation}")).status_code == 404, "it is the customer's"
    await ok(await admin.post(f"/operations/{operation}/undo"))
    row = (await rows_of(shop))[ticket]
    assert (row["status"], row["priority"], row["assignee_id"], row["assigned_since"]) == ("new", "normal", None, None)
    assert row["status_since"] == row["waiting_since"] == row["created_at"]
    assert (row["snoozed_until"], row["solved_at"]) == (None, None)


async def test_an_undone_change_with_words_keeps_the_words_and_what_was_changed_since(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    (ticket,) = await filed(customer, 1)
    await _rule(
        admin, on=["comment.added"], when="by:staff", do=[{"set": {"priority": "high"}}, {"add_tags": ["answered"]}]
    )
    await ok(await agent.post(f"/tickets/{ticket}/comments", {"body": "Try the switch."}), 201)
    operation = await _operation_of(agent, ticket)
    await ok(await admin.put(f"/tickets/{ticket}", {"priority": "low"}))
    undone = await ok(await agent.post(f"/operations/{operation}/undo"))
    assert [each["kept"] for each in undone["tickets"]] == [["priority"]]
    seen = await ok(await agent.get(f"/tickets/{ticket}"))
    assert (seen["status"], seen["priority"], seen["tags"], seen["waiting_since"]) == ("new", "low", [], None)
    assert [each["body"] for each in await ok(await agent.get(f"/tickets/{ticket}/comments"))] == ["Try the switch."]


async def test_two_people_who_undo_one_change_do_it_once(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    (ticket,) = await filed(admin, 1)
    await _rule(admin, on=["ticket.updated"], when="priority:urgent", do=[{"add_tags": ["hot"]}])
    await ok(await agent.put(f"/tickets/{ticket}", {"priority": "urgent"}))
    path = f"/operations/{await _operation_of(admin, ticket)}/undo"
    answers = await asyncio.gather(admin.post(path), agent.post(path))
    assert sorted(each.status_code for each in answers) == [200, 409]
    seen = await ok(await agent.get(f"/tickets/{ticket}"))
    assert (seen["priority"], seen["tags"]) == ("normal", [])


async def test_only_what_a_person_began_on_one_ticket_is_a_change(shop: Organization, rival: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    (ticket,) = await filed(admin, 1)
    await ok(await agent.put(f"/tickets/{ticket}", {"priority": "urgent"}))
    history = await ok(await admin.get("/export/events?limit=100"))
    assert {each["operation_id"] for each in history["events"] if each["type"] == "ticket.updated"} == {None}
    await _rule(admin, on=["ticket.updated"], when="priority:low", do=[{"add_tags": ["cold"]}])
    await ok(await agent.put(f"/tickets/{ticket}", {"priority": "low"}))
    operation = await _operation_of(admin, ticket)
    stranger = await rival.client("admin")
    assert (await stranger.get(f"/operations/{operation}")).status_code == 404
    assert (await stranger.post(f"/operations/{operation}/undo")).status_code == 404
    assert (await (await shop.client("customer")).post(f"/operations/{operation}/undo")).status_code == 403
