"""v1: tickets from creation to closing, by customers and staff, with their refusals."""

import asyncio
from uuid import uuid4

import pytest

from tests.support.desk import Client, Desk, Organization
from tests.support.work import work

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


async def file_ticket(client: Client, **fields: object) -> dict[str, object]:
    answer = await client.post("/tickets", {**TICKET, **fields})
    assert answer.status_code == 201, answer.text
    ticket: dict[str, object] = answer.json()["data"]
    return ticket


async def test_a_ticket_is_created_worked_on_and_solved_with_a_complete_history(shop: Organization) -> None:
    customer, agent = await shop.person("customer"), await shop.person("agent")
    ticket = await file_ticket(customer.client)
    path = f"/tickets/{ticket['id']}"
    assert ticket["status"] == "new"
    assert ticket["number"] == 1

    taken = await agent.client.patch(f"{path}/assign", {"assignee_id": str(agent.id)})
    assert taken.json()["data"]["status"] == "open"
    note = await agent.client.post(f"{path}/comments", {"body": "Smells of wear", "public": False})
    assert note.status_code == 201
    await agent.client.post(f"{path}/comments", {"body": "We send you a new one."})
    seen = (await customer.client.get(f"{path}/comments")).json()["data"]
    assert [comment["body"] for comment in seen] == ["We send you a new one."]
    await customer.client.post(f"{path}/comments", {"body": "Thank you!"})
    solved = await agent.client.patch(f"{path}/status", {"status": "solved"})
    assert solved.json()["data"]["solved_at"] is not None
    assert solved.json()["data"]["first_response_at"] is not None

    steps = [step["action"] for step in (await agent.client.get(f"{path}/history")).json()["data"]]
    assert steps == [
        "created", "assigned", "status_changed", "comment_added", "comment_added", "comment_added", "status_changed",
    ]  # fmt: skip
    for_customer = (await customer.client.get(f"{path}/history")).json()["data"]
    assert len([step for step in for_customer if step["action"] == "comment_added"]) == 2


async def test_numbers_have_no_gap_and_no_duplicate_under_fifty_concurrent_creations(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    attempts = [customer.post("/tickets", TICKET if i % 5 else {**TICKET, "group_id": str(uuid4())}) for i in range(60)]
    statuses = [answer.status_code for answer in await asyncio.gather(*attempts)]
    assert statuses.count(201) == 48
    listed = await agent.get("/tickets?limit=100&sort=number&order=asc")
    assert [ticket["number"] for ticket in listed.json()["data"]["tickets"]] == list(range(1, 49))


async def test_a_stale_write_is_refused_and_loses_nothing(shop: Organization) -> None:
    agent = await shop.client("agent")
    customer = await shop.client("customer")
    ticket = await file_ticket(customer)
    path = f"/tickets/{ticket['id']}"
    tag = (await agent.get(path)).headers["etag"]
    assert (await agent.put(path, {"priority": "high"}, headers={"If-Match": tag})).status_code == 200
    stale = await agent.put(path, {"priority": "low"}, headers={"If-Match": tag})
    assert stale.status_code == 412
    assert stale.json()["error"]["code"] == "PRECONDITION_FAILED"
    assert (await agent.get(path)).json()["data"]["priority"] == "high"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"subject", "description"}),
        ({**TICKET, "priority": "blazing", "colour": "red"}, {"priority", "colour"}),
        ({**TICKET, "subject": "  "}, {"subject"}),
        ({**TICKET, "subject": "x\0y"}, {"subject"}),
        ({**TICKET, "tags": ["ok", 7], "type": 3}, {"tags.1", "type"}),
        ({**TICKET, "assignee_id": "nobody"}, {"assignee_id"}),
        ([], {""}),
    ],
)
async def test_bad_input_names_every_offending_field_and_writes_nothing(
    shop: Organization, body: object, fields: set[str]
) -> None:
    agent = await shop.client("agent")
    answer = await agent.post("/tickets", body)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert {problem["path"] for problem in error["details"]["fields"]} == fields
    assert (await agent.get("/tickets")).json()["data"]["pagination"]["total"] == 0


