"""Calls of webhooks by rules."""

from tests.api.v1.test_rule_effects import outcomes
from tests.api.v1.test_rules import filed, saved
from tests.features.webhooks.conftest import Post, register
from tests.support.desk import Organization
from tests.support.receiver import Receiver


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
