"""Creates the demo once: two organizations with people, tickets and other content.

Each part is loaded once and remembered, so that a start in a hurry can be interrupted, a part that a later version adds
is added to existing demos, and deleted content stays deleted.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from deskbell.demo.content import ORGANIZATIONS, PASSWORD, articles, canned_responses, organization, workflow
from deskbell.demo.generator import generate
from deskbell.features.access.passwords import hash_password
from deskbell.features.canned import service as canned
from deskbell.features.canned.records import NewCanned
from deskbell.features.configuration import service as configuration
from deskbell.features.knowledge import service as knowledge
from deskbell.features.knowledge.records import NewArticle
from deskbell.features.sla import service as sla
from deskbell.features.sla.records import PolicyChanges
from deskbell.features.transfer.format.reading import RecordLine
from deskbell.features.transfer.importing.loading import load
from deskbell.features.transfer.queries import demo as queries
from deskbell.features.transfer.queries import organizations
from deskbell.features.transfer.records import OrganizationRow
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import OperatorError
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.settings import Settings

IDS: Final = {
    "outfitters": UUID("0198e000-0000-7000-8000-00000000de01"),
    "rival": UUID("0198e000-0000-7000-8000-00000000de02"),
}
"""The organizations' ids are the same on every demo, so that links to it hold."""

_OWNERS: Final = {"outfitters": "owner@demo.example", "rival": "owner@rival.example"}
_PLATFORM_ADMIN: Final = "owner@demo.example"
_AGE: Final = timedelta(days=400)
_PEOPLE_AND_TICKETS: Final = "people and tickets"


async def _sla_policies(uow: UnitOfWork, key: str) -> None:
    for target in organization(key).sla:
        changes = PolicyChanges(
            first_response_seconds=target.first_response_minutes * 60,
            resolution_seconds=target.resolution_minutes * 60,
        )
        await sla.set_policy(uow, target.priority, changes)


async def _canned_responses(uow: UnitOfWork, key: str) -> None:
    if key == "outfitters":
        for response in canned_responses():
            await canned.create(
                uow, NewCanned(title=response.title, content=response.content, shortcut=response.shortcut)
            )


async def _workflow(uow: UnitOfWork, key: str) -> None:
    if key == "outfitters":
        await configuration.import_text(uow, workflow(), dry_run=False)


async def _articles(uow: UnitOfWork, key: str) -> None:
    if key == "outfitters":
        for article in articles():
            await knowledge.create(
                uow,
                NewArticle(
                    title=article.title,
                    content=article.content,
                    category=article.category,
                    tags=article.tags,
                    published=True,
                    slug=article.slug,
                ),
            )


class Part(NamedTuple):
    """A part of the demo other than people and tickets, loaded in one unit of work as the owner of `key`."""

    name: str
    load: Callable[[UnitOfWork, str], Awaitable[None]]


PARTS: Final = (
    Part("service levels", _sla_policies),
    Part("canned responses", _canned_responses),
    Part("workflow", _workflow),
    Part("articles", _articles),
)
"""All parts except people and tickets. A new feature adds its content here."""


async def ensure_demo(settings: Settings) -> None:
    """Creates the missing parts of the demo. Concurrent starts wait for each other.

    Raises `Conflict` when a domain of the demo belongs to an organization of somebody's own.
    """
    assert settings.database_url is not None, "the server knows its database by now"
    database = await Database.open(settings.database_url, size=3)
    try:
        if not [part for key in ORGANIZATIONS for part in await _missing(database, key)]:
            return
        password_hash = await hash_password(PASSWORD)
        async with database.unit(None) as guard:
            await queries.lock(guard.db)
            for key in ORGANIZATIONS:
                await _make(database, key, password_hash)
    finally:
        await database.close()


async def _missing(database: Database, key: str) -> list[str]:
    async with database.unit(Actor.system(IDS[key])) as uow:
        loaded = await queries.loaded_parts(uow.db)
    return [name for name in (_PEOPLE_AND_TICKETS, *(part.name for part in PARTS)) if name not in loaded]


async def _make(database: Database, key: str, password_hash: str) -> None:
    missing = await _missing(database, key)
    if _PEOPLE_AND_TICKETS in missing:
        await _load_people_and_tickets(database, key, password_hash)
    for part in PARTS:
        if part.name in missing:
            async with database.unit(await _owner(database, key)) as uow:
                await part.load(uow, key)
                await queries.mark_loaded(uow.db, IDS[key], part.name, uow.now)


async def _load_people_and_tickets(database: Database, key: str, password_hash: str) -> None:
    made_at = await _organization(database, key)
    # The moment that the first start began with: one that was interrupted goes on with the same tickets.
    records = (RecordLine(line, record) for line, record in enumerate(generate(made_at + _AGE, 1, key), start=1))
    summary = await load(database, IDS[key], records)
    if summary.problems:
        raise OperatorError(f"The demo cannot be loaded: {summary.problems[0]}")
    emails = [person.email for person in organization(key).people]
    async with database.unit(Actor.system(IDS[key])) as uow:
        await queries.set_demo_passwords(uow.db, emails, password_hash, _PLATFORM_ADMIN, uow.now)
        await queries.mark_loaded(uow.db, IDS[key], _PEOPLE_AND_TICKETS, uow.now)


async def _organization(database: Database, key: str) -> datetime:
    """When the organization was made; it is made if it is not there."""
    frame = organization(key)
    row = OrganizationRow(IDS[key], frame.name, frame.domain, frame.time_zone)
    async with database.unit(None) as uow:
        await organizations.add(uow.db, row, uow.now - _AGE)
        made_at = await queries.creation_time(uow.db, IDS[key])
    if made_at is None:
        raise OperatorError(
            f"The domain {frame.domain} belongs to an organization of this server's own; start it without --demo."
        )
    return made_at


async def _owner(database: Database, key: str) -> Actor:
    async with database.unit(Actor.system(IDS[key])) as uow:
        ids = await queries.member_ids(uow.db, [_OWNERS[key]])
    return Actor(IDS[key], ids[_OWNERS[key]], Role.OWNER)
