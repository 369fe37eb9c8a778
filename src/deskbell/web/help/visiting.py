"""A visit to a help centre: which one it is, and the version of it that this worker keeps."""

from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import NotFoundException

from deskbell.features.help_centre import missed, service
from deskbell.features.help_centre.records import Place, PublicBrand
from deskbell.kernel.errors import NotFound
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.messages import LANGUAGES, language_of, languages_in
from deskbell.runtime.settings import Settings
from deskbell.web.help.address import Addresses
from deskbell.web.help.snapshot import Shelf, Snapshot

HelpRequest: TypeAlias = Request[Any, Any, State]

_KEPT: Final = 200
"""The number of organizations whose help centre a worker keeps."""
_FLUSHED_AFTER: Final = 5.0
"""Seconds for which views are gathered before they are written together."""


class HelpCentres:
    """The help centres that this worker keeps, and the views and searches that it has not written yet."""

    def __init__(self) -> None:
        self._snapshots: OrderedDict[UUID, Snapshot] = OrderedDict()
        self._shelf = Shelf()
        self._views: dict[UUID, Counter[UUID]] = {}
        self._flushed: dict[UUID, float] = {}
        self._missed: dict[UUID, missed.Misses] = {}
        self._missed_flushed: dict[UUID, float] = {}

    async def snapshot(self, uow: UnitOfWork, place: Place) -> Snapshot:
        """The present version of a help centre. Its own version is read before its contents, so it is never too new."""
        found = self._snapshots.get(place.id)
        if found is None or found.version != place.version:
            await service.enter(uow, place)
            found = self._snapshots[place.id] = Snapshot(place, await service.contents(uow), self._shelf)
            if len(self._snapshots) > _KEPT:
                self._snapshots.popitem(last=False)
        self._snapshots.move_to_end(place.id)
        return found

    async def count_view(self, uow: UnitOfWork, place: Place, article_id: UUID) -> None:
        """Counts a view of an article. Views of a few seconds are written in one statement."""
        views = self._views.setdefault(place.id, Counter())
        views[article_id] += 1
        now = uow.now.timestamp()
        if now - self._flushed.get(place.id, 0) < _FLUSHED_AFTER:
            return
        self._flushed[place.id] = now
        del self._views[place.id]
        await service.enter(uow, place)
        await service.count_views(uow, views)

    async def count_missed(self, uow: UnitOfWork, place: Place, words: str, locale: str) -> None:
        """Counts a search that found nothing. Those of a few seconds are written in one statement."""
        misses = self._missed.setdefault(place.id, missed.Misses())
        misses.add(words, locale)
        now = uow.now.timestamp()
        if not misses or now - self._missed_flushed.get(place.id, 0) < _FLUSHED_AFTER:
            return
        self._missed_flushed[place.id] = now
        del self._missed[place.id]
        await service.enter(uow, place)
        await missed.count(uow, misses, misses.locales)


class Visit:
    """One request for a page of a help centre."""

    def __init__(self, request: HelpRequest, uow: UnitOfWork, snapshot: Snapshot, addresses: Addresses) -> None:
        self.request = request
        self.uow = uow
        self.snapshot = snapshot
        self.place = snapshot.place
        self.addresses = addresses
        accepted = languages_in(request.headers.get("accept-language"))
        self.locale = snapshot.choose_locale(request.query_params.get("lang"), accepted)
        self.brand: PublicBrand | None = snapshot.brand(host_of(request))

    @property
    def language(self) -> str:
        """The language of the page around the articles."""
        return self.language_for(self.locale)

    def language_for(self, locale: str) -> str:
        """The language of the page around an article: the article's where Deskbell has it, else the reader's."""
        base = locale.partition("-")[0].lower()
        return base if base in LANGUAGES else language_of(self.request.headers.get("accept-language"))

    @property
    def name(self) -> str:
        """The name in the head of each page."""
        return self.brand.name if self.brand else self.place.name

    async def enter(self) -> None:
        """Enters the organization, which reading anything else needs."""
        if self.uow.anonymous:
            await service.enter(self.uow, self.place)


@asynccontextmanager
async def visit(request: HelpRequest, organization: str | None, *, writes: bool = False) -> AsyncIterator[Visit]:
    """A visit to the help centre of an organization, named by its id or domain, or of the host's."""
    database: Database = request.app.state.database
    centres: HelpCentres = request.app.state.help_centres
    own_host: str = request.app.state.settings.host
    uow = await database.acquire(request.scope["state"].get("request_id"))
    try:
        if writes:
            await uow.begin()
        try:
            place = await service.find_place(uow, organization, request.headers.get("host", ""), own_host)
        except NotFound as error:
            raise NotFoundException from error
        snapshot = await centres.snapshot(uow, place)
        yield Visit(request, uow, snapshot, _addresses(request, place, organization))
        await uow.commit()
    except BaseException:
        await uow.rollback()
        raise
    finally:
        await uow.release()


def host_of(request: HelpRequest) -> str:
    """The host name that was asked for, without a port."""
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _addresses(request: HelpRequest, place: Place, organization: str | None) -> Addresses:
    """Addresses under the organization's own host name where the request came by it, else under the server's.

    Pages are kept by them, so callers must not be able to vary them: case of the domain and foreign ports are left out.
    """
    settings: Settings = request.app.state.settings
    named = None if organization is None else place.domain or str(place.id)
    if organization is not None and organization.lower() == str(place.id):
        named = str(place.id)
    if not service.is_at_home(place, host_of(request), settings.host):
        return Addresses(settings.base_url, named)
    port = urlsplit(settings.base_url).port
    is_same_port = port is not None and request.headers["host"].endswith(f":{port}")
    return Addresses(f"{request.url.scheme}://{host_of(request)}" + (f":{port}" if is_same_port else ""), named)
