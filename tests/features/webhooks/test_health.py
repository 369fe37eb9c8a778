"""A dead receiver does not slow down others; in the end it is disabled and admins are notified."""

import asyncio
from datetime import timedelta

import pytest

from deskbell.features.webhooks import sending
from deskbell.features.webhooks.dispatch import SLOW
from deskbell.features.webhooks.schedule import DELAYS
from tests.features.webhooks.conftest import Post, file_ticket, log_of, register
from tests.support.desk import Desk, Organization
from tests.support.receiver import Receiver, answer, never_answer
from tests.support.work import work


async def shown(shop: Organization, webhook_id: str) -> dict[str, object]:
    answer = await (await shop.client("admin")).get(f"/webhooks/{webhook_id}")
    answer_data: dict[str, object] = answer.json()["data"]
    return answer_data


async def mails_to(desk: Desk, address: str) -> list[str]:
    async with desk.database.unit(None) as uow:
        rows = await uow.db.fetch_all("select body_text from outbox where recipient = $1", address)
    return [row[0] for row in rows]


async def test_gone_disables_the_webhook_and_notifies_the_admins(
    desk: Desk, shop: Organization, post: Post, receiver: Receiver
) -> None:
    webhook_id, _ = await register(shop, receiver, event_types=["ticket.created"])
    await file_ticket(shop)
    receiver.answering = answer(410)
    await post.deliver()
    webhook = await shown(shop, webhook_id)
    assert (webhook["enabled"], webhook["disabled_reason"]) == (False, "gone")
    await file_ticket(shop)
    await post.deliver(timedelta(days=2))
    assert len(receiver.calls) == 1
    await work(desk, shop)
    admin, agent = await shop.person("admin"), await shop.person("agent")
    (mail,) = await mails_to(desk, admin.email)
    assert receiver.url in mail
    assert "410" in mail
    assert await mails_to(desk, agent.email) == []
    (notification,) = (await admin.client.get("/notifications")).json()["data"]
    assert (notification["type"], notification["link"]) == ("webhook_disabled", "/desk/admin/webhooks")
    assert receiver.url in notification["message"]
    assert (await agent.client.get("/notifications")).json()["data"] == []


async def test_when_all_attempts_of_a_day_have_failed_it_is_switched_off(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    webhook_id, _ = await register(shop, receiver, event_types=["ticket.created"])
    await file_ticket(shop)
    receiver.answering = answer(500)
    await post.deliver()
    for _ in DELAYS:
        assert (await shown(shop, webhook_id))["enabled"]
        assert await post.round(timedelta(days=2)) == 1
    webhook = await shown(shop, webhook_id)
    assert (webhook["enabled"], webhook["disabled_reason"]) == (False, "failing")
    (delivery,) = await log_of(shop, webhook_id)
    assert (delivery["state"], len(delivery["attempts"])) == ("failed", len(DELAYS) + 1)


async def test_one_event_that_a_receiver_cannot_take_does_not_switch_off_the_rest(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    webhook_id, _ = await register(shop, receiver, event_types=["ticket.created"])
    await file_ticket(shop, "Poison")
    receiver.answering = answer(400)
    await post.deliver()
    for _ in DELAYS:
        receiver.answering = answer()
        await file_ticket(shop, "Wholesome")
        await post.deliver()
        receiver.answering = answer(400)
        await post.round(timedelta(days=2))
    assert (await shown(shop, webhook_id))["enabled"]
    log = await log_of(shop, webhook_id)
    assert [delivery["state"] for delivery in log] == ["delivered"] * len(DELAYS) + ["failed"]


async def test_three_days_without_success_switch_it_off(shop: Organization, post: Post, receiver: Receiver) -> None:
    webhook_id, _ = await register(shop, receiver, event_types=["ticket.created"])
    receiver.answering = answer(500)
    await file_ticket(shop)
    await post.deliver()
    async with post.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update webhooks set failing_since = failing_since - interval '3 days'")
    await post.round(timedelta(seconds=6))
    assert (await shown(shop, webhook_id))["disabled_reason"] == "failing"


async def test_switched_on_again_it_is_sent_what_was_waiting(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    webhook_id, _ = await register(shop, receiver, event_types=["ticket.created"])
    admin = await shop.client("admin")
    await file_ticket(shop, "Waiting")
    await post.gather()
    await admin.patch(f"/webhooks/{webhook_id}", {"enabled": False})
    await file_ticket(shop, "Missed")
    await post.deliver()
    assert receiver.calls == []
    switched_on = await admin.patch(f"/webhooks/{webhook_id}", {"enabled": True})
    assert switched_on.json()["data"]["enabled"]
    await post.deliver()
    assert [call.event["data"]["subject"] for call in receiver.calls] == ["Waiting"]


async def test_a_receiver_that_hangs_does_not_delay_another(shop: Organization, post: Post, receiver: Receiver) -> None:
    async with Receiver(never_answer) as dead:
        await register(shop, dead, event_types=["ticket.created"])
        await register(shop, receiver, event_types=["ticket.created"])
        for number in range(30):
            await file_ticket(shop, f"Number {number}")
        await post.gather()
        post.dispatcher.finished = (again := asyncio.Event()).set
        while len(receiver.calls) < 30:  # no attempt to the dead one ever ends here
            if not await post.dispatcher.start_due():
                await again.wait()
                again.clear()
        await dead.until(lambda calls: len(calls) >= 8)
        assert len(dead.calls) == 8, "one receiver's share of the places"


async def test_who_has_failed_waits_in_a_lane_of_their_own(
    shop: Organization, post: Post, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.1)
    async with Receiver(never_answer) as dead:
        await register(shop, dead, event_types=["ticket.created"])
        for number in range(10):
            await file_ticket(shop, f"Number {number}")
        await post.gather()
        assert await post.round() == 8
        assert await post.round() == SLOW.per_webhook


@pytest.mark.parametrize("status", [200, 500])
async def test_a_test_call_is_made_once_whatever_it_meets(
    shop: Organization, post: Post, receiver: Receiver, status: int
) -> None:
    webhook_id, secret = await register(shop, receiver)
    admin = await shop.client("admin")
    await admin.patch(f"/webhooks/{webhook_id}", {"enabled": False})
    receiver.answering = answer(status)
    made = await admin.post(f"/webhooks/{webhook_id}/test")
    assert made.status_code == 202
    assert made.json()["data"]["state"] == "pending"
    await post.deliver(timedelta(days=2))
    (call,) = receiver.calls
    assert call.type == "webhook.test"
    assert call.is_signed_with(secret)
    (delivery,) = await log_of(shop, webhook_id)
    assert delivery["state"] == ("delivered" if status == 200 else "failed")
    assert delivery["event_id"] is None


async def test_sending_again_by_hand_keeps_the_id(shop: Organization, post: Post, receiver: Receiver) -> None:
    webhook_id, _ = await register(shop, receiver, event_types=["ticket.created"])
    await file_ticket(shop)
    await post.deliver()
    (delivery,) = await log_of(shop, webhook_id)
    again = await (await shop.client("admin")).post(f"/webhooks/{webhook_id}/deliveries/{delivery['id']}/redeliver")
    assert (again.status_code, again.json()["data"]["state"]) == (202, "pending")
    await post.deliver()
    first, second = receiver.calls
    assert first.id == second.id
    (delivery,) = await log_of(shop, webhook_id)
    assert [attempt["number"] for attempt in delivery["attempts"]] == [1, 2]
