"""SQL of articles."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from deskbell.features.knowledge.records import Article, ArticleFilter, CategoryCount
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest, decode_cursor, encode_cursor
from deskbell.kernel.permissions import Permission
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, Fragment, all_of, sql

__all__ = [
    "add",
    "add_to_votes",
    "categories",
    "category_page",
    "count_view",
    "find_by_source",
    "find_organization",
    "find_visible",
    "first_owner",
    "list_visible",
    "lock",
    "lock_vote",
    "remove",
    "search_visible",
    "set_source",
    "set_vote",
    "slugs_like",
    "update",
    "visible_to",
]

_COLUMNS: Final = sql(
    "a.id, a.slug, a.title, a.content, a.category, a.tags, a.locale, a.published_at, a.author_id, m.name, a.version, "
    "a.created_at, a.updated_at, coalesce(n.views, 0), coalesce(n.helpful, 0), coalesce(n.unhelpful, 0)"
)
_JOINS: Final = sql(
    "join memberships m on m.organization_id = a.organization_id and m.user_id = a.author_id "
    "left join article_counts n on n.organization_id = a.organization_id and n.article_id = a.id"
)
_CATEGORIES: Final = Order("deskbell_name_key(a.category)", "a.category", shape=tuple[str, str], by_name=True)
# Where the marks around found words stand until the text is made safe for HTML: characters that no text may hold.
SNIPPET_MARKS: Final = ("\x02", "\x03")
# And what an angle bracket is until then: PostgreSQL would take what is between two of them for a tag and leave it out.
SNIPPET_BRACKET: Final = "\x04"
_HEADLINE: Final = 'StartSel=\x02, StopSel=\x03, MaxWords=30, MinWords=12, MaxFragments=2, FragmentDelimiter=" … "'


def visible_to(actor: Actor) -> Fragment:
    """The rows of `articles a` that an actor may see: published ones, and drafts for those who write articles."""
    return sql("true") if actor.may(Permission.ARTICLE_WRITE) else sql("a.published_at is not null")


def _article(row: Any, snippet: str | None = None) -> Article:
    return Article(
        id=row[0], slug=row[1], title=row[2], content=row[3], category=row[4], tags=row[5], locale=row[6],
        published_at=row[7], author_id=row[8], author_name=row[9], version=row[10], created_at=row[11],
        updated_at=row[12], views=row[13], helpful=row[14], unhelpful=row[15], snippet=snippet,
    )  # fmt: skip


def _matching(actor: Actor, narrow: ArticleFilter) -> Fragment:
    published = None
    if narrow.published is not None:
        published = sql("a.published_at is not null") if narrow.published else sql("a.published_at is null")
    return all_of(
        [
            visible_to(actor),
            published,
            None if narrow.category is None else sql("lower(a.category) = lower({})", narrow.category),
            None
            if narrow.tag is None
            else sql(
                "exists (select from unnest(a.tags) tag where deskbell_name_key(tag) = deskbell_name_key({}))",
                narrow.tag,
            ),
            None if narrow.locale is None else sql("a.locale = {}", narrow.locale),
        ]
    )


async def find_visible(db: Db, actor: Actor, article_id: UUID) -> Article | None:
    """An article that the actor may read."""
    row = await db.fetch_one(
        sql("select {} from articles a {} where a.id = {} and {}", _COLUMNS, _JOINS, article_id, visible_to(actor))
    )
    return None if row is None else _article(row)


async def lock(db: Db, article_id: UUID) -> Article | None:
    """An article to be changed, whoever wrote it."""
    row = await db.fetch_one(
        sql("select {} from articles a {} where a.id = {} for update of a", _COLUMNS, _JOINS, article_id)
    )
    return None if row is None else _article(row)


async def list_visible(db: Db, actor: Actor, narrow: ArticleFilter, page: PageRequest) -> Page[Article]:
    """A page of articles, newest first unless asked otherwise."""
    down = page.descends(True)
    way = sql("desc" if down else "asc")
    wanted = _matching(actor, narrow)
    after = None
    if page.cursor is not None:
        at, article_id = decode_cursor(page.cursor, tuple[datetime, UUID])
        after = sql("(a.created_at, a.id) {} ({}, {})", sql("<" if down else ">"), at, article_id)
    rows = await db.fetch_all(
        sql(
            "select {} from articles a {} where {} order by a.created_at {}, a.id {} limit {} offset {}",
            _COLUMNS, _JOINS, all_of([wanted, after]), way, way, page.limit + 1, 0 if page.cursor else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(*) from articles a where {}", wanted)))
    articles = [_article(row) for row in rows[: page.limit]]
    more = len(rows) > page.limit
    return Page(articles, total, page, encode_cursor(articles[-1].created_at, articles[-1].id) if more else None)


async def search_visible(db: Db, actor: Actor, narrow: ArticleFilter, page: PageRequest) -> Page[Article]:
    """A page of the articles that hold any of the words, best first, with snippets of raw text between marks."""
    found = sql(
        "select a.organization_id, a.id, f.score from articles a "
        "join deskbell_search_articles({}, {}) f on f.article_id = a.id where {}",
        narrow.search, actor.may(Permission.ARTICLE_WRITE), _matching(actor, narrow),
    )  # fmt: skip
    rows = await db.fetch_all(
        sql(
            "with found as materialized ({}), "
            "best as materialized (select * from found order by score desc, id limit {} offset {}) "
            "select {}, ts_headline('deskbell', translate(deskbell_bounded(a.text), '<', e'\\x04'), "
            "(select string_agg(quote_literal(lexeme), ' | ')::tsquery from ({}) shown), {}), (select count(*) from found) "
            "from best join articles a on a.organization_id = best.organization_id and a.id = best.id {} "
            "order by best.score desc, a.id",
            found, page.limit + 1, page.offset, _COLUMNS, _shown(narrow.search), _HEADLINE, _JOINS,
        )
    )  # fmt: skip
    if rows or not page.offset:
        total = rows[0][17] if rows else 0
    else:
        total = int(await db.fetch_value(sql("select count(*) from ({}) found", found)))
    more = len(rows) > page.limit
    articles = [_article(row, row[16]) for row in rows[: page.limit]]
    return Page(articles, total, page, encode_cursor(page.offset + page.limit) if more else None)


def _shown(search: str | None) -> Fragment:
    """The lexemes to mark in a found article `a`: those sought, and those that are written with accents there."""
    return sql(
        "with asked as (select lexeme from unnest(to_tsvector('deskbell', deskbell_search_text({})))) "
        "select lexeme from asked union "
        "select w.lexeme from unnest(to_tsvector('deskbell', left(deskbell_bounded(a.text), 150000))) w "
        "where octet_length(w.lexeme) > char_length(w.lexeme) "
        "and deskbell_search_text(w.lexeme) in (select lexeme from asked)",
        search,
    )


async def add(db: Db, organization_id: UUID, article: Article, text: str) -> None:
    """Inserts an article with the text that readers see, which is searched and quoted."""
    await db.execute(
        sql(
            "insert into articles (organization_id, id, slug, title, content, text, category, tags, locale, published_at, "
            "author_id, created_at, updated_at) values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            organization_id, article.id, article.slug, article.title, article.content, text, article.category,
            article.tags, article.locale, article.published_at, article.author_id, article.created_at, article.updated_at,
        )
    )  # fmt: skip


async def update(db: Db, article: Article, text: str | None) -> None:
    """Writes an article's fields as they are in the record. `text` is None where the content is the same."""
    await db.execute(
        sql(
            "update articles set title = {}, content = {}, text = coalesce({}, text), category = {}, tags = {}, "
            "published_at = {}, version = {}, updated_at = {} where id = {}",
            article.title, article.content, text, article.category, article.tags, article.published_at,
            article.version, article.updated_at, article.id,
        )
    )  # fmt: skip