async def test_another_organization_finds_nothing_of_it_anywhere(shop: Organization, rival: Organization) -> None:
    ticket = await file_ticket(await shop.client("customer"))
    stranger = await rival.client("admin")
    path = f"/tickets/{ticket['id']}"
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.put(path, {"priority": "low"})).status_code == 404
    assert (await stranger.delete(path)).status_code == 404
    assert (await stranger.post(f"{path}/comments", {"body": "hello"})).status_code == 404
    assert (await stranger.get("/tickets?search=jacket")).json()["data"]["tickets"] == []
    own = await file_ticket(await rival.client("customer"))
    borrowed = await stranger.patch(
        f"/tickets/{own['id']}/assign", {"assignee_id": str((await shop.person("agent")).id)}
    )
    assert borrowed.status_code == 422


async def test_a_customer_reaches_only_their_own(shop: Organization) -> None:
    ticket = await file_ticket(await shop.client("customer"))
    other = await shop.client("customer2")
    assert (await other.get(f"/tickets/{ticket['id']}")).status_code == 404
    assert (await other.get("/tickets")).json()["data"]["pagination"]["total"] == 0
    mine = await shop.client("customer")
    assert (await mine.put(f"/tickets/{ticket['id']}", {"priority": "urgent"})).status_code == 403
    assert (await mine.post(f"/tickets/{ticket['id']}/comments", {"body": "x", "public": False})).status_code == 403
    assert (await mine.patch(f"/tickets/{ticket['id']}/status", {"status": "hold"})).status_code == 403
    assert (await mine.patch(f"/tickets/{ticket['id']}/status", {"status": "closed"})).status_code == 200


async def test_deleting_hides_and_restoring_brings_back(shop: Organization) -> None:
    admin = await shop.client("admin")
    ticket = await file_ticket(await shop.client("customer"))
    path = f"/tickets/{ticket['id']}"
    assert (await (await shop.client("agent")).delete(path)).status_code == 403
    assert (await admin.delete(path)).status_code == 200
    assert (await admin.get(path)).status_code == 404
    assert (await admin.get("/tickets")).json()["data"]["pagination"]["total"] == 0
    assert (await admin.post(f"{path}/restore")).status_code == 200
    assert (await admin.get(path)).status_code == 200


async def test_a_bulk_update_reports_each_result(shop: Organization) -> None:
    customer, admin = await shop.client("customer"), await shop.client("admin")
    ids = [str((await file_ticket(customer))["id"]) for _ in range(3)]
    answer = await admin.post(
        "/tickets/bulk-update", {"ticket_ids": [*ids, str(uuid4())], "updates": {"priority": "high"}}
    )
    assert answer.json()["data"]["updated"] == 3
    assert [result["ok"] for result in answer.json()["data"]["results"]] == [True, True, True, False]
    gone = await admin.delete("/tickets/bulk-delete", {"ticket_ids": ids[:2]})
    assert [gone.json()["data"][name] for name in ("deleted", "updated", "failed")] == [2, 2, 0]
    assert (await admin.get("/tickets")).json()["data"]["pagination"]["total"] == 1


async def test_none_filters_tickets_without_group_category_or_assignee(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]["id"]
    category = (await admin.post("/categories", {"name": "Parcels"})).json()["data"]["id"]
    placed = {"plain": {}, "grouped": {"group_id": group}, "sorted": {"category_id": category, "group_id": group}}
    for subject, fields in placed.items():
        ticket = await file_ticket(customer, subject=subject)
        if fields:
            assert (await admin.put(f"/tickets/{ticket['id']}", fields)).status_code == 200

    async def found(client: Client, query: str) -> list[str]:
        data = (await client.get(f"/tickets?sort=number&order=asc&{query}")).json()["data"]
        assert data["pagination"]["total"] == len(data["tickets"])
        return [each["subject"] for each in data["tickets"]]

    for client in (admin, customer):
        assert await found(client, "group_id=none") == ["plain"]
        assert await found(client, "category_id=none") == ["plain", "grouped"]
        assert await found(client, f"category_id=none&group_id={group}") == ["grouped"]
        assert await found(client, "group_id=none&category_id=none&status=new") == ["plain"]
        assert await found(client, "group_id=none&search=category:parcels") == []
        assert await found(client, "group_id=&category_id=") == ["plain", "grouped", "sorted"]
    for name, kind in (("group_id", "a group's"), ("category_id", "a category's")):
        (problem,) = (await admin.get(f"/tickets?{name}=nobody")).json()["error"]["details"]["fields"]
        assert (problem["path"], problem["message"]) == (name, f"Must be {kind} id or none")


