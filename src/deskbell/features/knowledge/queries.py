"""SQL of articles."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from deskbell.features.knowledge.records import (
    Article,
    ArticleFilter,
    ArticleVersion,
    CategoryCount,
    Origin,
    Translation,
)
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest, encode_cursor
from deskbell.kernel.permissions import Permission
from deskbell.runtime import pages
from deskbell.runtime.pages import Order
from deskbell.runtime.rows import read, read_one
from deskbell.runtime.sql import Db, Fragment, all_of, sql
from deskbell.runtime.table import Table

_ARTICLES: Final = Table(
    "articles",
    Article,
    "a",
    columns={
        "author_name": "m.name",
        "views": "coalesce(n.views, 0)",
        "helpful": "coalesce(n.helpful, 0)",
        "unhelpful": "coalesce(n.unhelpful, 0)",
    },
    joins="join memberships m on m.organization_id = a.organization_id and m.user_id = a.author_id "
    "left join article_counts n on n.organization_id = a.organization_id and n.article_id = a.id",
    without=["snippet"],
)
_NEWEST: Final = Order[Article](
    "a.created_at", "a.id", shape=tuple[datetime, UUID], key=lambda each: (each.created_at, each.id), descending=True
)
_CATEGORIES: Final = Order[CategoryCount](
    "deskbell_name_key(a.category)",
    "a.category",
    shape=tuple[str, str],
    places="deskbell_name_key({}), {}",
    key=lambda category: (category.name, category.name),
)
_VERSIONS: Final = Table(
    "article_versions",
    ArticleVersion,
    "v",
    columns={"editor_name": "m.name"},
    joins="left join memberships m on m.organization_id = v.organization_id and m.user_id = v.editor_id",
    key="version",
)
_LATEST: Final = Order[ArticleVersion]("v.version", shape=tuple[int], key=lambda each: (each.version,), descending=True)
# Marks around found words until the text is escaped for HTML: characters that no stored text contains.
SNIPPET_MARKS: Final = ("\x02", "\x03")
# What `deskbell_quotable` puts in place of an angle bracket, and behind each ideograph.
SNIPPET_BRACKET: Final = "\x04"
SNIPPET_JOINT: Final = "\x05"
# Fragments begin and end with no word that is shorter than `ShortWord`, in bytes: an ideograph has three.
_HEADLINE: Final = (
    'StartSel=\x02, StopSel=\x03, MaxWords=30, MinWords=12, ShortWord=2, MaxFragments=2, FragmentDelimiter=" … "'
)


def visible_to(actor: Actor) -> Fragment:
    """The rows of `articles a` that an actor may see: published ones; drafts and internal ones too for the staff."""
    return sql("true") if actor.may(Permission.ARTICLE_WRITE) else sql("a.published_at is not null")


def _matching(actor: Actor, filters: ArticleFilter) -> Fragment:
    published = None
    if filters.published is not None:
        published = sql("a.published_at is not null") if filters.published else sql("a.published_at is null")
    return all_of(
        [
            visible_to(actor),
            published,
            None if filters.visibility is None else sql("a.visibility = {}", filters.visibility),
            None if filters.category is None else sql("lower(a.category) = lower({})", filters.category),
            None
            if filters.tag is None
            else sql(
                "exists (select from unnest(a.tags) tag where deskbell_name_key(tag) = deskbell_name_key({}))",
                filters.tag,
            ),
            None if filters.locale is None else sql("a.locale = {}", filters.locale),
        ]
    )


async def find_visible(db: Db, actor: Actor, article_id: UUID) -> Article | None:
    """An article that the actor may read."""
    return await _ARTICLES.find(db, sql("a.id = {} and {}", article_id, visible_to(actor)))


async def lock(db: Db, article_id: UUID) -> Article | None:
    """An article of the entered organization, locked until the unit of work ends."""
    return await _ARTICLES.find(db, sql("a.id = {} for update of a", article_id))


async def list_visible(db: Db, actor: Actor, filters: ArticleFilter, page: PageRequest) -> Page[Article]:
    """A page of articles, newest first."""
    return await pages.page(db, _ARTICLES, _NEWEST, page, where=_matching(actor, filters))


async def search_visible(db: Db, actor: Actor, filters: ArticleFilter, page: PageRequest) -> Page[Article]:
    """A page of the articles that contain any of the words, best first, with snippets of raw text between marks."""
    found = sql(
        "select a.organization_id, a.id, f.score from articles a "
        "join deskbell_search_articles({}, {}) f on f.article_id = a.id where {}",
        filters.search, actor.is_staff, _matching(actor, filters),
    )  # fmt: skip
    rows = await db.fetch_all(
        sql(
            "with found as materialized ({}), "
            "best as materialized (select * from found order by score desc, id limit {} offset {}) "
            "select {}, ts_headline('deskbell', deskbell_quotable(a.text), "
            "(select string_agg(quote_literal(lexeme), ' | ')::tsquery from ({}) shown), {}) as snippet, "
            "(select count(*) from found) as total "
            "from best join articles a on a.organization_id = best.organization_id and a.id = best.id {} "
            "order by best.score desc, a.id",
            found, page.limit + 1, page.offset, _ARTICLES.columns, _shown(filters.search), _HEADLINE, _ARTICLES.joins,
        )
    )  # fmt: skip
    if rows or not page.offset:
        total = rows[0]["total"] if rows else 0
    else:
        total = int(await db.fetch_value(sql("select count(*) from ({}) found", found)))
    more = len(rows) > page.limit
    articles = _ARTICLES.read(rows[: page.limit])
    return Page(articles, total, page, encode_cursor(page.offset + page.limit) if more else None)


def _shown(search: str | None) -> Fragment:
    """The lexemes to mark in a found article `a`: the searched ones, and their accented forms in the article."""
    return sql(
        "with asked as (select lexeme from unnest(to_tsvector('deskbell', deskbell_search_text({})))) "
        "select lexeme from asked union "
        "select w.lexeme from unnest(to_tsvector('deskbell', left(deskbell_bounded(a.text), 150000))) w "
        "where octet_length(w.lexeme) > char_length(w.lexeme) "
        "and deskbell_search_text(w.lexeme) in (select lexeme from asked)",
        search,
    )


async def add(db: Db, organization_id: UUID, article: Article, text: str) -> bool:
    """Adds an article with its plain text for search and snippets; False when its slug is taken."""
    insert = _ARTICLES.insert(article, organization_id=organization_id, text=text)
    return await db.execute(sql("{} on conflict (organization_id, locale, slug) do nothing", insert)) > 0


async def update(db: Db, article: Article, text: str | None) -> None:
    """Writes an article's fields. `text` is None where the content is unchanged."""
    fields = ("title", "content", "category", "tags", "published_at", "visibility", "version", "updated_at")
    await db.execute(_ARTICLES.update(article, *fields, text=sql("coalesce({}, text)", text)))


