"""v1: rules ask for own fields and set them, own statuses, snooze, escalate and follow."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from deskbell.features.tickets.events import SlaBreached
from deskbell.features.tickets.service.snoozing import wake_due
from deskbell.kernel.clock import utc_now
from tests.api.v1.test_operations import ok
from tests.api.v1.test_rule_trials import tried
from tests.api.v1.test_rules import filed, group, saved
from tests.support.desk import Client, Organization
from tests.support.journal import events_about
from tests.support.work import run_job, work

FIELDS: list[dict[str, Any]] = [
    {"key": "order", "type": "text", "label": "Order", "customer": "write"},
    {"key": "price", "type": "decimal", "label": "Price", "customer": "write", "limits": {"places": 2, "maximum": 500}},
    {"key": "part", "type": "nested", "label": "Part", "customer": "write",
     "options": [{"key": "hardware", "label": "Hardware"}, {"key": "hardware/laptop", "label": "Laptop"}]},
]  # fmt: skip


async def defined(admin: Client) -> None:
    for field in FIELDS:
        await ok(await admin.post("/fields", field), 201)


async def test_rules_ask_for_values_of_fields_and_set_them(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await defined(admin)
    await saved(
        admin, when="field.part:hardware field.price>=100 -field.order:none",
        do=[{"set": {"fields": {"price": 99.5}}}, {"fill": {"fields": {"order": "never", "part": "hardware"}}}],
    )  # fmt: skip
    await saved(admin, when="field.price<100", do=[{"add_tags": ["cheap"]}])
    await saved(
        admin, on=["ticket.updated"], when="was.field.order:a-1 changed:custom_fields", do=[{"add_tags": ["moved"]}]
    )
    ticket = await filed(customer, fields={"order": "A-1", "price": 250, "part": "hardware/laptop"})
    assert (ticket["fields"], ticket["tags"]) == ({"order": "A-1", "price": 99.5, "part": "hardware/laptop"}, ["cheap"])
    changed = await ok(await admin.put(f"/tickets/{ticket['id']}", {"fields": {"order": "A-2"}}))
    assert changed["tags"] == ["cheap", "moved"]
    other = await filed(customer, fields={"price": 250, "part": "hardware"})
    assert (other["fields"]["price"], other["tags"]) == (250, [])
    for rule in await ok(await admin.get("/rules")):
        assert {each["difference"] for each in await tried(admin, rule_id=rule["id"])} == {"same"}


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ({"when": "field.nothing:1"}, "when"),
        ({"when": "field.price:cheap"}, "when"),
        ({"do": [{"set": {"fields": {"nothing": 1}}}]}, "do.0.set.fields.nothing"),
        ({"do": [{"set": {"fields": {"price": 501}}}]}, "do.0.set.fields.price"),
        ({"do": [{"set": {"custom_status": "Nowhere"}}]}, "do.0.set.custom_status"),
        ({"do": [{"snooze": "soon"}]}, "do.0.snooze"),
        ({"do": [{"follow": []}]}, "do.0.follow"),
        ({"do": [{"follow": ["nobody@shop.example"]}]}, "do.0.follow.0"),
        ({"do": [{"escalate": {"group": "Nowhere"}}]}, "do.0.escalate.group"),
    ],
)
async def test_a_rule_that_names_what_is_not_there_is_refused(
    shop: Organization, rule: dict[str, Any], path: str
) -> None:
    admin = await shop.client("admin")
    await defined(admin)
    answer = await admin.post("/rules", {"name": "A", "on": ["ticket.created"], "do": [{"add_tags": ["x"]}], **rule})
    assert answer.status_code == 422, answer.text
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [path]


async def test_a_rule_is_switched_off_with_its_field_and_its_status(shop: Organization) -> None:
    admin = await shop.client("admin")
    await defined(admin)
    status = await ok(await admin.post("/statuses", {"name": "In repair", "category": "hold"}), 201)
    asks = await saved(admin, when="field.price>1")
    sets = await saved(admin, do=[{"set": {"custom_status": "In repair"}}])
    assert (await admin.delete("/fields/price")).status_code == 200
    assert (await admin.delete(f"/statuses/{status['id']}")).status_code == 200
    for rule in (asks, sets):
        shown = await ok(await admin.get(f"/rules/{rule['id']}"))
        assert (shown["enabled"], shown["switched_off"]) == (False, "reference_gone")


async def test_rules_set_own_statuses_snooze_and_escalate(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    lead = await shop.client("team_lead")
    await ok(await admin.post("/statuses", {"name": "In repair", "category": "hold"}), 201)
    await group(admin, "Experts")
    await saved(admin, when="subject:repair", do=[{"set": {"custom_status": "In repair"}}])
    await saved(admin, when="subject:later", do=[{"snooze": "2d"}])
    await saved(admin, when="subject:fire", do=[{"escalate": {"group": "Experts"}}])
    repair = await filed(customer, subject="Repair it")
    later = await filed(customer, subject="Later, please")
    fire = await filed(customer, subject="Fire", priority="high")
    assert (await ok(await admin.get(f"/tickets/{repair['id']}")))["custom_status"]["name"] == "In repair"
    shown = await ok(await admin.get(f"/tickets/{later['id']}"))
    assert (shown["status"], shown["snoozed_until"] is None) == ("pending", False)
    kinds = [kind for kind, _ in await events_about(shop, later["id"])]
    assert kinds == ["ticket.created", "rule.fired", "ticket.snoozed", "ticket.updated"]
    shown = await ok(await admin.get(f"/tickets/{fire['id']}"))
    assert (shown["priority"], shown["group"]["name"]) == ("urgent", "Experts")
    kinds = [kind for kind, _ in await events_about(shop, fire["id"])]
    assert kinds == ["ticket.created", "rule.fired", "ticket.escalated", "ticket.assigned", "ticket.updated"]
    await work(shop.desk, shop)
    seen = [each for each in await ok(await lead.get("/notifications")) if each["type"] == "rule"]
    assert [each["message"] for each in seen] == ["Fire"]


async def test_rules_let_staff_follow(shop: Organization) -> None:
    admin, customer, agent = await shop.client("admin"), await shop.client("customer"), await shop.person("agent")
    await saved(admin, do=[{"follow": [agent.email]}])
    await saved(admin, on=["ticket.updated"], when="priority:low", do=[{"unfollow": [agent.email]}])
    ticket = await filed(customer)
    await work(shop.desk, shop)
    assert [each["user_id"] for each in await ok(await admin.get(f"/tickets/{ticket['id']}/followers"))] == [
        str(agent.id)
    ]
    await admin.put(f"/tickets/{ticket['id']}", {"priority": "low"})
    await work(shop.desk, shop)
    assert await ok(await admin.get(f"/tickets/{ticket['id']}/followers")) == []


async def test_alarms_feedback_and_the_end_of_a_snooze_wake_rules(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await saved(admin, on=["sla.breached"], do=[{"escalate": {}}, {"add_tags": ["late"]}])
    await saved(admin, on=["feedback.received"], when="-tag:late", do=[{"add_tags": ["rated"]}])
    await saved(admin, on=["ticket.woke"], when="was.status:pending status:open", do=[{"add_tags": ["woke"]}])
    await saved(admin, on=["ticket.updated"], when="by:rule changed:priority", do=[{"add_tags": ["chained"]}])
    late, rated, asleep = await filed(customer), await filed(customer), await filed(customer)
    await ok(await admin.patch(f"/tickets/{rated['id']}/status", {"status": "solved"}))
    await ok(await customer.post(f"/feedback/tickets/{rated['id']}", {"rating": 5}), 201)
    until = utc_now() + timedelta(minutes=5)
    await ok(await admin.patch(f"/tickets/{asleep['id']}/snooze", {"until": until.isoformat()}))
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update tickets set snoozed_until = now() - interval '1 second' where snoozed_until is not null"
        )
    await wake_due(shop.desk.database, utc_now())
    async with shop.desk.database.unit(shop.system()) as uow:
        uow.record(SlaBreached(ticket_id=UUID(late["id"]), target="resolution", due_at=uow.now))
    await work(shop.desk, shop)
    tags = [(await ok(await admin.get(f"/tickets/{each['id']}")))["tags"] for each in (late, rated, asleep)]
    assert tags == [["late", "chained"], ["rated"], ["woke"]]
    fired = [event["name"] for kind, event in await events_about(shop, late["id"]) if kind == "rule.fired"]
    assert len(fired) == 2
    async with shop.desk.database.unit(shop.system()) as uow:
        event_id = await uow.db.fetch_value("select id from events where type = 'sla.breached'")
    task = {
        "organization_id": str(shop.id), "ticket_id": late["id"], "event_id": event_id, "kind": "sla.breached",
        "operation_id": None, "woken_by": [],
    }  # fmt: skip
    await run_job(shop.desk, "rules.wake_rules", msgspec.json.encode(task))
    again = [event["name"] for kind, event in await events_about(shop, late["id"]) if kind == "rule.fired"]
    assert again == fired, "a job that runs twice fires nothing twice"


async def test_a_merge_wakes_rules_on_both_tickets(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    when = {"all": ["by:staff"], "any": ["status:closed", "linked:1"]}
    await saved(admin, on=["ticket.merged"], when=when, do=[{"add_tags": ["merged"]}])
    await saved(admin, name="Kept", on=["ticket.merged"], when="-status:closed", do=[{"set": {"priority": "high"}}])
    again, first, other = await filed(customer), await filed(customer), await filed(customer)
    for into, kind in ((other, "related"), (first, "merged")):
        made = await agent.post(f"/tickets/{again['id']}/links", {"ticket_id": into["id"], "kind": kind})
        assert made.status_code == 201, made.text
    await work(shop.desk, shop)
    shown = [(await admin.get(f"/tickets/{each['id']}")).json()["data"] for each in (again, first, other)]
    assert [(each["status"], each["priority"], each["tags"]) for each in shown] == [
        ("closed", "normal", ["merged"]), ("new", "high", ["merged"]), ("new", "normal", []),
    ]  # fmt: skip


async def test_a_returning_customer_goes_to_whoever_answered_last(shop: Organization) -> None:
    admin, customer, agent = await shop.client("admin"), await shop.client("customer"), await shop.person("agent")
    await saved(admin, do=[{"assign": "last"}])
    first = await filed(customer)
    assert first["assignee"] is None
    await ok(await agent.client.post(f"/tickets/{first['id']}/comments", {"body": "Here you are"}), 201)
    await ok(await admin.post(f"/tickets/{first['id']}/comments", {"body": "A note", "public": False}), 201)
    second = await filed(customer)
    assert (await ok(await admin.get(f"/tickets/{second['id']}")))["assignee"]["id"] == str(agent.id)
    other = await filed(await shop.client("customer2"))
    assert other["assignee"] is None
    refused = [event["refused"] for kind, event in await events_about(shop, other["id"]) if kind == "rule.fired"]
    assert refused == [["agent.unknown"]]
