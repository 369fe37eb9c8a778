"""v1: rules, and what they do to tickets."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.records import TicketChanges
from deskbell.kernel.clock import utc_now
from deskbell.kernel.words import Priority
from deskbell.runtime.journal.origin import Origin
from tests.api.v1.test_operations import ok
from tests.support.desk import Client, Organization
from tests.support.journal import events_about
from tests.support.work import work

TICKET = {"subject": "Invoice IN-104266 is wrong", "description": "Please correct it."}


async def saved(admin: Client, **rule: Any) -> dict[str, Any]:
    body = {"name": "A rule", "on": ["ticket.created"], "do": [{"add_tags": ["seen"]}], **rule}
    answer = await admin.post("/rules", body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()["data"]
    return created


async def filed(client: Client, **fields: Any) -> dict[str, Any]:
    answer = await client.post("/tickets", {**TICKET, **fields})
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()["data"]
    return ticket


async def group(admin: Client, name: str) -> str:
    return str((await admin.post("/groups", {"name": name, "description": ""})).json()["data"]["id"])


async def test_a_rule_routes_a_ticket_in_the_answer_to_its_creation(shop: Organization) -> None:
    admin, customer, agent = await shop.client("admin"), await shop.client("customer"), await shop.person("agent")
    billing = await group(admin, "Billing")
    rule = await saved(
        admin, when={"all": ["channel:web"], "any": ["subject:invoice*", r"body:/\bIN-\d{6}\b/"]},
        do=[{"fill": {"group": "billing"}}, {"set": {"priority": "high"}}, {"add_tags": ["invoice"]}, {"assign": agent.email}],
    )  # fmt: skip
    ticket = await filed(customer)
    assert (ticket["priority"], ticket["status"], ticket["tags"]) == ("high", "open", ["invoice"])
    shown = (await admin.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert (shown["group"]["id"], shown["assignee"]["id"]) == (billing, str(agent.id))
    assert shown["sla"] is None or shown["priority"] == "high"
    events = await events_about(shop, ticket["id"])
    assert [kind for kind, _ in events] == ["ticket.created", "rule.fired", "ticket.assigned", "ticket.updated"]
    assert events[0][1]["priority"] == "normal"
    assert events[1][1].items() >= {"name": rule["name"], "version": 1}.items()
    other = await filed(customer, subject="Boots", description="too small")
    assert (other["priority"], other["tags"]) == ("normal", [])


async def test_rules_see_what_those_above_set_and_one_write_holds_all(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    await saved(admin, name="Below", on=["ticket.updated"], when="priority:urgent", do=[{"set": {"type": "incident"}}])
    await saved(
        admin, name="Above", on=["ticket.updated"], when="changed:tags tag:fire", do=[{"set": {"priority": "urgent"}}]
    )
    ticket = await filed(customer)
    changed = (await agent.put(f"/tickets/{ticket['id']}", {"tags": ["fire"]})).json()["data"]
    assert (changed["priority"], changed["type"], changed["version"]) == ("urgent", "incident", ticket["version"] + 1)


async def test_a_customer_reply_wakes_rules_that_the_customer_may_not_list(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    await saved(
        admin, on=["comment.added"], when="was.status:solved comment.by:requester comment:public",
        do=[{"set": {"priority": "high"}}],
    )  # fmt: skip
    ticket = await filed(customer)
    await agent.patch(f"/tickets/{ticket['id']}/status", {"status": "solved"})
    await customer.post(f"/tickets/{ticket['id']}/comments", {"body": "Not solved"})
    shown = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert (shown["priority"], shown["status"]) == ("high", "open")
    assert (await customer.get("/rules")).status_code == 403
    history = (await customer.get(f"/tickets/{ticket['id']}/history")).text
    assert "rule" not in history


async def test_a_rule_that_names_what_is_gone_leaves_the_change_alone(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    billing = await group(admin, "Billing")
    await saved(admin, do=[{"set": {"group": "Billing", "priority": "low"}}])
    assert (await admin.delete(f"/groups/{billing}")).status_code == 200
    async with shop.desk.database.unit(shop.system()) as uow:  # as a change that read the rules just before has them
        await uow.db.execute("update rules set enabled = true")
        await uow.db.execute("update rule_lists set version = version + 1")
    ticket = await filed(customer)
    assert ticket["priority"] == "low"
    events = await events_about(shop, ticket["id"])
    assert events[1][1]["refused"] == ["group.unknown"]


async def test_a_loop_through_another_system_ends(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    await saved(admin, on=["ticket.updated"], when="tag:ping", do=[{"remove_tags": ["ping"]}])
    ticket = await filed(customer)
    for _ in range(12):
        assert (await agent.put(f"/tickets/{ticket['id']}", {"tags": ["ping"]})).status_code == 200
        await agent.put(f"/tickets/{ticket['id']}", {"tags": []})
    kinds = [kind for kind, _ in await events_about(shop, ticket["id"])]
    assert (kinds.count("rule.fired"), kinds.count("rule.halted")) == (10, 1)


async def test_ten_firings_in_ten_minutes_rest_a_rule_on_one_ticket_for_an_hour(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await saved(admin, on=["ticket.updated"])
    quick, slow, other = [await filed(customer) for _ in range(3)]
    start = utc_now()

    async def changed(ticket: dict[str, Any], *minutes: float) -> list[str]:
        """The events of rules on a ticket after a change at each of these minutes."""
        for minute in minutes:
            async with shop.desk.database.unit(shop.system()) as uow:
                uow.now = start + timedelta(minutes=minute)
                await tickets.update(uow, UUID(ticket["id"]), TicketChanges(subject=f"At {minute}"))
        kinds = [kind for kind, _ in await events_about(shop, ticket["id"])]
        return [kind for kind in kinds if kind.startswith("rule.")]

    assert await changed(slow, *range(0, 60, 2)) == ["rule.fired"] * 30
    rests = ["rule.fired"] * 10 + ["rule.halted"]
    assert await changed(quick, *range(9), 8.5, 9, 30, 68) == rests
    assert await changed(other, 30) == ["rule.fired"]
    assert await changed(quick, 69, 70) == [*rests, "rule.fired", "rule.fired"]
    assert await changed(quick, *range(71, 80)) == [*rests, *["rule.fired"] * 10, "rule.halted"]
    results = await ok(
        await admin.post(
            "/rules/trials",
            {
                "rule_id": rule["id"], "ticket_ids": [quick["id"]], "since": start.isoformat(),
                "until": (start + timedelta(hours=2)).isoformat(),
            },
        )
    )  # fmt: skip
    assert [each["difference"] for each in results["tried"]] == ["same"] * 20


async def test_a_saved_change_holds_for_the_next_ticket_and_order_decides(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    first = await saved(admin, do=[{"set": {"priority": "low"}}])
    second = await saved(admin, do=[{"set": {"priority": "high"}}], stop=True)
    assert (await filed(customer))["priority"] == "high"
    assert (await admin.put("/rules/order", {"rule_ids": [second["id"], first["id"]]})).status_code == 200
    assert (await filed(customer))["priority"] == "high"
    updated = (await admin.put(f"/rules/{second['id']}", {"stop": False})).json()["data"]
    assert (updated["version"], updated["stop"]) == (2, False)
    assert (await filed(customer))["priority"] == "low"
    await admin.put(f"/rules/{first['id']}", {"enabled": False})
    assert (await filed(customer))["priority"] == "high"
    await admin.delete(f"/rules/{second['id']}")
    assert (await filed(customer))["priority"] == "normal"
    assert (await admin.put("/rules/order", {"rule_ids": [second["id"], first["id"]]})).status_code == 409
    assert [rule["name"] for rule in (await admin.get("/rules")).json()["data"]] == [first["name"]]
    assert (await admin.get(f"/rules/{second['id']}")).json()["data"]["deleted_at"] is not None
    events = await events_about(shop, second["id"])
    assert [kind for kind, _ in events] == ["rule.created", "rule.updated", "rule.deleted"]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"when": "colour:red"}, "when"),
        ({"when": {"all": ["status:open", "group:Nowhere"]}}, "when.all.1"),
        ({"when": "subject:/(/"}, "when"),
        ({"when": {"some": []}}, "when"),
        ({"on": ["ticket.deleted"]}, "on"),
        ({"on": []}, "on"),
        ({"do": []}, "do"),
        ({"do": [{}]}, "do.0"),
        ({"do": [{"add_tags": ["a"], "assign": "nobody"}]}, "do.0"),
        ({"do": [{"assign": "somebody@else.example"}]}, "do.0.assign"),
        ({"do": [{"set": {"group": "Nowhere"}}]}, "do.0.set.group"),
        ({"do": [{"set": {"status": "lost"}}]}, "do.0.set.status"),
        ({"name": "  "}, "name"),
    ],
)
async def test_a_mistake_is_named_with_its_place(shop: Organization, rule: dict[str, Any], field: str) -> None:
    admin = await shop.client("admin")
    body = {"name": "A rule", "on": ["ticket.created"], "do": [{"add_tags": ["seen"]}], **rule}
    answer = await admin.post("/rules", body)
    assert answer.status_code == 422, answer.text
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [field]
    if "when" in rule:
        assert (await admin.post("/workflow/check", {"when": rule["when"]})).status_code == 422


async def test_names_of_another_organization_mean_nothing(shop: Organization, rival: Organization) -> None:
    await group(await rival.client("admin"), "Secret")
    answer = await (await shop.client("admin")).post("/workflow/check", {"when": "group:Secret"})
    assert answer.status_code == 422
    assert (await (await shop.client("admin")).post("/workflow/check", {"when": "group:none"})).status_code == 200


async def test_the_other_contracts_show_a_ticket_that_rules_changed(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await saved(admin, do=[{"set": {"priority": "high", "status": "solved"}}])
    ticket = await filed(customer)
    for base, path in (("/api/v2", "/tickets"), ("/api/v2", f"/tickets/{ticket['id']}"), ("/api/v1", "/audit-logs")):
        answer = await admin.at(base).get(path)
        assert answer.status_code == 200, (base, path, answer.text)
    seen = (await admin.get(f"/tickets/{ticket['id']}/history")).json()["data"]
    assert [step["action"] for step in seen] == ["created", "rule_fired", "updated"]
    assert (await admin.get(f"/tickets/{ticket['id']}")).json()["data"]["status"] == "solved"


async def test_each_save_is_a_version_that_can_be_restored(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await saved(admin, do=[{"set": {"priority": "high"}}])
    path = f"/rules/{rule['id']}"
    assert (await admin.put(path, {"do": [{"set": {"priority": "low"}}]})).json()["data"]["version"] == 2
    assert (await filed(customer))["priority"] == "low"
    versions = (await admin.get(f"{path}/versions")).json()["data"]
    assert [(each["version"], each["do"][0]["set"]["priority"]) for each in versions] == [(2, "low"), (1, "high")]
    restored = (await admin.post(f"{path}/restore", {"version": 1})).json()["data"]
    assert (restored["version"], restored["do"]) == (3, [{"set": {"priority": "high"}}])
    ticket = await filed(customer)
    assert ticket["priority"] == "high"
    firings = (await admin.get(f"{path}/firings")).json()
    assert [each["version"] for each in firings["data"]] == [3, 2]
    assert firings["data"][0]["ticket_id"] == ticket["id"]
    assert (await admin.post(f"{path}/restore", {"version": 9})).status_code == 404


async def test_a_deleted_rule_rests_until_it_is_restored(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await saved(admin)
    path = f"/rules/{rule['id']}"
    assert (await admin.delete(path)).status_code == 200
    assert (await admin.get("/rules")).json()["data"] == []
    assert (await filed(customer))["tags"] == []
    assert (await admin.put(path, {"name": "Other"})).status_code == 404
    back = (await admin.post(f"{path}/restore", {})).json()["data"]
    assert (back["deleted_at"], back["version"]) == (None, 2)
    assert (await filed(customer))["tags"] == ["seen"]
    await admin.delete(path)
    async with shop.desk.database.unit(None) as uow:
        assert await uow.db.fetch_value("select deskbell_forget_rules(now() - interval '30 days')") == 0
        assert await uow.db.fetch_value("select deskbell_forget_rules(now() + interval '1 minute')") >= 1
    assert (await admin.get(path)).status_code == 404


async def test_a_rule_is_switched_off_with_what_it_names(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.person("agent"), await shop.client("customer")
    billing = await group(admin, "Billing")
    by_group = await saved(admin, name="Route", do=[{"set": {"group": "Billing"}}])
    by_person = await saved(admin, name="Give", do=[{"assign": agent.email}])
    other = await saved(admin, name="Other")
    used = (await admin.get("/workflow/uses", params={"group_id": billing})).json()["data"]
    assert [each["name"] for each in used] == ["Route"]
    assert (await admin.get("/workflow/uses")).json()["data"] == []
    assert (await admin.delete(f"/groups/{billing}")).status_code == 200
    assert (await admin.delete(f"/agents/{agent.id}")).status_code == 200
    rules = {each["name"]: each for each in (await admin.get("/rules")).json()["data"]}
    assert [(each["enabled"], each["switched_off"]) for each in rules.values()] == [
        (False, "reference_gone"), (False, "reference_gone"), (True, None),
    ]  # fmt: skip
    assert (await filed(customer))["tags"] == ["seen"]
    assert (await admin.put(f"/rules/{by_group['id']}", {"enabled": True})).status_code == 422
    kinds = [kind for kind, _ in await events_about(shop, by_person["id"])]
    assert kinds == ["rule.created", "rule.switched_off"]
    await work(shop.desk, shop)
    seen = [each for each in (await admin.get("/notifications")).json()["data"] if each["type"] == "rule_stopped"]
    assert len(seen) == 2
    assert other["id"] == rules["Other"]["id"]


async def test_a_rule_that_keeps_failing_is_switched_off_and_changes_go_through(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    billing = await group(admin, "Billing")
    rule = await saved(admin, do=[{"set": {"group": "Billing"}}])
    async with shop.desk.database.unit(shop.system()) as uow:  # as a mistake of Deskbell's would leave it
        await uow.db.execute("update rules set names = '[]' where id = $1", UUID(rule["id"]))
        await uow.db.execute("update rule_lists set version = version + 1")
    for _ in range(20):
        assert (await filed(customer))["tags"] == []
    await work(shop.desk, shop)
    shown = (await admin.get(f"/rules/{rule['id']}")).json()["data"]
    assert (shown["enabled"], shown["switched_off"]) == (False, "failing")
    assert billing


async def test_a_write_demands_the_version_that_was_read(shop: Organization) -> None:
    admin = await shop.client("admin")
    rule = await saved(admin)
    path = f"/rules/{rule['id']}"
    etag = (await admin.get(path)).headers["etag"]
    listed = (await admin.get("/rules")).headers["etag"]
    assert (await admin.put(path, {"name": "New"}, headers={"If-Match": etag})).status_code == 200
    assert (await admin.put(path, {"name": "Newer"}, headers={"If-Match": etag})).status_code == 412
    order = {"rule_ids": [rule["id"]]}
    assert (await admin.put("/rules/order", order, headers={"If-Match": listed})).status_code == 412
    listed = (await admin.get("/rules")).headers["etag"]
    ordered = await admin.put("/rules/order", order, headers={"If-Match": listed})
    assert (ordered.status_code, ordered.headers["etag"]) == (200, (await admin.get("/rules")).headers["etag"])


async def test_two_writes_of_one_operation_fire_a_rule_once_and_its_changes_name_it(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    rule = await saved(admin, on=["ticket.updated"], do=[{"add_tags": ["seen"]}])
    ticket = await filed(customer)
    async with shop.desk.database.unit(shop.system()) as uow:
        await tickets.update(uow, UUID(ticket["id"]), TicketChanges(priority=Priority.HIGH))
        operation = uow.origin.operation_id
        await tickets.update(uow, UUID(ticket["id"]), TicketChanges(priority=Priority.LOW))
    async with shop.desk.database.unit(shop.system()) as uow:  # a job of the same operation
        uow.origin = Origin("job", operation)
        await tickets.update(uow, UUID(ticket["id"]), TicketChanges(priority=Priority.URGENT))
    events = await events_about(shop, ticket["id"])
    assert [kind for kind, _ in events].count("rule.fired") == 1
    history = (await agent.get(f"/tickets/{ticket['id']}/history")).json()["data"]
    assert [step["by"]["rule"] for step in history if step["by"] is not None] == [
        {"id": rule["id"], "name": rule["name"], "version": 1}
    ] * 2
    assert all(step["by"] is None for step in (await customer.get(f"/tickets/{ticket['id']}/history")).json()["data"])


async def test_a_stopped_rule_fires_no_more(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await saved(admin)
    stopped = (await admin.post(f"/rules/{rule['id']}/stop", {})).json()["data"]
    assert (stopped["enabled"], stopped["switched_off"]) == (False, "stopped")
    assert (await filed(customer))["tags"] == []


async def test_the_vocabulary_names_every_operator(shop: Organization) -> None:
    known = (await (await shop.client("admin")).get("/workflow/vocabulary")).json()["data"]
    operators = {each["name"]: each for each in known["operators"]}
    assert operators["was.status"]["words"] == ["new", "open", "pending", "hold", "solved", "closed"]
    assert {operators[name]["kind"] for name in ("assignee", "by", "was.requester")} == {"person"}
    assert (operators["created"]["kind"], operators["body"]["kind"], operators["requester.open"]["kind"]) == (
        "moment", "text", "number",
    )  # fmt: skip
    assert "add_tags" in known["actions"]


async def test_a_rule_below_one_that_stops_fires_once_in_an_operation_too(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    do = [{"note": {"text": "Seen"}}]
    await saved(admin, name="Notes", on=["ticket.created"], do=[*do, *do, *do])
    await saved(admin, name="Stops", on=["comment.added"], when="by:rule", do=[{"add_tags": ["a"]}], stop=True)
    await saved(admin, name="Below", on=["comment.added"], when="by:rule", do=[{"add_tags": ["b"]}])
    ticket = await filed(customer)
    await work(shop.desk, shop)
    fired = [event["name"] for kind, event in await events_about(shop, ticket["id"]) if kind == "rule.fired"]
    assert sorted(fired) == ["Below", "Notes", "Stops"]


async def test_rules_ask_since_when_who_wrote_last_who_follows_and_what_is_linked(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    follower = await shop.person("agent2")
    for name, when in {
        "fresh": "status.since<1h -was.status.since<1h",
        "stale": "status.since>2d",
        "answered": "staff.wrote<1h comment.by:staff",
        "first": "-was.staff.wrote>1s comment.by:staff",
        "returned": "was.customer.wrote>2d comment.by:customer",
        "followed": f"follower:{follower.email}",
        "alone": "follower:none linked:none",
        "due": "due<10d",
    }.items():
        await saved(admin, name=name, on=["ticket.updated", "comment.added"], when=when, do=[{"add_tags": [name]}])
    other, ticket = await filed(customer), await filed(customer)
    path = f"/tickets/{ticket['id']}"
    linked = f"linked:{other['number']}"
    await saved(admin, name="linked", on=["ticket.updated"], when=linked, do=[{"add_tags": ["linked"]}])
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update tickets set created_at = now() - interval '3 days', status_since = now() - interval '3 days', "
            "customer_wrote_at = now() - interval '3 days' where id = $1::text::uuid",
            ticket["id"],
        )

    async def tags_after(answer: Any) -> set[str]:
        assert answer.status_code in (200, 201), answer.text
        found = set((await agent.get(path)).json()["data"]["tags"])
        await agent.put(path, {"tags": []})  # wakes rules as well: their tags are taken away by the next one
        return found

    assert await tags_after(await agent.put(path, {"priority": "high"})) >= {"stale", "alone", "due"}
    assert "returned" in await tags_after(await customer.post(f"{path}/comments", {"body": "Hello?"}))
    assert "returned" not in await tags_after(await customer.post(f"{path}/comments", {"body": "Hello?"}))
    assert await tags_after(await agent.post(f"{path}/comments", {"body": "Here"})) >= {"answered", "first", "fresh"}
    assert (await agent.post(f"{path}/followers", {"user_id": str(follower.id)})).status_code in (200, 201)
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "insert into ticket_links (organization_id, ticket_id, other_id, kind, created_at) "
            "values ($1, $2::text::uuid, $3::text::uuid, 'related', now())",
            shop.id, ticket["id"], other["id"],
        )  # fmt: skip
    await agent.put(path, {"tags": []})  # takes away what was right before
    found = await tags_after(await agent.put(path, {"priority": "low"}))
    assert found >= {"followed", "linked"}
    assert not found & {"alone", "stale"}


async def test_a_rule_asks_for_the_api_key_that_made_a_change(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    keys = {
        name: await ok(await admin.post("/api-keys", {"name": name, "scopes": ["*"]}), 201)
        for name in ("Importer", "Shop")
    }
    programs = {name: shop.desk.client(None, x_api_key=key["key"]) for name, key in keys.items()}
    rule = await saved(admin, when="by:importer,rule", do=[{"add_tags": ["brought"]}])
    brought, other = await filed(programs["Importer"]), await filed(programs["Shop"])
    assert [ticket["tags"] for ticket in (brought, other, await filed(customer))] == [["brought"], [], []]
    results = await ok(
        await admin.post(
            "/rules/trials", {"rule_id": rule["id"], "since": (utc_now() - timedelta(hours=1)).isoformat()}
        )
    )
    assert [(each["number"], each["difference"]) for each in results["tried"]] == [(brought["number"], "same")]
    body = {"name": "A rule", "on": ["ticket.created"], "do": [{"add_tags": ["x"]}]}
    assert (await admin.post("/rules", {**body, "when": "by:gone"})).status_code == 422
    assert (await admin.delete(f"/api-keys/{keys['Shop']['id']}")).status_code == 200
    assert (await admin.post("/rules", {**body, "when": "by:shop"})).status_code == 422
    assert (await ok(await admin.get(f"/rules/{rule['id']}")))["enabled"] is True
    assert (await admin.delete(f"/api-keys/{keys['Importer']['id']}")).status_code == 200
    gone = await ok(await admin.get(f"/rules/{rule['id']}"))
    assert (gone["enabled"], gone["switched_off"]) == (False, "reference_gone")