async def remove(db: Db, article_id: UUID) -> None:
    """Deletes an article with its votes."""
    await db.execute(sql("delete from articles where id = {}", article_id))


async def slugs_like(db: Db, slug: str, locale: str) -> set[str]:
    """The existing slugs with this prefix."""
    rows = await db.fetch_all(
        sql("select slug from articles where locale = {} and starts_with(slug, {})", locale, slug)
    )
    return {row["slug"] for row in rows}


async def first_owner(db: Db) -> UUID | None:
    """The owner with the longest membership in the entered organization."""
    return _id(
        await db.fetch_value(
            "select user_id from memberships where role = 'owner' and ended_at is null order by created_at, user_id limit 1"
        )
    )


async def find_by_source(db: Db, locale: str, source: str) -> tuple[UUID, bytes] | None:
    """The article imported from a file, with the digest of the file's content; locked."""
    row = await db.fetch_one(
        sql("select id, source_digest from articles where locale = {} and source = {} for update", locale, source)
    )
    return None if row is None else (row["id"], row["source_digest"])


async def set_source(db: Db, article_id: UUID, source: str, digest: bytes) -> None:
    """Sets the file from which an article was imported, with the digest of its content."""
    await db.execute(
        sql("update articles set source = {}, source_digest = {} where id = {}", source, digest, article_id)
    )


