"""Mailboxes that send through a mail server of their own: sign-in, limits, and trouble that costs no mail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from deskbell.features.mail.service.smtp import asks_for_patience, next_turn
from deskbell.features.mail.smtp import SmtpRate
from deskbell.kernel.clock import utc_now
from deskbell.runtime.mail_transport import Answer, Transport, Way
from tests.features.mail.test_filing import received, written
from tests.features.mail.test_sending import CLEO, FRIEND, replied, states
from tests.jobs.test_imap import mailbox_id
from tests.support.desk import Organization
from tests.support.sink import Sink, running_sink
from tests.support.work import dispatching, leave_alone_others, tools_of, work


async def own_server(shop: Organization, sink: Sink, **more: Any) -> UUID:
    """Has the shop's mail sent through the sink."""
    box = await mailbox_id(shop)
    body = {
        "host": "127.0.0.1",
        "port": sink.port,
        "security": "none",
        "username": "ann",
        "password": "correct",
        **more,
    }
    saved = await (await shop.client("admin")).put(f"/mailboxes/{box}/smtp", body)
    assert saved.status_code == 200, saved.text
    return box


@asynccontextmanager
async def signing_in() -> AsyncIterator[Sink]:
    """A sink that asks for a password."""
    async with running_sink() as sink:
        sink.accounts["ann"] = "correct"
        yield sink


async def send(shop: Organization, later: timedelta = timedelta(0)) -> None:
    """Makes each due delivery once."""
    tools = tools_of(shop.desk)
    settings = msgspec.structs.replace(tools.settings, webhook_allowed_hosts=("127.0.0.1",))
    await work(shop.desk, shop, send=False)
    await leave_alone_others(shop)
    async with dispatching(msgspec.structs.replace(tools, settings=settings)) as dispatcher:
        await dispatcher.start_due(utc_now() + later)
        await dispatcher.drain()


async def shown(shop: Organization, box: UUID) -> Any:
    """The account as admins see it."""
    return (await (await shop.client("admin")).get(f"/mailboxes/{box}/smtp")).json()["data"]


async def ticket(shop: Organization) -> UUID:
    """A ticket with two people."""
    first = await received(shop, written(CLEO, to=(f"support@{shop.domain}", FRIEND)))
    assert first.ticket_id is not None
    return first.ticket_id


async def test_a_mailbox_sends_through_its_own_server_under_its_own_address(shop: Organization) -> None:
    async with signing_in() as sink:
        box = await own_server(shop, sink)
        await replied(shop, await ticket(shop))
        await send(shop)
        assert await states(shop) == {CLEO: "sent", FRIEND: "sent"}
        assert set(sink.signed_in) == {"ann"}
        assert {sender for sender, _, _ in sink.taken} == {f"support@{shop.domain}"}
        assert (await shown(shop, box))["last_sent_at"] is not None


async def test_a_refused_sign_in_stops_the_mailbox_and_fails_no_mail(shop: Organization) -> None:
    async with signing_in() as sink:
        box = await own_server(shop, sink, password="wrong")
        await replied(shop, await ticket(shop))
        await send(shop)
        assert set((await states(shop)).values()) == {"queued"}
        found = await shown(shop, box)
        assert found["trouble"] == "sign_in"
        assert found["failing_since"] is not None
        await own_server(shop, sink)
        assert (await shown(shop, box))["trouble"] is None
        await send(shop, timedelta(minutes=10))
        assert set((await states(shop)).values()) == {"sent"}
        assert len(sink.taken) == 2


