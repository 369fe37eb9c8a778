"""Calls of webhooks by rules."""

import re
from datetime import timedelta

from deskbell.features.webhooks.schedule import DELAYS
from tests.api.v1.test_rule_effects import outcomes
from tests.api.v1.test_rules import filed, saved
from tests.features.webhooks.conftest import Post, register
from tests.support.desk import Organization
from tests.support.receiver import Receiver, answer
from tests.web.test_metrics import at


async def test_a_rule_calls_one_webhook_with_its_own_data(shop: Organization, post: Post, receiver: Receiver) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await register(shop, receiver, event_types=["ticket.deleted", "rule.fired"])
    url = receiver.url
    rule = await saved(
        admin, do=[{"webhook": {"webhook": url, "data": {"text": "#{{ticket.number}}", "deep": [{"n": 1}]}}}]
    )
    ticket = await filed(customer)
    await post.deliver()
    await post.deliver()
    (call,) = receiver.calls
    assert call.type == "rule.fired"
    data = call.event["data"]
    assert data["ticket"]["id"] == ticket["id"]
    assert data["rule"] == {"id": rule["id"], "name": rule["name"], "version": 1}
    assert data["data"] == {"text": f"#{ticket['number']}", "deep": [{"n": 1}]}
    assert await outcomes(shop, ticket["id"]) == [("webhook", "done", None)]
    (use,) = (await admin.get("/rules")).json()["data"]
    (webhook,) = (await admin.get("/webhooks")).json()["data"]
    assert (await admin.delete(f"/webhooks/{webhook['id']}")).status_code == 200
    assert (use["enabled"], (await admin.get("/rules")).json()["data"][0]["enabled"]) == (True, False)


async def test_a_call_that_fails_for_good_shows_on_the_ticket_in_the_rules_list_and_in_the_figures(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    webhook_id, _ = await register(shop, receiver, event_types=["ticket.deleted"])
    rule = await saved(admin, do=[{"webhook": {"webhook": receiver.url, "data": {"n": "{{ticket.number}}"}}}])
    ticket = await filed(customer)
    receiver.answering = answer(500)

    async def seen() -> list[tuple[str, str, str | None]]:
        chain = (await admin.get(f"/tickets/{ticket['id']}/explanation")).json()["data"]
        (firing,) = (await admin.get(f"/rules/{rule['id']}/firings")).json()["data"]
        assert chain[0]["rules"][0]["effects"] == firing["effects"]
        return [(each["kind"], each["outcome"], each["reason"]) for each in firing["effects"]]

    before = await figure(shop, "failed")
    await post.deliver()
    assert await seen() == [("webhook", "done", None)], "its call waits to be made again"
    for _ in DELAYS:
        await post.round(timedelta(days=2))
    assert await seen() == [("webhook", "failed", "webhook.failed")]
    assert await figure(shop, "failed") == before + 1
    receiver.answering = answer(200)
    (delivery,) = (await admin.get(f"/webhooks/{webhook_id}/deliveries")).json()["data"]
    again = await admin.post(f"/webhooks/{webhook_id}/deliveries/{delivery['id']}/redeliver")
    assert again.status_code == 202, again.text
    await post.deliver()
    assert await seen() == [("webhook", "done", None)], "a call that is made again by hand comes through"


async def test_a_macro_calls_one_webhook_and_its_failure_is_on_the_ticket(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    await register(shop, receiver, event_types=["ticket.deleted"])
    call = {"webhook": {"webhook": receiver.url, "data": {"text": "#{{ticket.number}} by {{agent.name}}"}}}
    made = await admin.post("/macros", {"title": "Order a part", "shared": True, "do": [call]})
    macro = made.json()["data"]
    ticket = await filed(customer)
    applied = await agent.post(f"/macros/{macro['id']}/apply", {"ticket_ids": [ticket["id"]]})
    assert applied.json()["data"]["updated"] == 1, applied.text
    await post.deliver()
    await post.deliver()
    (sent,) = receiver.calls
    assert (sent.type, sent.event["data"]["data"]) == ("ticket.macro_applied", {"text": "#1 by Agent"})
    assert sent.event["data"]["macro"] == {"id": macro["id"], "name": "Order a part", "version": 1}
    assert sent.event["data"]["ticket"]["id"] == ticket["id"]
    assert await outcomes(shop, ticket["id"]) == [("webhook", "done", None)]
    receiver.answering = answer(500)
    await agent.post(f"/macros/{macro['id']}/apply", {"ticket_ids": [ticket["id"]]})
    await post.deliver()
    for _ in DELAYS:
        await post.round(timedelta(days=2))
    assert (await outcomes(shop, ticket["id"]))[-1] == ("webhook", "failed", "webhook.failed")


async def test_a_rule_calls_through_a_macro(shop: Organization, post: Post, receiver: Receiver) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await register(shop, receiver, event_types=["ticket.deleted"])
    call = {"webhook": {"webhook": receiver.url, "data": {"text": "#{{ticket.number}}"}}}
    await admin.post("/macros", {"title": "Order", "shared": True, "do": [{"set": {"priority": "high"}}, call]})
    rule = await saved(admin, do=[{"macro": "Order"}])
    ticket = await filed(customer)
    await post.deliver()
    await post.deliver()
    (sent,) = receiver.calls
    assert (sent.type, sent.event["data"]["rule"]["id"]) == ("rule.fired", rule["id"])
    assert sent.event["data"]["data"] == {"text": "#1"}
    assert ("webhook", "done", None) in await outcomes(shop, ticket["id"])


async def figure(shop: Organization, outcome: str) -> float:
    """The number of calls with an outcome in `/metrics`; other tests of this process count as well."""
    text = (await at(shop.desk.app, "127.0.0.1").get("/metrics")).text
    found = re.search(rf'^deskbell_rule_effects_total{{kind="webhook",outcome="{outcome}"}} (.+)$', text, re.MULTILINE)
    return float(found[1]) if found else 0.0
