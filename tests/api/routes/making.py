"""Objects for tests of routes, created with the services."""

from uuid import uuid4

from deskbell.features.tags import service as tags
from tests.support.desk import Client, Organization

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


async def at_root(shop: Organization, key: str) -> Client:
    """A client of contract routes for a member of the organization."""
    return (await shop.client(key)).at("")


async def file_ticket(client: Client, **fields: object) -> str:
    """A new ticket's id."""
    answer = await client.post("/tickets", {**TICKET, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def make_tag(shop: Organization, name: str) -> str:
    """A tag's id."""
    async with shop.desk.database.unit(shop.system()) as uow:
        return str((await tags.create(uow, name, None)).id)


async def make_team(shop: Organization, name: str = "Repairs") -> str:
    """A team's id."""
    answer = await (await at_root(shop, "admin")).post("/teams", {"name": f"{name} {uuid4().hex[:4]}"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