async def remove(db: Db, article_id: UUID) -> None:
    """Removes an article with its votes."""
    await db.execute(sql("delete from articles where id = {}", article_id))


async def slugs_like(db: Db, slug: str, locale: str) -> set[str]:
    """The slugs taken that begin like this one."""
    rows = await db.fetch_all(
        sql("select slug from articles where locale = {} and starts_with(slug, {})", locale, slug)
    )
    return {row[0] for row in rows}


async def first_owner(db: Db) -> UUID | None:
    """The owner who has been one of the entered organization for longest."""
    return _id(
        await db.fetch_value(
            "select user_id from memberships where role = 'owner' and ended_at is null order by created_at, user_id limit 1"
        )
    )


async def find_by_source(db: Db, locale: str, source: str) -> tuple[UUID, bytes] | None:
    """The article that was imported from a file, with the fingerprint of what the file said; locked."""
    row = await db.fetch_one(
        sql("select id, source_digest from articles where locale = {} and source = {} for update", locale, source)
    )
    return None if row is None else (row[0], row[1])


async def set_source(db: Db, article_id: UUID, source: str, digest: bytes) -> None:
    """Notes which file an article was imported from, and what that said."""
    await db.execute(
        sql("update articles set source = {}, source_digest = {} where id = {}", source, digest, article_id)
    )


