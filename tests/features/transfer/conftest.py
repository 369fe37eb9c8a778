"""A database and organizations for the tests of import and export, without the application around them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deskbell.features.transfer.queries import organizations
from deskbell.features.transfer.records import OrganizationRow
from deskbell.kernel.ids import new_id
from deskbell.runtime.database import Database
from deskbell.runtime.settings import Settings
from deskbell.runtime.storage import Storage

NewOrganization = Callable[..., Awaitable[UUID]]


@pytest.fixture(scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url, size=4)
    yield opened
    await opened.close()


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection that row security does not bind, to look at what is really there."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
def new_organization(database: Database) -> NewOrganization:
    async def make(name: str = "Shop") -> UUID:
        organization_id = new_id()
        async with database.unit(None) as uow:
            row = OrganizationRow(organization_id, name, f"{organization_id.hex}.example", None)
            assert await organizations.add(uow.db, row, uow.now)
        return organization_id

    return make


@pytest.fixture
async def shop(new_organization: NewOrganization) -> UUID:
    return await new_organization()


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    environ = {
        "DESKBELL_DATA_DIR": str(tmp_path / "data"),
        "DESKBELL_SECRET_KEY": "a secret key for tests, long enough",
    }
    return Storage.open(Settings.load(environ))
