"""SQL of the help centre. `organizations` has no row security; everything else is read as a visitor of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.help_centre.records import Head, MissedSearch, Place, PublicBrand
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime import pages
from deskbell.runtime.pages import Order
from deskbell.runtime.rows import read, read_one
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_PLACE: Final = sql(
    "o.id, o.name as organization_name, o.domain, o.settings->>'business_name' as business_name, "
    "coalesce(o.settings->>'language', 'en') as language, o.settings->>'website' as website, "
    "o.settings->>'support_email' as support_email, coalesce((o.settings->>'signup_allowed')::boolean, true) as signup_allowed, "
    "o.help_version || '.' || extract(epoch from o.updated_at) as version"
)
_MISSED: Final = Table("missed_searches", MissedSearch, "m")
_MOST: Final = Order[MissedSearch](
    "m.searches", "m.id", shape=tuple[int, UUID], key=lambda each: (each.searches, each.id), descending=True
)


async def find_by_id(db: Db, organization_id: UUID) -> Place | None:
    """The organization with this id."""
    return read_one(
        Place,
        await db.fetch_one(
            sql("select {} from organizations o where o.id = {} and o.deleted_at is null", _PLACE, organization_id),
            by_name=True,
        ),
    )


async def find_by_domain(db: Db, domain: str) -> Place | None:
    """The organization with this domain."""
    return read_one(
        Place,
        await db.fetch_one(
            sql("select {} from organizations o where o.domain = lower({}) and o.deleted_at is null", _PLACE, domain),
            by_name=True,
        ),
    )


async def find_by_host(db: Db, domains: Sequence[str], *, or_first: bool) -> Place | None:
    """The organization with the first of these domains that one has, else the server's only one.

    With `or_first`, the server's first one where it has several.
    """
    return read_one(
        Place,
        await db.fetch_one(
            sql(
                "select {} from organizations o where o.id = coalesce("
                "(select id from organizations where domain = any({}::text[]) and deleted_at is null "
                "order by array_position({}::text[], domain) limit 1), "
                "(select id from organizations where deleted_at is null and ({} or 1 = "
                "(select count(*) from (select from organizations where deleted_at is null limit 2) few)) "
                "order by created_at, id limit 1))",
                _PLACE,
                list(domains),
                list(domains),
                or_first,
            ),
            by_name=True,
        ),
    )


async def brands(db: Db) -> list[PublicBrand]:
    """The organization's brands, the oldest first."""
    rows = await db.fetch_all(
        "select b.name, b.color, b.address, b.logo from brands b where b.deleted_at is null order by b.created_at, b.id"
    )
    return read(PublicBrand, rows)


async def takes_requests(db: Db) -> bool:
    """Whether visitors may ask without a sign-in: the switch of the widget."""
    return bool(await db.fetch_value("select coalesce(bool_or(w.enabled), false) from widgets w"))


async def heads(db: Db) -> list[Head]:
    """Every published article without its text, by title."""
    rows = await db.fetch_all(
        "select a.id, a.slug, a.title, a.category, a.locale, a.source, left(a.text, 240) as summary, a.published_at, "
        "a.updated_at from articles a where a.published_at is not null order by lower(a.title), a.id"
    )
    return read(Head, rows)


async def find_text(db: Db, article_id: UUID) -> str | None:
    """The Markdown of a published article."""
    text: str | None = await db.fetch_value(
        sql("select a.content from articles a where a.id = {} and a.published_at is not null", article_id)
    )
    return text


async def count_views(db: Db, organization_id: UUID, views: Mapping[UUID, int]) -> None:
    """Adds views to articles; those that were deleted meanwhile are left out."""
    await db.execute(
        sql(
            "insert into article_counts as n (organization_id, article_id, views) "
            "select a.organization_id, a.id, v.views from unnest({}::uuid[], {}::bigint[]) v (id, views) "
            "join articles a on a.organization_id = {} and a.id = v.id order by a.id "
            "on conflict (organization_id, article_id) do update set views = n.views + excluded.views",
            list(views), list(views.values()), organization_id,
        )
    )  # fmt: skip


async def count_missed(db: Db, found: Sequence[MissedSearch], now: datetime, stale_before: datetime, most: int) -> None:
    """Adds to the searches that found nothing in the entered organization; at most `most` words are kept."""
    await db.execute(
        sql(
            "select deskbell_count_missed_searches({}::uuid[], {}::text[], {}::text[], {}::bigint[], {}, {}, {})",
            [each.id for each in found], [each.words for each in found], [each.locale for each in found],
            [each.searches for each in found], now, stale_before, most,
        )
    )  # fmt: skip


async def missed_page(db: Db, request: PageRequest) -> Page[MissedSearch]:
    """A page of the searches that found nothing, the most frequent first."""
    return await pages.page(db, _MISSED, _MOST, request)


async def remove_missed(db: Db, missed_id: UUID) -> bool:
    """Removes words from the list; False when they are not on it."""
    return await db.execute(sql("delete from missed_searches where id = {}", missed_id)) > 0
