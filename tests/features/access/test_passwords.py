"""Passwords: what is accepted, limits on guessing by origin, and changing the own password."""

import asyncio
import contextlib
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from argon2 import extract_parameters

from deskbell.features.access import service
from deskbell.features.access.errors import TooManyFailures, WrongCredentials
from deskbell.features.access.passwords import decoy_hash, hash_password, use_cost, verify_password
from deskbell.features.access.policy import password_problems
from deskbell.features.access.service.sign_in_limits import (
    FIRST_WAIT,
    FREE_PER_ADDRESS,
    FREE_PER_ORIGIN,
    counted_attempt,
)
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Forbidden, Invalid
from deskbell.kernel.origins import origin_of
from tests.support.desk import PASSWORD, Desk, Organization
from tests.support.mail import mails_to
from tests.support.work import run_job, work

NEW_PASSWORD = "a-better-horse-battery-2"


@pytest.fixture
def standard_cost() -> Iterator[None]:
    """The cost of hashing outside tests."""
    use_cost("standard")
    yield
    use_cost("test")


@pytest.mark.usefixtures("standard_cost")
async def test_an_unknown_account_costs_as_much_as_a_real_one_and_both_cost_what_rfc_9106_recommends() -> None:
    real = await hash_password(PASSWORD)
    assert extract_parameters(decoy_hash()) == extract_parameters(real)
    assert (extract_parameters(real).memory_cost, extract_parameters(real).time_cost) == (64 * 1024, 3)
    assert await verify_password(PASSWORD, real)
    assert not await verify_password(PASSWORD + "x", real)
    assert not await verify_password(PASSWORD, None)


@pytest.mark.parametrize(
    ("password", "accepted"),
    [
        ("1234567", False),
        ("horse-ba", True),
        ("x1" * 100, True),
        ("x1" * 100 + "x", False),
        ("ADA@example.com", False),
        ("ada@example.com-and-more", True),
        ("PassWord123", False),
        ("\uff30\uff41\uff53\uff53\uff57\uff4f\uff52\uff44123", False),
        ("e\u0301e\u0301o\u0308u\u0308", False),
        ("zzzzzzzzzzzz", False),
        ("пароль-длинный", True),
    ],
)
def test_what_a_password_must_be(password: str, accepted: bool) -> None:
    assert (password_problems(password, "ada@example.com") == []) is accepted


async def guess(desk: Desk, email: str, ip: str | None, moment: datetime | None = None) -> None:
    """A failed attempt to sign in."""
    async with desk.database.unit(None) as uow:
        uow.now = moment or uow.now
        with contextlib.suppress(WrongCredentials):
            async with counted_attempt(uow, email, ip):
                raise WrongCredentials


async def test_attempts_under_way_take_slots_that_failures_then_keep(desk: Desk, shop: Organization) -> None:
    email, under_way, may_end = f"many@{shop.domain}", asyncio.Semaphore(0), asyncio.Event()

    async def attempt() -> None:
        async with desk.database.unit(None) as uow:
            with contextlib.suppress(WrongCredentials):
                async with counted_attempt(uow, email, None), uow.without_connection():
                    under_way.release()
                    await may_end.wait()
                    raise WrongCredentials

    first = [asyncio.create_task(attempt()) for _ in range(FREE_PER_ADDRESS)]
    for _ in first:
        await under_way.acquire()
    late = asyncio.create_task(guess(desk, email, None))  # waits for a slot, and finds that none is left
    may_end.set()
    await asyncio.gather(*first)
    with pytest.raises(TooManyFailures):
        await late


async def test_attempts_that_never_ended_are_failures_after_a_minute(desk: Desk, shop: Organization) -> None:
    email, now = f"killed@{shop.domain}", datetime(2026, 11, 20, 9, tzinfo=UTC)
    async with desk.database.unit(None) as uow:
        await uow.db.execute(
            "insert into login_failures (subject, failures, last_failed_at, under_way, last_began_at) "
            "values ($1, 3, $2, $3, $2)",
            f"address:{email}", now, FREE_PER_ADDRESS,
        )  # fmt: skip
    with pytest.raises(TooManyFailures) as braked:
        await guess(desk, email, None, now + timedelta(seconds=61))
    assert braked.value.retry_after == FIRST_WAIT * 2**3 - 61


@pytest.mark.parametrize("typed", ["NFC", "NFD", "NFKC", "NFKD"])
async def test_a_password_is_the_same_however_a_keyboard_composes_it(
    typed: Literal["NFC", "NFD", "NFKC", "NFKD"],
) -> None:
    password = "\u00dcbergr\u00f6\u00dfe \ufb01 \uff11\u00a0\u1e9b\u0323"
    stored = await hash_password(password)
    assert await verify_password(unicodedata.normalize(typed, password), stored)
    assert not await verify_password(password.replace("\u00f6", "o"), stored)