async def test_pages_and_cursors_walk_the_same_list_with_an_exact_total(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    for i in range(7):
        await file_ticket(customer, priority=["low", "high"][i % 2])
    for sort in ("created_at", "updated_at", "priority", "status", "number"):
        for order in ("asc", "desc"):
            whole = (await agent.get(f"/tickets?limit=100&sort={sort}&order={order}")).json()["data"]["tickets"]
            walked: list[dict[str, object]] = []
            cursor = ""
            while True:
                data = (await agent.get(f"/tickets?limit=3&sort={sort}&order={order}{cursor}")).json()["data"]
                walked += data["tickets"]
                assert data["pagination"]["total"] == 7
                if not data["pagination"]["hasNextPage"]:
                    break
                cursor = f"&cursor={data['pagination']['nextCursor']}"
            assert [t["id"] for t in walked] == [t["id"] for t in whole]
    assert (await agent.get("/tickets?cursor=nonsense")).status_code == 422
    assert (await agent.get("/tickets?limit=101")).status_code == 422
    assert (await agent.get("/tickets?page=99999999999999999999")).status_code == 422


async def test_search_combines_words_and_operators_and_finds_notes_for_staff_only(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket = await file_ticket(customer, tags=["zips"])
    await file_ticket(customer, subject="Late parcel", description="Where is it?")
    await agent.post(f"/tickets/{ticket['id']}/comments", {"body": "suspicious claim", "public": False})

    async def found(client: Client, text: str) -> int:
        answer = await client.get("/tickets", params={"search": text})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["data"]["pagination"]["total"])

    assert await found(agent, "jackets") == 1
    assert await found(agent, "suspicious") == 1
    assert await found(customer, "suspicious") == 0
    assert await found(customer, "jacket") == 1
    assert await found(agent, "tag:zips status:new,open assignee:none") == 1
    assert await found(agent, "-tag:zips") == 1
    assert await found(agent, "#1") == 1
    assert await found(agent, "parc* created<1d") == 1
    wrong = await agent.get("/tickets", params={"search": "status:frozen"})
    assert wrong.status_code == 422
    assert "new, open" in wrong.text


async def test_the_unfinished_tickets_of_a_removed_agent_are_free_for_others(desk: Desk, shop: Organization) -> None:
    admin, agent, customer = [await shop.person(key) for key in ("admin", "agent", "customer")]
    ids = [(await file_ticket(customer.client))["id"] for _ in range(3)]
    for ticket_id in ids:
        await admin.client.patch(f"/tickets/{ticket_id}/assign", {"assignee_id": str(agent.id)})
    await admin.client.patch(f"/tickets/{ids[0]}/status", {"status": "solved"})
    assert (await admin.client.delete(f"/agents/{agent.id}")).status_code == 200
    await work(desk, shop)
    seen = [(await admin.client.get(f"/tickets/{ticket_id}")).json()["data"] for ticket_id in ids]
    assert [ticket["assignee_id"] for ticket in seen] == [str(agent.id), None, None]
    steps = (await admin.client.get(f"/tickets/{ids[1]}/history")).json()["data"]
    assert (steps[-1]["action"], steps[-1]["user"]["name"]) == ("assigned", "Deskbell")


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ([{"name": "a", "value": "x"}, {"name": "a", "value": "y"}], "custom_fields.1.name"),
        ([{"name": "", "value": "x"}], "custom_fields.0.name"),
        ([{"name": "n" * 101, "value": "x"}], "custom_fields.0.name"),
        ([{"name": "n", "value": 2**53 + 1}], "custom_fields.0.value"),
        ([{"name": "n", "value": -1e16}], "custom_fields.0.value"),
        ([{"name": "n", "value": "x" * 10_001}], "custom_fields.0.value"),
    ],
)
async def test_custom_fields_keep_to_the_limits_of_the_open_format(
    shop: Organization, fields: list[dict[str, object]], path: str
) -> None:
    agent = await shop.client("agent")
    filed = await agent.post("/tickets", {**TICKET, "custom_fields": fields})
    ticket = await file_ticket(agent, custom_fields=[{"name": "n" * 100, "value": 2**53}])
    changed = await agent.put(f"/tickets/{ticket['id']}", {"custom_fields": fields})
    for answer in (filed, changed):
        assert answer.status_code == 422
        assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [path]
