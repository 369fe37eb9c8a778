"""The moments of a ticket from which automations count."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from deskbell.kernel.clock import utc_now
from tests.api.v1.test_automations import automation, fired, watch_until
from tests.api.v1.test_rules import filed
from tests.support.desk import Client, Organization

LATER = timedelta(days=30)

Act = Callable[[Client, str], Awaitable[Any]]


def change(**fields: Any) -> Act:
    """An agent's change of a ticket."""
    return lambda agent, ticket: agent.put(f"/tickets/{ticket}", fields)


async def take(agent: Client, ticket: str) -> None:
    me = (await agent.get("/auth/me")).json()["data"]["id"]
    taken = await agent.put(f"/tickets/{ticket}", {"assignee_id": me})
    assert taken.json()["data"]["assignee"]["id"] == me


async def reply(agent: Client, ticket: str) -> None:
    await agent.post(f"/tickets/{ticket}/comments", {"body": "How is it?"})


async def fires_by(shop: Organization, ticket: dict[str, Any], moment: datetime) -> bool:
    """Whether the automation has fired by then. It fires once a moment, so the times are counted from its last."""
    before = await fired(shop, ticket)
    await watch_until(shop, moment)
    return await fired(shop, ticket) > before


@pytest.mark.parametrize(
    ("since", "act"),
    [
        pytest.param("assigned", take, id="assigned"),
        pytest.param("solved", change(status="solved"), id="solved"),
        pytest.param("staff.wrote", reply, id="staff wrote"),
    ],
)
async def test_a_moment_that_has_not_been_starts_with_what_makes_it(shop: Organization, since: str, act: Act) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    await automation(shop, since=since, after="1d")
    ticket = await filed(customer)
    assert not await fires_by(shop, ticket, utc_now() + LATER)
    await act(agent, ticket["id"])
    assert not await fires_by(shop, ticket, utc_now() + timedelta(hours=23))
    assert await fires_by(shop, ticket, utc_now() + timedelta(hours=25))


@pytest.mark.parametrize(
    ("since", "act"),
    [
        pytest.param("updated", change(priority="high"), id="updated"),
        pytest.param("status", change(status="open"), id="status"),
    ],
)
async def test_a_moment_that_moves_is_a_new_one(shop: Organization, since: str, act: Act) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    await automation(shop, since=since, after="1d", do=[{"note": {"text": "Silence"}}])
    ticket = await filed(customer)
    assert await fires_by(shop, ticket, utc_now() + timedelta(hours=25))
    assert not await fires_by(shop, ticket, utc_now() + LATER)
    await act(agent, ticket["id"])
    assert await fires_by(shop, ticket, utc_now() + timedelta(hours=25))


@pytest.mark.parametrize(
    ("since", "over"),
    [
        pytest.param("due.first_response", reply, id="first response"),
        pytest.param("due.resolution", change(status="solved"), id="resolution"),
    ],
)
async def test_a_deadline_counts_until_it_is_met(shop: Organization, since: str, over: Act) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    await automation(shop, since=since, after="0s")
    met, missed = await filed(customer), await filed(customer)
    await over(agent, met["id"])
    assert not await fires_by(shop, met, utc_now() + LATER)
    assert await fired(shop, missed) == 1