async def categories(db: Db, actor: Actor) -> list[CategoryCount]:
    """The categories of the articles that the actor may read, by name."""
    rows = await db.fetch_all(
        sql(
            "select a.category, count(*) from articles a where a.category <> '' and {} group by 1 order by {}",
            visible_to(actor),
            _CATEGORIES.by(),
        )
    )
    return [CategoryCount(*row) for row in rows]


async def category_page(db: Db, actor: Actor, page: PageRequest) -> Page[CategoryCount]:
    """A part of the categories of the articles that the actor may read, by name."""
    wanted = sql("a.category <> '' and {}", visible_to(actor))
    down = page.descends(False)
    rows = await db.fetch_all(
        sql(
            "select a.category, count(*) from articles a where {} group by 1 order by {} limit {} offset {}",
            all_of([wanted, _CATEGORIES.after(page.cursor, descending=down)]), _CATEGORIES.by(descending=down),
            page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(distinct a.category) from articles a where {}", wanted)))
    return page_from(
        rows, total, page, lambda row: CategoryCount(*row), lambda category: (category.name, category.name)
    )


async def count_view(db: Db, organization_id: UUID, article_id: UUID) -> None:
    """Counts one reader."""
    await db.execute(
        sql(
            "insert into article_counts as n (organization_id, article_id, views) values ({}, {}, 1) "
            "on conflict (organization_id, article_id) do update set views = n.views + 1",
            organization_id,
            article_id,
        )
    )


async def lock_vote(db: Db, organization_id: UUID, article_id: UUID, voter: str) -> bool | None:
    """A reader's vote so far, or None; the article's counts are locked, so that votes on it follow one another."""
    await db.execute(
        sql(
            "insert into article_counts as n (organization_id, article_id) values ({}, {}) "
            "on conflict (organization_id, article_id) do update set helpful = n.helpful",
            organization_id,
            article_id,
        )
    )
    vote: bool | None = await db.fetch_value(
        sql("select helpful from article_votes where article_id = {} and voter = {}", article_id, voter)
    )
    return vote


async def set_vote(db: Db, organization_id: UUID, article_id: UUID, voter: str, helpful: bool, now: datetime) -> None:
    """Sets a reader's one vote."""
    await db.execute(
        sql(
            "insert into article_votes (organization_id, article_id, voter, helpful, voted_at) values ({}, {}, {}, {}, {}) "
            "on conflict (organization_id, article_id, voter) do update set helpful = excluded.helpful, "
            "voted_at = excluded.voted_at",
            organization_id,
            article_id,
            voter,
            helpful,
            now,
        )
    )


async def add_to_votes(db: Db, article_id: UUID, helpful: int, unhelpful: int) -> None:
    """Changes an article's counts of votes by so many."""
    await db.execute(
        sql(
            "update article_counts set helpful = helpful + {}, unhelpful = unhelpful + {} where article_id = {}",
            helpful,
            unhelpful,
            article_id,
        )
    )


async def find_organization(db: Db, named: str | None, host: str) -> UUID | None:
    """The organization whose public pages are meant: the one named by id or domain, else the host's, else the first."""
    if named is not None:
        return _id(
            await db.fetch_value(
                sql(
                    "select id from organizations where deleted_at is null and (id::text = lower({}) or domain = lower({}))",
                    named,
                    named,
                )
            )
        )
    return _id(
        await db.fetch_value(
            sql(
                "select id from organizations where deleted_at is null order by (domain = lower({})) desc nulls last, "
                "created_at, id limit 1",
                host,
            )
        )
    )


def _id(value: Any) -> UUID | None:
    return None if value is None else UUID(bytes=value.bytes)
