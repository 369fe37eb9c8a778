"""Webhooks are delivered signed, in order, once, to those who asked, with everything in the log."""

import asyncio
from datetime import timedelta

import pytest

from tests.features.webhooks.conftest import Post, file_ticket, log_of, register
from tests.support.desk import Desk, Organization, as_listed
from tests.support.receiver import Call, Receiver, answer
from tests.support.work import run_job, work


async def test_an_event_is_delivered_signed_and_in_v1s_form(shop: Organization, post: Post, receiver: Receiver) -> None:
    _, secret = await register(shop, receiver)
    ticket_id = await file_ticket(shop)
    await post.deliver()
    call = next(call for call in receiver.calls if call.type == "ticket.created")
    assert call.is_signed_with(secret)
    assert not call.is_signed_with("whsec_bm90IHRoZSBzZWNyZXQgdGhhdCB3YXMgZ2l2ZW4=")
    assert call.headers["content-type"] == "application/json"
    assert call.event.keys() == {"type", "timestamp", "data"}
    cause = {"by": None, "operation_id": None}
    assert call.event["data"] == await as_listed(await shop.client("admin"), ticket_id) | cause


async def test_a_comment_is_delivered_in_v1s_form_with_its_ticket(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    await register(shop, receiver, event_types=["comment.added"])
    agent = await shop.client("agent")
    ticket_id = await file_ticket(shop)
    url = {"filename": "a.png", "url": "https://example.com/a.png", "mime_type": "image/png", "size": 3}
    added = await agent.post(f"/tickets/{ticket_id}/comments", {"body": "Send it in.", "attachments": [url]})
    await post.deliver()
    (call,) = receiver.calls
    data = call.event["data"]
    assert data.pop("ticket") == await as_listed(agent, ticket_id)
    assert (data.pop("by"), data.pop("operation_id")) == (None, None)
    expected = added.json()["data"]
    assert [each["field"] for each in expected.pop("deliveries")] == ["to"], (
        "the way of the mail is for the staff alone"
    )
    assert data == expected


async def test_a_change_by_a_rule_names_the_rule(shop: Organization, post: Post, receiver: Receiver) -> None:
    admin = await shop.client("admin")
    body = {"name": "Mark", "on": ["ticket.created"], "do": [{"add_tags": ["seen"]}]}
    rule = (await admin.post("/rules", body)).json()["data"]
    await register(shop, receiver, event_types=["ticket.created", "ticket.updated", "rule.fired", "rule.stopped"])
    ticket_id = await file_ticket(shop)
    await admin.post(f"/rules/{rule['id']}/stop", {})
    await post.deliver()
    data = {call.type: call.event["data"] for call in receiver.calls}
    assert data.keys() == {"ticket.created", "rule.fired", "ticket.updated", "rule.stopped"}
    assert data["ticket.created"]["by"] is None
    assert data["ticket.updated"]["by"] == {"rule": {"id": rule["id"], "name": "Mark", "version": 1}}
    assert data["rule.fired"]["ticket"]["id"] == ticket_id
    assert data["ticket.created"]["operation_id"] == data["rule.fired"]["operation_id"] is not None
    assert data["rule.stopped"] == {"rule_id": rule["id"], "name": "Mark"}


async def test_a_change_names_what_changed(shop: Organization, post: Post, receiver: Receiver) -> None:
    await register(shop, receiver, event_types=["ticket.updated", "ticket.deleted"])
    admin, ticket_id = await shop.client("admin"), await file_ticket(shop)
    await admin.patch(f"/tickets/{ticket_id}/priority", {"priority": "urgent"})
    await admin.delete(f"/tickets/{ticket_id}")
    await post.deliver()
    assert [call.type for call in receiver.calls] == ["ticket.updated", "ticket.deleted"]
    assert receiver.calls[0].event["data"]["changes"]["priority"] == {"was": "normal", "now": "urgent"}
    assert receiver.calls[1].event["data"]["id"] == ticket_id


async def test_internal_notes_are_delivered_only_on_request(shop: Organization, post: Post) -> None:
    async with Receiver() as discreet, Receiver() as trusted:
        await register(shop, discreet)
        await register(shop, trusted, include_internal=True, event_types=["comment.added"])
        ticket_id = await file_ticket(shop)
        agent = await shop.client("agent")
        await agent.post(f"/tickets/{ticket_id}/comments", {"body": "He shouted.", "public": False})
        await agent.post(f"/tickets/{ticket_id}/comments", {"body": "We are sorry."})
        await post.deliver()
        assert [call.event["data"]["body"] for call in trusted.calls] == ["He shouted.", "We are sorry."]
        assert "comment.added" in {call.type for call in discreet.calls}
        assert not any(b"He shouted" in call.body for call in discreet.calls)


async def test_another_organization_receives_nothing(
    shop: Organization, rival: Organization, post: Post, receiver: Receiver
) -> None:
    await register(rival, receiver, event_types=["ticket.created"])
    await file_ticket(shop)
    await post.deliver()
    assert receiver.calls == []


async def test_earlier_events_are_not_delivered(shop: Organization, post: Post, receiver: Receiver) -> None:
    await file_ticket(shop, "Before")
    await register(shop, receiver, event_types=["ticket.created"])
    await file_ticket(shop, "After")
    await post.deliver()
    assert [call.event["data"]["subject"] for call in receiver.calls] == ["After"]


async def test_reading_the_journal_again_makes_nothing_twice(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    await register(shop, receiver, event_types=["ticket.created"])
    async with post.desk.database.unit(None) as uow:
        place = await uow.db.fetch_one("select xact_id::text, id from journal_readers where name = 'webhooks'")
    assert place is not None
    await file_ticket(shop)
    await post.deliver()
    async with post.desk.database.unit(None) as uow:
        await uow.db.execute(
            "update journal_readers set xact_id = $1::text::xid8, id = $2 where name = 'webhooks'", place[0], place[1]
        )
    await post.deliver()
    assert len(receiver.calls) == 1


async def test_a_failure_is_tried_again_under_the_same_id_and_a_new_signature(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    webhook_id, secret = await register(shop, receiver, event_types=["ticket.created"])
    await file_ticket(shop)
    receiver.answering = answer(503, b"busy")
    await post.deliver()
    receiver.answering = answer(204, b"")
    await post.deliver()
    assert len(receiver.calls) == 1, "not before the schedule says so"
    await post.deliver(timedelta(seconds=6))
    first, second = receiver.calls
    assert first.id == second.id
    assert first.body == second.body
    assert second.is_signed_with(secret)
    (delivery,) = await log_of(shop, webhook_id)
    assert (delivery["state"], delivery["next_attempt_at"]) == ("delivered", None)
    assert [attempt["response"]["status"] for attempt in delivery["attempts"]] == [503, 204]
    assert delivery["attempts"][0]["error"] == "It answered 503"
    assert delivery["attempts"][0]["response"]["body"] == "busy"
    assert delivery["body"] == first.event


async def test_deliveries_about_a_ticket_keep_their_order_while_others_go_on(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    await register(shop, receiver, event_types=["ticket.created", "ticket.updated"])
    stuck = await file_ticket(shop, "Stuck")
    receiver.answering = answer(500)
    await post.deliver()
    receiver.answering = answer()
    admin = await shop.client("admin")
    await admin.patch(f"/tickets/{stuck}/priority", {"priority": "high"})
    other = await file_ticket(shop, "Other")
    await post.deliver()
    assert [call.event["data"]["id"] for call in receiver.calls] == [stuck, other]
    await post.deliver(timedelta(seconds=6))
    assert [(call.type, call.event["data"]["id"]) for call in receiver.calls[2:]] == [
        ("ticket.created", stuck),
        ("ticket.updated", stuck),
    ]


async def test_nothing_waits_for_its_ticket_for_longer_than_the_bound(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    await register(shop, receiver, event_types=["ticket.created", "ticket.updated"])
    ticket_id = await file_ticket(shop)
    receiver.answering = answer(500)
    await post.deliver()
    await (await shop.client("admin")).patch(f"/tickets/{ticket_id}/priority", {"priority": "high"})
    await post.deliver()
    assert [call.type for call in receiver.calls] == ["ticket.created"]
    await post.round(timedelta(minutes=6))
    assert sorted(call.type for call in receiver.calls[1:]) == ["ticket.created", "ticket.updated"]


async def test_an_attempt_that_was_lost_with_its_worker_is_made_again(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    await register(shop, receiver, event_types=["ticket.created"])
    await file_ticket(shop)
    await post.gather()
    await post.dispatcher.start_due()
    await post.dispatcher.stop()  # the worker dies in the middle
    before = len(receiver.calls)
    await post.round()
    assert len(receiver.calls) == before, "it may still be under way elsewhere"
    await post.round(timedelta(seconds=21))
    assert len(receiver.calls) == before + 1


async def test_a_result_that_comes_after_the_lease_changes_nothing(
    shop: Organization, post: Post, receiver: Receiver
) -> None:
    webhook_id, _ = await register(shop, receiver, event_types=["ticket.created"])
    await file_ticket(shop)
    taken_over = asyncio.Event()

    async def late(call: Call, writer: asyncio.StreamWriter) -> None:
        await taken_over.wait()
        await answer()(call, writer)

    receiver.answering = late
    await post.gather()
    await post.dispatcher.start_due()
    async with post.desk.database.unit(shop.system()) as uow:  # another worker takes it for lost, and takes it
        await uow.db.execute("update webhook_deliveries set attempts = attempts + 1")
    taken_over.set()
    await post.dispatcher.drain()
    (delivery,) = await log_of(shop, webhook_id)
    assert delivery["attempts"] == []
    assert delivery["state"] == "pending"


@pytest.mark.parametrize("minutes_later", [0, 23 * 60, 25 * 60])
async def test_a_rotated_secret_overlaps_with_its_successor_for_a_day(
    shop: Organization, post: Post, receiver: Receiver, minutes_later: int
) -> None:
    webhook_id, old = await register(shop, receiver, event_types=["ticket.created"])
    rotated = await (await shop.client("admin")).post(f"/webhooks/{webhook_id}/rotate-secret")
    new = rotated.json()["data"]["secret"]
    assert new != old
    await file_ticket(shop)
    await post.deliver(timedelta(minutes=minutes_later))
    (call,) = receiver.calls
    assert call.is_signed_with(new)
    assert call.is_signed_with(old) == (minutes_later < 24 * 60)


async def test_deliveries_about_a_purged_ticket_are_deleted_and_its_purge_is_delivered(
    desk: Desk, shop: Organization, post: Post, receiver: Receiver
) -> None:
    webhook_id, _ = await register(shop, receiver, event_types=["ticket.created", "ticket.purged"])
    ticket_id = await file_ticket(shop, "Unmistakable")
    await (await shop.client("admin")).delete(f"/tickets/{ticket_id}")
    await post.deliver()
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update tickets set deleted_at = deleted_at - interval '31 days'")
    await run_job(desk, "tickets.purge_deleted")
    await post.deliver()
    await work(desk, shop)
    assert receiver.calls[-1].event["data"] == {"id": ticket_id}
    (delivery,) = await log_of(shop, webhook_id)
    assert (delivery["type"], delivery["state"]) == ("ticket.purged", "delivered")