async def test_admins_are_notified_once_of_a_server_that_takes_nothing(shop: Organization) -> None:
    async with signing_in() as sink:
        box = await own_server(shop, sink, password="wrong")
        await replied(shop, await ticket(shop))

        async def alerts() -> list[Any]:
            found = (await (await shop.client("admin")).get("/notifications")).json()["data"]
            return [each for each in found if each["type"] == "mail_mailbox"]

        await send(shop)
        assert await alerts() == []
        async with shop.desk.database.unit(shop.system()) as uow:
            await uow.db.execute(
                "update smtp_accounts set failing_since = now() - interval '16 minutes', paused_until = '-infinity'"
            )
        await send(shop, timedelta(minutes=6))
        await send(shop, timedelta(minutes=12))
        assert len(await alerts()) == 1
        await own_server(shop, sink)
        async with shop.desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update smtp_accounts set alerted_at = now(), failing_since = now()")
        await send(shop, timedelta(minutes=30))
        async with shop.desk.database.unit(shop.system()) as uow:
            assert await uow.db.fetch_value("select count(*) from events where type = 'mailbox.recovered'") == 1
        assert (await shown(shop, box))["failing_since"] is None


async def test_a_mailbox_keeps_to_its_mails_a_minute_and_loses_none(shop: Organization) -> None:
    async with signing_in() as sink:
        await own_server(shop, sink, per_minute=1)
        await replied(shop, await ticket(shop))
        await send(shop)
        assert sorted((await states(shop)).values()) == ["queued", "sent"]
        async with shop.desk.database.unit(shop.system()) as uow:
            tries = await uow.db.fetch_value("select sum(tries) from mail_deliveries where state = 'queued'")
            await uow.db.execute("update smtp_accounts set window_at = now() - interval '61 seconds'")
        assert tries == 0, "waiting for one's turn is no attempt"
        await send(shop, timedelta(minutes=2))
        assert set((await states(shop)).values()) == {"sent"}
        assert len(sink.taken) == 2


async def test_a_server_that_asks_for_patience_halves_the_rate(shop: Organization) -> None:
    async with signing_in() as sink:
        box = await own_server(shop, sink, per_minute=30)
        sink.answer = lambda phase, _to: "432 4.3.2 Concurrent connections limit exceeded" if phase == "DATA" else None
        await replied(shop, await ticket(shop))
        await send(shop)
        left = set((await states(shop)).values())
        assert "delayed" in left
        assert left <= {"delayed", "queued"}  # the second may already wait for the lower rate
        found = await shown(shop, box)
        assert (found["slowed"] > 0, found["trouble"]) == (True, None)


async def test_a_server_that_cannot_be_reached_costs_a_mail_no_attempt(shop: Organization) -> None:
    async with signing_in() as sink:
        box = await own_server(shop, sink)
    await replied(shop, await ticket(shop))
    for minutes in (0, 10, 20):
        await send(shop, timedelta(minutes=minutes))
    assert (await shown(shop, box))["trouble"] == "connect"
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all("select state, tries, first_tried_at from mail_deliveries")
    assert {(row["state"], row["tries"], row["first_tried_at"]) for row in rows} == {("queued", 0, None)}


async def test_an_organization_has_so_many_attempts_under_way_and_no_more(shop: Organization) -> None:
    found = await ticket(shop)
    for number in range(6):
        await replied(shop, found, f"Number {number}")
    await work(shop.desk, shop, send=False)
    tools = tools_of(shop.desk)
    async with dispatching(tools, Mute) as dispatcher:
        for _ in range(3):
            await dispatcher.start_due(utc_now() + timedelta(minutes=1))
        assert dispatcher._attempts[shop.id] <= 8
        Mute.release.set()
        await dispatcher.drain()
        assert not dispatcher._attempts


class Mute(Transport):
    """A transport that says nothing until it is released."""

    release = asyncio.Event()

    async def send(self, content: bytes, sender: str, recipient: str, way: Way | None = None) -> Answer:
        await self.release.wait()
        assert content
        assert sender
        assert recipient
        assert way is None
        return Answer(250, "OK", is_taken=True)