async def test_guessing_at_many_addresses_is_limited_by_origin_and_success_keeps_the_count(
    desk: Desk, shop: Organization
) -> None:
    origin = f"2001:db8:{shop.id.hex[-4:]}:{shop.id.hex[-8:-4]}::7"
    subject = f"origin:{origin_of(origin)}"
    for i in range(FREE_PER_ORIGIN):
        await guess(desk, f"{i}@{shop.domain}", origin)
    with pytest.raises(TooManyFailures) as braked:
        await guess(desk, f"another@{shop.domain}", origin)
    assert braked.value.retry_after >= 1
    async with desk.database.unit(None) as uow:
        await uow.db.execute(
            "update login_failures set last_failed_at = last_failed_at - interval '1 minute' where subject = $1",
            subject,
        )
        async with counted_attempt(uow, f"own@{shop.domain}", origin):
            pass
        left = await uow.db.fetch_value("select failures from login_failures where subject = $1", subject)
    assert left == FREE_PER_ORIGIN


async def test_the_wait_doubles_and_a_quiet_quarter_of_an_hour_ends_it(desk: Desk, shop: Organization) -> None:
    email, now = f"victim@{shop.domain}", datetime(2026, 11, 20, 9, tzinfo=UTC)

    async def wait_at(moment: datetime) -> int:
        """Seconds to wait at a moment; 0 when the attempt was allowed."""
        try:
            await guess(desk, email, None, moment)
        except TooManyFailures as error:
            return error.retry_after
        return 0

    assert [await wait_at(now) for _ in range(FREE_PER_ADDRESS)] == [0] * FREE_PER_ADDRESS
    waits = []
    for _ in range(4):
        waits.append(await wait_at(now))
        assert await wait_at(now + timedelta(seconds=waits[-1] - 1)) == 1
        now += timedelta(seconds=waits[-1])
        assert await wait_at(now) == 0
    assert waits == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4, FIRST_WAIT * 8]
    now += timedelta(minutes=15, seconds=1)
    assert [await wait_at(now) for _ in range(FREE_PER_ADDRESS)] == [0] * FREE_PER_ADDRESS
    assert await wait_at(now) == FIRST_WAIT


async def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(desk: Desk, shop: Organization) -> None:
    person = await shop.person("agent")
    body = {"email": person.email, "password": PASSWORD}
    elsewhere = desk.client((await desk.client().post("/auth/login", body)).json()["data"]["token"])
    listed = (await person.client.get("/auth/sessions")).json()["data"]
    session_id = next(session["id"] for session in listed if session["current"])
    actor = Actor(shop.id, person.id, person.role, session_id)
    async with desk.database.unit(actor) as uow:
        with pytest.raises(Invalid):
            await service.change_password(uow, "not this", NEW_PASSWORD)
    async with desk.database.unit(actor) as uow:
        with pytest.raises(Invalid):
            await service.change_password(uow, PASSWORD, person.email)
    async with desk.database.unit(Actor(shop.id, person.id, person.role, api_key_id=shop.id)) as uow:
        with pytest.raises(Forbidden):
            await service.change_password(uow, PASSWORD, NEW_PASSWORD)
    async with desk.database.unit(actor) as uow:
        await service.change_password(uow, PASSWORD, NEW_PASSWORD)
    assert (await desk.client().post("/auth/login", body)).status_code == 401
    assert (await desk.client().post("/auth/login", {**body, "password": NEW_PASSWORD})).status_code == 200
    assert (await elsewhere.get("/auth/me")).status_code == 401
    assert (await person.client.get("/auth/me")).status_code == 200
    await work(desk, shop)
    assert [mail.subject for mail in await mails_to(desk, person.email)] == ["Your password was changed"]


async def test_expired_rows_are_deleted(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer", verified=False)
    await person.client.post("/auth/resend-verification")
    await guess(desk, person.email, None)
    await run_job(desk, "access.delete_expired")
    count = (
        "select (select count(*) from account_tokens where user_id = $1) "
        "+ (select count(*) from login_failures where subject = $2)"
    )
    async with desk.database.unit(None) as uow:
        subject = f"address:{person.email}"
        assert await uow.db.fetch_value(count, person.id, subject) == 2
        await uow.db.execute(
            "update account_tokens set expires_at = now() - interval '31 days' where user_id = $1", person.id
        )
        await uow.db.execute(
            "update login_failures set last_failed_at = now() - interval '25 hours', "
            "last_began_at = now() - interval '25 hours' where subject = $1",
            subject,
        )
    await run_job(desk, "access.delete_expired")
    async with desk.database.unit(None) as uow:
        assert await uow.db.fetch_value(count, person.id, subject) == 0
