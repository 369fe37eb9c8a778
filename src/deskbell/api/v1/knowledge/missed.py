"""v1: searches of the help centre that found nothing."""

from datetime import datetime
from typing import Final
from uuid import UUID

from litestar.params import FromPath
from msgspec import Struct

from deskbell.api.shared.routing import Uow, delete, get
from deskbell.api.v1.envelope import Done, Paginated, Pagination
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.features.help_centre import missed
from deskbell.features.help_centre.records import MissedSearch
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Knowledge base"]


class MissedSearchView(Struct, frozen=True, kw_only=True):
    """Words that readers searched for without finding an article. `locale` is the language of the last reader."""

    id: UUID
    words: str
    locale: str
    searches: int
    first_at: datetime
    last_at: datetime

    @classmethod
    def of(cls, search: MissedSearch) -> "MissedSearchView":
        return cls(
            id=search.id, words=search.words, locale=search.locale, searches=search.searches, first_at=search.first_at,
            last_at=search.last_at,
        )  # fmt: skip


@get(
    "/kb/missed-searches", permission=Permission.ARTICLE_WRITE, tags=TAG, summary="List searches that found nothing"
)  # fmt: skip
async def list_missed_searches(
    uow: Uow, page: PageParam = 1, limit: LimitParam = DEFAULT_LIMIT, cursor: CursorParam = None
) -> Paginated[MissedSearchView]:
    """Lists the words that readers of the help centre searched for without finding an article, most frequent first.

    Who searched is not kept. Addresses and longer numbers are not counted. At most 1,000 words are kept, each for 180 days
    after its last search.
    """
    found = await missed.list_missed(uow, PageRequest.numbered(page, limit, cursor))
    return Paginated([MissedSearchView.of(each) for each in found.items], Pagination.of(found))


@delete(
    "/kb/missed-searches/{missed_id:str}", permission=Permission.ARTICLE_WRITE, tags=TAG,
    summary="Dismiss a search that found nothing", status_code=200,
)  # fmt: skip
async def dismiss_missed_search(uow: Uow, missed_id: FromPath[UUID]) -> Done:
    """Takes words off the list. They come back when a reader searches for them again in vain."""
    await missed.dismiss(uow, missed_id)
    return Done("Search dismissed")


ROUTES = [list_missed_searches, dismiss_missed_search]
