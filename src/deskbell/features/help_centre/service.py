"""Reads of the help centre, for visitors. Nothing here depends on who they are."""

from collections.abc import Mapping
from uuid import UUID

from deskbell.features.help_centre import queries
from deskbell.features.help_centre.records import Contents, Place
from deskbell.kernel.access import anyone
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import NotFound
from deskbell.kernel.hosts import HELP_SUBDOMAINS, is_address
from deskbell.runtime.database import UnitOfWork


@anyone("the help centre is public: published articles, and the organization's name and brands")
async def find_place(uow: UnitOfWork, named: str | None, host: str, own_host: str) -> Place:
    """The organization with the id or domain `named`, else the one of the host name.

    `own_host`, the host name of the server itself, is no organization's, whatever domain one has: nothing proves a domain. It
    leads to the server's first organization, and an unknown host name to the only one: where there are several, none of them
    appears under a name that is not its own.

    One small statement, which enters nothing. Raises `NotFound` for an organization that does not exist.
    """
    host = host.rpartition(":")[0].lower() if ":" in host else host.lower()
    if "\0" in f"{named}{host}":
        raise NotFound("organization")
    if named is None:
        place = await queries.find_by_host(uow.db, _domains(host, own_host), or_first=_is_own(host, own_host))
    elif (organization_id := _as_id(named)) is not None:
        place = await queries.find_by_id(uow.db, organization_id)
    else:
        place = await queries.find_by_domain(uow.db, named)
    if place is None:
        raise NotFound("organization")
    return place


def is_at_home(place: Place, host: str, own_host: str) -> bool:
    """Whether a host name, without a port, is the organization's own."""
    return place.domain is not None and place.domain in _domains(host.lower(), own_host)


@anyone("the help centre is public: published articles, and the organization's name and brands")
async def enter(uow: UnitOfWork, place: Place) -> None:
    """Enters the organization as a visitor, also for a signed-in caller."""
    await uow.enter(Actor.visitor(place.id))


@anyone("the help centre is public: published articles, and the organization's name and brands")
async def contents(uow: UnitOfWork) -> Contents:
    """The brands and published articles of the entered organization."""
    return Contents(await queries.brands(uow.db), await queries.heads(uow.db), await queries.takes_requests(uow.db))


@anyone("the help centre is public: published articles, and the organization's name and brands")
async def text_of(uow: UnitOfWork, article_id: UUID) -> str:
    """The Markdown of a published article. Raises `NotFound`."""
    text = await queries.find_text(uow.db, article_id)
    if text is None:
        raise NotFound("article")
    return text


@anyone("views are numbers without a reader")
async def count_views(uow: UnitOfWork, views: Mapping[UUID, int]) -> None:
    """Adds to the views of articles of the entered organization."""
    await queries.count_views(uow.db, uow.actor.organization_id, views)


def _domains(host: str, own_host: str) -> list[str]:
    """The domains that a host name leads to, the first that one has: `help.` before a domain is its owner's."""
    host = host.rstrip(".")
    if _is_own(host, own_host):
        return []
    return [*(host.removeprefix(each) for each in HELP_SUBDOMAINS if host.startswith(each)), host]


def _is_own(host: str, own_host: str) -> bool:
    """Whether a host name means the server itself."""
    return host.rstrip(".") in {"", own_host, "localhost"} or is_address(host)


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