def test_rates_are_kept_recover_by_steps_and_wait_for_the_end_of_a_pause() -> None:
    now = utc_now()
    rate = SmtpRate(
        per_minute=4, window_at=now - timedelta(minutes=2), sent=4, slowed=1, paused_until=now - timedelta(days=1)
    )
    rate, wait = next_turn(rate, now)
    assert (rate.slowed, rate.sent, rate.window_at, wait) == (0, 1, now, None)
    for _ in range(3):
        rate, wait = next_turn(rate, now)
        assert wait is None
    rate, wait = next_turn(rate, now + timedelta(seconds=20))
    assert wait == now + timedelta(minutes=1)
    paused = msgspec.structs.replace(rate, paused_until=now + timedelta(seconds=90), slowed=2)
    paused, wait = next_turn(paused, now + timedelta(seconds=70))
    assert (wait, paused.slowed) == (now + timedelta(seconds=90), 2)
    paused, wait = next_turn(paused, now + timedelta(seconds=95))
    assert wait is None
    paused, wait = next_turn(paused, now + timedelta(seconds=96))
    assert wait is not None, "four halved twice is one"


@pytest.mark.parametrize("paused_for", [None, 90])
def test_deliveries_that_wait_get_turns_in_minutes_that_have_places(paused_for: int | None) -> None:
    now = utc_now()
    paused_until = now - timedelta(days=1) if paused_for is None else now + timedelta(seconds=paused_for)
    rate = SmtpRate(per_minute=3, window_at=now, sent=0 if paused_for else 3, slowed=0, paused_until=paused_until)
    begins = paused_until if paused_for else now + timedelta(minutes=1)
    waits = []
    for _ in range(7):
        rate, wait = next_turn(rate, now)
        waits.append(wait)
    assert waits == [begins + timedelta(minutes=minutes) for minutes in (0, 0, 0, 1, 1, 1, 2)]


@pytest.mark.parametrize(
    ("answer", "asks"),
    [
        (Answer(421, "4.7.0 Try again later"), True),
        (Answer(432, "4.3.2 Concurrent connections limit exceeded"), True),
        (Answer(451, "4.7.500 Server busy"), True),
        (Answer(451, "4.3.2 Please try again later"), True),
        (Answer(451, "4.3.0 Local trouble"), False),
        (Answer(250, "OK", is_taken=True), False),
    ],
)
def test_what_counts_as_a_plea_for_patience(answer: Answer, asks: bool) -> None:
    assert asks_for_patience(answer) is asks


async def test_private_servers_are_not_connected_to(shop: Organization) -> None:
    async with signing_in() as sink:
        box = await own_server(shop, sink)
        admin = await shop.client("admin")
        steps = (await admin.post(f"/mailboxes/{box}/smtp/test")).json()["data"]
        assert steps[-1]["code"] == "address"
        await replied(shop, await ticket(shop))
        await work(shop.desk, shop)
        assert sink.connections == 0
        assert (await shown(shop, box))["trouble"] == "address"
        assert set((await states(shop)).values()) == {"queued"}


async def test_the_account_is_checked_sealed_and_the_admins_alone(shop: Organization, rival: Organization) -> None:
    admin, box = await shop.client("admin"), await mailbox_id(shop)
    path = f"/mailboxes/{box}/smtp"
    assert (await admin.get(path)).status_code == 404
    assert (await admin.put(path, {"port": 25})).status_code == 422
    assert (await admin.put(path, {"host": "smtp.shop.example", "username": "ann"})).status_code == 422
    made = await admin.put(path, {"host": "smtp.shop.example", "username": "ann", "password": "planted-secret"})
    assert made.status_code == 200, made.text
    changed = await admin.put(path, {"password": "planted-secret-2", "per_minute": 5})
    assert changed.json()["data"]["per_minute"] == 5
    assert "password" in (await admin.put(path, {"host": "evil.example"})).text, "a password goes to no other server"
    assert (await (await shop.client("agent")).get(path)).status_code == 403
    assert (await (await rival.client("admin")).put(path, {"host": "evil.example"})).status_code == 404
    seen = made.text + changed.text + (await (await shop.client("owner")).get("/audit-logs?limit=100")).text
    assert "planted" not in seen
    async with shop.desk.database.unit(shop.system()) as uow:
        sealed = await uow.db.fetch_value("select sealed from sealed_secrets where purpose = 'smtp'")
    assert b"planted" not in bytes(sealed)
    assert (await admin.delete(path)).status_code == 200
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from sealed_secrets where purpose = 'smtp'") == 0
