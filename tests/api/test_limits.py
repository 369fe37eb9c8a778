"""Rate limits with their headers, and idempotency keys on every POST."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.desk import Desk, Organization, running_desk

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


@pytest.fixture
async def strict(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A server with small limits."""
    limits = "user=5/hour,anonymous=3/hour,platform_user=4/minute,platform_organization=6/minute,web=9/minute"
    async with running_desk(database_url, tmp_path, DESKBELL_RATE_LIMITS=limits) as running:
        yield running


async def test_each_user_has_a_limit_and_every_response_reports_it(strict: Desk) -> None:
    shop = await strict.organization()
    agent, other = await shop.client("agent"), await shop.client("agent2")
    answers = [await agent.get("/tickets") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0", "0"]
    assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {"5"}
    refused = answers[-1]
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json()["error"]["code"] == "RATE_LIMIT_EXCEEDED"
    assert int(refused.headers["x-ratelimit-reset"]) % 3600 == 0
    assert (await other.get("/tickets")).status_code == 200


async def test_the_limit_is_exact_under_concurrency_and_across_workers(
    strict: Desk, database_url: str, tmp_path: Path
) -> None:
    shop = await strict.organization()
    agent = await shop.person("agent")
    limits = "user=5/hour,anonymous=3/hour"
    async with running_desk(database_url, tmp_path / "two", DESKBELL_RATE_LIMITS=limits) as second:
        clients = [agent.client, second.client(agent.token)]
        answers = await asyncio.gather(*(clients[i % 2].get("/tickets") for i in range(20)))
    assert [answer.status_code for answer in answers].count(200) == 5


async def test_platform_enforces_user_and_organization_limits_together(database_url: str, tmp_path: Path) -> None:
    limits = "platform_user=4/hour,platform_organization=6/hour,anonymous=1/hour"
    async with running_desk(database_url, tmp_path, DESKBELL_RATE_LIMITS=limits) as strict:
        shop, rival = await strict.organization(), await strict.organization()
        agent, other = (await shop.client("agent")).at("/v1"), (await shop.client("agent2")).at("/v1")
        answers = [await agent.get("/categories") for _ in range(9)]
        assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 5
        assert answers[0].headers["x-ratelimit-remaining"] == "3"
        assert answers[-1].json() == {"detail": "Too many requests. Please slow down."}
        assert int(answers[-1].headers["retry-after"]) >= 1
        of_other = [await other.get("/categories") for _ in range(3)]
        # The first user's refused requests did not count for the organization, whose limit is reached before the second user's.
        assert [answer.status_code for answer in of_other] == [200, 200, 429]
        assert of_other[-1].headers["x-ratelimit-remaining"] == "0"
        assert (await (await rival.client("agent")).at("/v1").get("/categories")).status_code == 200
        system = strict.client(base="/v1")
        unsigned = [(await system.post("/webhooks/incoming", {})).status_code for _ in range(5)]
        assert unsigned == [401] * 4 + [429]


async def test_unauthenticated_requests_count_for_the_address_and_have_the_headers(strict: Desk) -> None:
    anonymous = strict.client()
    answer = await anonymous.get("/tickets")
    assert answer.status_code == 401
    assert answer.headers["x-ratelimit-limit"] == "3"
    assert "x-ratelimit-limit" in (await anonymous.get("/nowhere")).headers


async def test_without_limits_there_are_no_headers(shop: Organization) -> None:
    answer = await (await shop.client("agent")).get("/tickets")
    assert "x-ratelimit-limit" not in answer.headers


async def test_a_repeated_post_returns_the_first_response_and_changes_nothing(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    first = await customer.post("/tickets", TICKET, headers={"Idempotency-Key": "order-4711"})
    again = await customer.post("/tickets", TICKET, headers={"Idempotency-Key": "order-4711"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert (await agent.get("/tickets")).json()["data"]["pagination"]["total"] == 1


async def test_concurrent_repeats_run_once(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    answers = await asyncio.gather(
        *(customer.post("/tickets", TICKET, headers={"Idempotency-Key": "double-click"}) for _ in range(8))
    )
    assert {answer.json()["data"]["id"] for answer in answers} == {answers[0].json()["data"]["id"]}
    assert (await agent.get("/tickets")).json()["data"]["pagination"]["total"] == 1


async def test_the_same_key_with_another_body_is_a_conflict_and_another_callers_key_is_their_own(
    shop: Organization,
) -> None:
    customer, other = await shop.client("customer"), await shop.client("customer2")
    await customer.post("/tickets", TICKET, headers={"Idempotency-Key": "k"})
    changed = await customer.post("/tickets", {**TICKET, "priority": "high"}, headers={"Idempotency-Key": "k"})
    assert changed.status_code == 409
    assert changed.json()["error"]["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert (
        await other.post("/tickets", {**TICKET, "priority": "high"}, headers={"Idempotency-Key": "k"})
    ).status_code == 201


async def test_a_refusal_frees_the_key_for_a_corrected_request(shop: Organization) -> None:
    customer = await shop.client("customer")
    assert (await customer.post("/tickets", {}, headers={"Idempotency-Key": "k"})).status_code == 422
    assert (await customer.post("/tickets", TICKET, headers={"Idempotency-Key": "k"})).status_code == 201


async def test_a_refusal_with_committed_changes_frees_the_key_too(shop: Organization) -> None:
    agent = await shop.client("agent")
    wrong = {"password": "not it at all", "code": "123456"}
    first = await agent.post("/auth/two-factor/disable", wrong, headers={"Idempotency-Key": "k"})
    assert first.status_code >= 400
    again = await agent.post("/auth/two-factor/disable", {**wrong, "code": "654321"}, headers={"Idempotency-Key": "k"})
    assert again.json()["error"]["code"] != "IDEMPOTENCY_KEY_REUSED"
