"""v1: saved views, own and shared, with their tickets and counts."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from deskbell.features.saved_views import queries, service
from deskbell.features.saved_views.records import SavedView
from deskbell.runtime.sql import sql
from tests.support.desk import Client, Desk, Organization
from tests.support.journal import events_about


async def file(client: Client, subject: str, **fields: object) -> dict[str, Any]:
    answer = await client.post("/tickets", {"subject": subject, "description": "Please help.", **fields})
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()["data"]
    return ticket


async def save(client: Client, **fields: object) -> dict[str, Any]:
    answer = await client.post("/views", {"name": "Mine", **fields})
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()["data"]
    return view


async def subjects(client: Client, view: dict[str, Any], more: str = "") -> list[str]:
    answer = await client.get(f"/views/{view['id']}/tickets{more}")
    assert answer.status_code == 200, answer.text
    return [ticket["subject"] for ticket in answer.json()["data"]["tickets"]]


async def test_a_column_shows_a_field_of_ones_own(shop: Organization) -> None:
    admin = await shop.client("admin")
    for field in ({"key": "plan", "type": "text"}, {"key": "seats", "type": "integer", "target": "contact"}):
        assert (await admin.post("/fields", {"label": "Plan", **field})).status_code == 201
    view = await save(admin, columns=["number", "field.plan"])
    assert view["columns"] == ["number", "field.plan"]
    await file(admin, "Zip", fields={"plan": "gold"})
    [shown] = (await admin.get(f"/views/{view['id']}/tickets")).json()["data"]["tickets"]
    assert shown["fields"] == {"plan": "gold"}
    for column in ("field.seats", "field.unheard_of", "field.", "shoe size"):
        refused = await admin.put(f"/views/{view['id']}", {"columns": ["number", column]})
        assert refused.status_code == 422, column
        assert [each["path"] for each in refused.json()["error"]["details"]["fields"]] == ["columns.1"]


async def test_a_view_is_created_updated_and_deleted_with_an_event_for_each_change(shop: Organization) -> None:
    agent = await shop.person("agent")
    view = await save(
        agent.client, name="  Late   ones ", query="created<2026-01-01 ", columns=["number", "number", "sla"]
    )
    assert (view["name"], view["query"], view["columns"]) == ("Late ones", "created<2026-01-01", ["number", "sla"])
    assert (view["owner_id"], view["owner_name"], view["shared"]) == (str(agent.id), agent.name, False)
    path = f"/views/{view['id']}"
    assert (await agent.client.get(path)).json()["data"] == view
    body = {"name": "Later ones", "filter": {"status": ["open"], "assignee": "me"}, "sort": "priority", "order": "asc"}
    changed = (await agent.client.put(path, body)).json()["data"]
    assert (changed["name"], changed["sort"], changed["order"]) == ("Later ones", "priority", "asc")
    assert (changed["filter"]["status"], changed["filter"]["assignee"]) == (["open"], "me")
    assert changed["query"] == "created<2026-01-01"
    assert (await agent.client.put(path, body)).json()["data"] == changed
    assert (await agent.client.delete(path)).status_code == 200
    assert (await agent.client.get(path)).status_code == 404
    kinds = [kind for kind, _ in await events_about(shop, view["id"])]
    assert kinds == ["view.saved", "view.updated", "view.deleted"]


async def test_a_view_lists_what_its_query_and_its_filter_both_allow(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.person("agent")
    tag = {"tags": ["vip"]}
    await file(agent.client, "Red kite", priority="high", requester={"email": f"a@{shop.domain}"}, **tag)
    await file(customer, "Red ball", priority="high")
    await file(customer, "Blue kite")
    assert await subjects(agent.client, await save(agent.client, query="red")) == ["Red ball", "Red kite"]
    both = await save(agent.client, query="red", filter={"tags": ["vip"], "priority": ["high", "urgent"]})
    assert await subjects(agent.client, both) == ["Red kite"]
    assert both["count"] == 1
    assert both["count_exact"] is True
    twice = await save(agent.client, query="priority:high", filter={"priority": ["normal"]})
    assert await subjects(agent.client, twice) == []
    assert twice["count"] == 0
    everything = await save(agent.client, sort="created_at", order="asc")
    assert await subjects(agent.client, everything) == ["Red kite", "Red ball", "Blue kite"]
    assert await subjects(agent.client, everything, "?order=desc&limit=1") == ["Blue kite"]


async def test_me_is_the_current_user(shop: Organization) -> None:
    first, second = await shop.person("agent"), await shop.person("agent2")
    for person in (first, second):
        ticket = await file(await shop.client("customer"), f"For {person.name}")
        await first.client.patch(f"/tickets/{ticket['id']}/assign", {"assignee_id": str(person.id)})
    await file(await shop.client("customer"), "For outsider")
    by_query = await save(first.client, query="assignee:me", shared=True)
    by_filter = await save(first.client, filter={"assignee": "me"}, shared=True)
    for person in (first, second):
        for view in (by_query, by_filter):
            assert await subjects(person.client, view) == [f"For {person.name}"]
            assert (await person.client.get(f"/views/{view['id']}")).json()["data"]["count"] == 1
    for outsider in (
        await save(first.client, query="assignee:none"),
        await save(first.client, filter={"assignee": "none"}),
    ):
        assert await subjects(first.client, outsider) == ["For outsider"]


async def test_own_and_shared_views_are_listed(shop: Organization) -> None:
    first, second, admin = await shop.client("agent"), await shop.client("agent2"), await shop.client("admin")
    own, shared = await save(first, name="Own"), await save(first, name="Shared", shared=True)
    await save(second, name="another's")
    listed = (await second.get("/views")).json()
    assert [view["name"] for view in listed["data"]] == ["another's", "Shared"]
    assert listed["pagination"]["total"] == 2
    for method in (second.get, second.delete):
        assert (await method(f"/views/{own['id']}")).status_code == 404
    assert (await second.put(f"/views/{own['id']}", {"name": "Mine"})).status_code == 404
    assert (await second.get(f"/views/{own['id']}/tickets")).status_code == 404
    assert (await second.put(f"/views/{shared['id']}", {"name": "Mine"})).status_code == 403
    assert (await second.delete(f"/views/{shared['id']}")).status_code == 403
    assert (await admin.put(f"/views/{shared['id']}", {"name": "Tidied"})).status_code == 200
    assert (await admin.delete(f"/views/{own['id']}")).status_code == 404


async def test_customers_have_no_views_and_other_organizations_no_access(
    shop: Organization, rival: Organization
) -> None:
    view = await save(await shop.client("agent"), shared=True)
    customer, stranger = await shop.client("customer"), await rival.client("owner")
    assert (await customer.get("/views")).status_code == 403
    assert (await customer.get(f"/views/{view['id']}/tickets")).status_code == 403
    assert (await stranger.get("/views")).json()["data"] == []
    for method in (stranger.get, stranger.delete):
        assert (await method(f"/views/{view['id']}")).status_code == 404
    assert (await stranger.get(f"/views/{view['id']}/tickets")).status_code == 404


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name"}),
        ({"name": "x", "query": "status:shiny"}, {"query"}),
        ({"name": "  ", "columns": ["shoe size"], "sort": "luck"}, {"name", "columns.0", "sort"}),
        ({"name": "x", "filter": {"status": ["shiny"], "assignee": "you", "mood": 1}},
         {"filter.status.0", "filter.assignee", "filter.mood"}),
    ],
)  # fmt: skip
async def test_a_bad_view_names_its_fields_and_is_not_kept(shop: Organization, body: object, fields: set[str]) -> None:
    agent = await shop.client("agent")
    answer = await agent.post("/views", body)
    assert answer.status_code == 422
    assert {problem["path"] for problem in answer.json()["error"]["details"]["fields"]} == fields
    assert (await agent.get("/views")).json()["pagination"]["total"] == 0


@pytest.mark.parametrize("query", ["late bogus:1", "late bogus:me"])
async def test_an_unknown_operator_is_pointed_at_when_a_view_is_saved_or_changed(
    shop: Organization, query: str
) -> None:
    agent = await shop.client("agent")
    view = await save(agent, query="late")
    saved = await agent.post("/views", {"name": "x", "query": query})
    changed = await agent.put(f"/views/{view['id']}", {"query": query})
    for answer in (saved, changed):
        assert answer.status_code == 422
        (problem,) = answer.json()["error"]["details"]["fields"]
        assert problem["path"] == "query"
        assert "“bogus:” is not a search operator" in problem["message"]
        assert "(at character 6)" in problem["message"]
    assert (await agent.get(f"/views/{view['id']}")).json()["data"]["query"] == "late"
    assert (await agent.put(f"/views/{view['id']}", {"query": 'late "bogus:1"'})).status_code == 200


async def test_views_page_by_name_and_counting_can_be_spared(shop: Organization) -> None:
    agent = await shop.client("agent")
    for name in ("b", "A", "c"):
        await save(agent, name=name)
    first = (await agent.get("/views?limit=2&counts=false")).json()
    assert [(view["name"], view["count"]) for view in first["data"]] == [("A", None), ("b", None)]
    rest = (await agent.get(f"/views?limit=2&cursor={first['pagination']['nextCursor']}")).json()
    assert [(view["name"], view["count"]) for view in rest["data"]] == [("c", 0)]
    assert (await agent.get(f"/views/{uuid4()}")).status_code == 404


async def test_a_count_that_is_not_maintained_stops_at_its_bound(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_COUNT_LIMIT", 2)
    customer, agent = await shop.client("customer"), await shop.client("agent")
    for number in range(3):
        await file(customer, f"Kite {number}")
    bounded = await save(agent, query="kite")
    assert (bounded["count"], bounded["count_exact"]) == (2, False)
    maintained = await save(agent, query="status:new,open -type:task")
    assert (maintained["count"], maintained["count_exact"]) == (3, True)


class Counting:
    """A connection that counts its statements."""

    def __init__(self, db: Any) -> None:
        self.db = db
        self.asked: list[str] = []

    async def fetch_value(self, query: Any) -> Any:
        self.asked.append(query if isinstance(query, str) else query.compile()[0])
        return await self.db.fetch_value(query)


@pytest.mark.parametrize("query", ["", "status:open assignee:me", "status:open has:attachment refund", "created<7d"])
async def test_counting_a_view_is_one_query_and_no_walk_where_counts_are_kept(
    desk: Desk, shop: Organization, query: str
) -> None:
    agent = await shop.person("agent")
    saved = await save(agent.client, query=query)
    async with desk.database.unit(shop.system()) as uow:
        view: SavedView | None = await queries.VIEWS.find(uow.db, sql("v.id = {}", UUID(saved["id"])))
        assert view is not None
        await uow.enter(_acting(shop, agent.id))
        counting = Counting(uow.db)
        uow.db = counting  # type: ignore[assignment]  # wraps the connection
        assert await service.counts(uow, [view]) != [None]
    (asked,) = (each for each in counting.asked if "workflow_version" not in each)
    assert ("ticket_counts" in asked) is (query in ("", "status:open assignee:me"))


def _acting(shop: Organization, user_id: Any) -> Any:
    from deskbell.kernel.actor import Actor
    from deskbell.kernel.permissions import Role

    return Actor(shop.id, user_id, Role.AGENT)


async def test_all_views_are_counted_as_their_queries_list_them(shop: Organization, rival: Organization) -> None:
    agent, other = await shop.person("agent"), await shop.person("agent2")
    customer = await shop.client("customer")
    await file(await rival.client("customer"), "Elsewhere")
    tickets = [await file(customer, f"Kite {number}") for number in range(4)]
    await agent.client.patch(f"/tickets/{tickets[0]['id']}/assign", {"assignee_id": str(agent.id)})
    await agent.client.patch(f"/tickets/{tickets[1]['id']}/assign", {"assignee_id": str(other.id)})
    for ticket, status in ((tickets[1], "solved"), (tickets[2], "solved")):
        changed = await agent.client.patch(f"/tickets/{ticket['id']}/status", {"status": status})
        assert changed.status_code == 200, changed.text
    mine = await save(agent.client, name="Kites of mine", query="kite assignee:me")
    await save(other.client, name="Private")
    tagged = await save(agent.client, name="Tagged", filter={"tags": ["vip"]})
    counts = (await agent.client.get("/views/counts")).json()["data"]
    found = {view["id"]: view["count"] for view in counts["built_in"]}
    assert found == {"mine": 1, "unassigned": 1, "open": 2, "solved": 2, "all": 4, "drafts": 0}
    for view in counts["built_in"]:
        listed = await agent.client.get("/tickets", params={"search": view["query"]})
        assert listed.json()["data"]["pagination"]["total"] == view["count"], view
    assert counts["saved"] == [
        {"id": mine["id"], "count": 1, "count_exact": True}, {"id": tagged["id"], "count": 0, "count_exact": True},
    ]  # fmt: skip


async def test_counts_of_views_survive_a_query_that_is_no_longer_valid(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    broken, whole = await save(agent.client, name="Broken"), await save(agent.client, name="Whole")
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update saved_views set query = 'status:nonsense' where id = $1", UUID(broken["id"]))
    saved = (await agent.client.get("/views/counts")).json()["data"]["saved"]
    assert {view["id"]: view["count"] for view in saved} == {broken["id"]: None, whole["id"]: 0}


async def test_built_in_views_stand_beside_saved_ones_with_drafts(shop: Organization) -> None:
    agent, colleague, customer = await shop.client("agent"), await shop.client("agent2"), await shop.client("customer")
    ids = []
    for subject in ("One", "Two", "Three"):
        made = await customer.post("/tickets", {"subject": subject, "description": "d"})
        ids.append(made.json()["data"]["id"])
    for kind in ("reply", "note"):
        assert (await agent.put(f"/tickets/{ids[0]}/drafts/{kind}", {"body": "Soon"})).status_code == 200
    listed = (await agent.get("/views")).json()
    assert listed["data"] == []
    built_in = {each["id"]: each for each in listed["built_in"]}
    assert list(built_in) == ["mine", "unassigned", "open", "solved", "all", "drafts"]
    assert {name: each["count"] for name, each in built_in.items()} == {
        "mine": 0, "unassigned": 3, "open": 3, "solved": 0, "all": 3, "drafts": 1,
    }  # fmt: skip
    for view in built_in.values():
        found = (await agent.get("/tickets", params={"search": view["query"]})).json()["data"]
        assert found["pagination"]["total"] == view["count"]
    for client in (colleague, customer):
        assert (await client.get("/tickets?search=has:draft")).json()["data"]["tickets"] == []
    without = (await agent.get("/views?counts=false")).json()["built_in"]
    assert {each["count"] for each in without} == {None}
    counted = (await agent.get("/views/counts")).json()["data"]["built_in"]
    assert [each["count"] for each in counted] == [0, 3, 3, 0, 3, 1]
    wrong = await agent.get("/tickets?search=has:note")
    assert "draft" in wrong.json()["error"]["details"]["fields"][0]["message"]


async def test_each_member_orders_views_for_themselves(shop: Organization) -> None:
    agent, colleague = await shop.client("agent"), await shop.client("agent2")
    made = await agent.post("/views", {"name": "Late", "query": "tag:late", "shared": True})
    view = made.json()["data"]["id"]
    order = ["drafts", view.upper(), "mine", "mine"]
    assert (await agent.put("/views/order", {"ids": order})).json()["data"] == {"ids": ["drafts", view, "mine"]}
    assert (await agent.get("/views")).json()["order"] == ["drafts", view, "mine"]
    assert (await agent.get("/views/counts")).json()["data"]["order"] == ["drafts", view, "mine"]
    assert (await colleague.get("/views")).json()["order"] == []
    wrong = await agent.put("/views/order", {"ids": ["mine", "others"]})
    assert wrong.json()["error"]["details"]["fields"][0]["path"] == "ids.1"
    customer = await shop.client("customer")
    assert (await customer.put("/views/order", {"ids": []})).status_code == 403