async def categories(db: Db, actor: Actor) -> list[CategoryCount]:
    """The categories of the articles that the actor may read, by name."""
    rows = await db.fetch_all(
        sql(
            "select a.category as name, count(*) as articles from articles a where a.category <> '' and {} "
            "group by 1 order by {}",
            visible_to(actor),
            _CATEGORIES.by(),
        )
    )
    return read(CategoryCount, rows)


async def category_page(db: Db, actor: Actor, page: PageRequest) -> Page[CategoryCount]:
    """A page of the categories of the articles that the actor may read, by name."""
    wanted = sql("a.category <> '' and {}", visible_to(actor))
    down = page.descends(False)
    rows = await db.fetch_all(
        sql(
            "select a.category as name, count(*) as articles from articles a where {} "
            "group by 1 order by {} limit {} offset {}",
            all_of([wanted, _CATEGORIES.after(page.cursor, descending=down)]), _CATEGORIES.by(descending=down),
            page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(distinct a.category) from articles a where {}", wanted)))
    return _CATEGORIES.page(read(CategoryCount, rows[: page.limit]), len(rows), total, page)


async def count_view(db: Db, organization_id: UUID, article_id: UUID) -> None:
    """Adds one view."""
    await db.execute(
        sql(
            "insert into article_counts as n (organization_id, article_id, views) values ({}, {}, 1) "
            "on conflict (organization_id, article_id) do update set views = n.views + 1",
            organization_id,
            article_id,
        )
    )


async def lock_vote(db: Db, organization_id: UUID, article_id: UUID, voter: str) -> bool | None:
    """A reader's earlier vote, or None. Locks the article's counts, so that votes on it are serialized."""
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
    """Sets a reader's vote, which replaces an earlier one."""
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
    """Adds to an article's vote counts; the numbers may be negative."""
    await db.execute(
        sql(
            "update article_counts set helpful = helpful + {}, unhelpful = unhelpful + {} where article_id = {}",
            helpful,
            unhelpful,
            article_id,
        )
    )


async def find_organization(db: Db, named: str | None, host: str) -> UUID | None:
    """The organization of the public pages: the one named by id or domain, else the host's, else the first."""
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


async def keep_version(db: Db, organization_id: UUID, article: Article, editor_id: UUID | None) -> None:
    """Keeps what an article says now as its version; one that is kept already stays."""
    version = ArticleVersion(
        article_id=article.id, version=article.version, title=article.title, content=article.content,
        category=article.category, tags=article.tags, published=article.published, visibility=article.visibility,
        editor_id=editor_id, saved_at=article.updated_at,
    )  # fmt: skip
    await db.execute(sql("{} on conflict do nothing", _VERSIONS.insert(version, organization_id=organization_id)))


async def delete_old_versions(db: Db, article_id: UUID, before: int) -> None:
    """Deletes the versions of an article before one."""
    await db.execute(sql("delete from article_versions where article_id = {} and version < {}", article_id, before))


async def version_page(db: Db, article_id: UUID, request: PageRequest) -> Page[ArticleVersion]:
    """A page of an article's versions, latest first."""
    return await pages.page(db, _VERSIONS, _LATEST, request, where=sql("v.article_id = {}", article_id))


async def find_version(db: Db, article_id: UUID, version: int) -> ArticleVersion | None:
    """A version of an article."""
    return await _VERSIONS.find(db, sql("v.article_id = {} and v.version = {}", article_id, version))


async def lock_origin(db: Db, article_id: UUID) -> Origin | None:
    """The file or slug that an article shares with its translations; locked, so that one language gets one translation."""
    return read_one(
        Origin,
        await db.fetch_one(sql("select a.slug, a.source from articles a where a.id = {} for update", article_id)),
    )


async def translations(db: Db, article_id: UUID, most: int) -> list[Translation]:
    """An article in each of its languages, itself among them. The help centre pairs them in the same way."""
    rows = await db.fetch_all(
        sql(
            "select a.id, a.locale, a.title, a.published_at is not null as published, a.visibility, a.version, a.updated_at "
            "from articles o join articles a on a.organization_id = o.organization_id "
            "and (a.source = o.source or (o.source is null and a.source is null and a.slug = o.slug)) "
            "where o.id = {} order by a.locale, a.id limit {}",
            article_id, most,
        )
    )  # fmt: skip
    return read(Translation, rows)
