"""A desk that may call loopback, and its webhooks delivered on the spot."""

from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deskbell.api.v1.webhooks.bodies import SHAPES
from deskbell.features.webhooks.dispatch import Dispatcher
from deskbell.features.webhooks.gathering import READER, gather
from deskbell.features.webhooks.sending import Sender
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.kernel.clock import utc_now
from deskbell.runtime.journal.following import read_batch
from tests.support.desk import Desk, Organization, running_desk
from tests.support.receiver import Receiver


@pytest.fixture(scope="module")
async def desk(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """The application, which may call receivers on this machine."""
    async with running_desk(
        database_url, tmp_path_factory.mktemp("data"), DESKBELL_WEBHOOK_ALLOWED_HOSTS="127.0.0.1"
    ) as running:
        yield running


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver that thanks for each call."""
    async with Receiver() as running:
        yield running


class Post:
    """Does what the worker does, when the test says so."""

    def __init__(self, desk: Desk, sender: Sender) -> None:
        self.desk = desk
        self.dispatcher = Dispatcher(desk.database, sender, rng=Random(1))

    async def gather(self) -> None:
        """Makes the deliveries of everything that has happened."""
        while await read_batch(self.desk.database, READER, gather(SHAPES)):
            pass

    async def round(self, later: timedelta = timedelta()) -> int:
        """One attempt for each delivery that is due some time from now, to its end; says how many."""
        started = await self.dispatcher.start_due(utc_now() + later)
        await self.dispatcher.drain()
        return started

    async def deliver(self, later: timedelta = timedelta()) -> None:
        """Gathers, and attempts until nothing is due some time from now."""
        await self.gather()
        while await self.round(later):
            pass


@pytest.fixture
async def post(desk: Desk, database_url: str) -> AsyncIterator[Post]:
    """The worker's part, by hand."""
    async with Sender(AllowedHosts(["127.0.0.1"])) as sender:
        made = Post(desk, sender)
        await made.gather()
        connection = await asyncpg.connect(database_url)  # as the owner, who bypasses row security
        await connection.execute("delete from webhook_deliveries")  # what other tests left is not this one's business
        await connection.close()
        yield made
        await made.dispatcher.stop()


async def register(shop: Organization, receiver: Receiver, **body: Any) -> tuple[str, str]:
    """A webhook of the shop to the receiver; its id and secret."""
    answer = await (await shop.client("admin")).post("/webhooks", {"url": receiver.url, **body})
    assert answer.status_code == 201, answer.text
    answer_data = answer.json()["data"]
    return answer_data["id"], answer_data["secret"]


async def file_ticket(shop: Organization, subject: str = "Broken zip") -> str:
    """A ticket by a customer of the shop; its id."""
    answer = await (await shop.client("customer")).post("/tickets", {"subject": subject, "description": "It broke."})
    assert answer.status_code == 201, answer.text
    return str(UUID(answer.json()["data"]["id"]))


async def log_of(shop: Organization, webhook_id: str) -> list[dict[str, Any]]:
    """A webhook's deliveries, newest first."""
    answer = await (await shop.client("admin")).get(f"/webhooks/{webhook_id}/deliveries")
    assert answer.status_code == 200, answer.text
    answer_data: list[dict[str, Any]] = answer.json()["data"]
    return answer_data
