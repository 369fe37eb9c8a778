"""Commands on articles and votes."""

import hashlib
import html
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET
from slugify import slugify

from deskbell.features.knowledge import queries, translations
from deskbell.features.knowledge.events import ArticleCreated, ArticleDeleted, ArticleUpdated
from deskbell.features.knowledge.pictures import service as pictures
from deskbell.features.knowledge.records import (
    Article,
    ArticleChanges,
    ArticleFilter,
    CategoryCount,
    NewArticle,
    Visibility,
)
from deskbell.features.knowledge.rendering import as_text
from deskbell.kernel.access import anyone
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Invalid, NotFound, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest, decode_cursor
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.runtime.database import UnitOfWork

MAX_VERSIONS: Final = 200
"""The number of versions that are kept of an article."""
_MARK: Final = {"\x02": "<mark>", "\x03": "</mark>"}


@anyone("the public pages of an organization are for visitors")
async def visit(uow: UnitOfWork, named: str | None, host: str) -> None:
    """Enters an organization's public pages as an anonymous visitor, unless the caller is signed in.

    The organization is the one with the id or domain `named`, else the one whose domain is `host`, else the server's
    first. Raises `NotFound` for one that does not exist.
    """
    if not uow.anonymous:
        return
    organization_id = await queries.find_organization(uow.db, named, host.partition(":")[0])
    if organization_id is None:
        raise NotFound("organization")
    await uow.enter(Actor.visitor(organization_id))


async def create(uow: UnitOfWork, new: NewArticle) -> Article:
    """Creates an article: a draft, published, or internal. Raises `Invalid`, also for one both published and internal.

    A translation of an imported article shares its file, so that a later import of that file in this language continues it.
    Any other translation has the slug of its original.
    """
    uow.actor.require(Permission.ARTICLE_WRITE)
    given = _cleaned({"title": new.title, "content": new.content, "category": new.category, "tags": new.tags})
    _demand_not_both(published=new.published, visibility=new.visibility)
    origin = None
    if new.translation_of is not None:
        origin = await translations.demand_new(uow, new.translation_of, new.locale)
    slug = origin.slug if origin is not None and origin.source is None else new.slug or new.title
    article = Article(
        **given, id=new_id(), slug=await _free_slug(uow, slug, new.locale), locale=new.locale,
        published_at=uow.now if new.published else None, visibility=new.visibility, author_id=uow.actor.id, author_name="",
        version=1, created_at=uow.now, updated_at=uow.now, views=0, helpful=0, unhelpful=0,
    )  # fmt: skip
    text = await as_text(article.content)
    while not await queries.add(uow.db, uow.actor.organization_id, article, text):  # taken concurrently
        article = msgspec.structs.replace(article, slug=await _free_slug(uow, slug, new.locale))
    if origin is not None and origin.source is not None:
        await queries.set_source(uow.db, article.id, origin.source, b"")
    await queries.keep_version(uow.db, uow.actor.organization_id, article, uow.actor.user_id)
    await pictures.note_uses(uow, article.id, article.content, is_new=True)
    uow.record(ArticleCreated(article_id=article.id, title=article.title, published=new.published))
    return await get(uow, article.id)


@anyone("published articles are public; the row filter shows the others to those who write articles")
async def get(uow: UnitOfWork, article_id: UUID) -> Article:
    """An article that the actor may read. Raises `NotFound`."""
    article = await queries.find_visible(uow.db, uow.actor, article_id)
    if article is None:
        raise NotFound("article")
    return article


@anyone("published articles are public; the row filter shows the others to those who write articles")
async def read(uow: UnitOfWork, article_id: UUID) -> Article:
    """An article that the actor may read, counted as a view unless the actor is staff. Raises `NotFound`."""
    article = await get(uow, article_id)
    if uow.actor.is_staff:
        return article
    await queries.count_view(uow.db, uow.actor.organization_id, article.id)
    return msgspec.structs.replace(article, views=article.views + 1)


@anyone("published articles are public; the row filter shows the others to those who write articles")
async def list_articles(uow: UnitOfWork, filters: ArticleFilter, page: PageRequest) -> Page[Article]:
    """A page of articles, newest first; for a search best first, with HTML snippets that mark found words in `<mark>`."""
    if not filters.search or not filters.search.strip():
        return await queries.list_visible(uow.db, uow.actor, filters, page)
    if page.cursor is not None:
        (offset,) = decode_cursor(page.cursor, tuple[int])
        page = PageRequest(page.limit, offset)
    found = await queries.search_visible(uow.db, uow.actor, filters, page)
    items = [msgspec.structs.replace(each, snippet=_safe_snippet(each.snippet)) for each in found.items]
    return msgspec.structs.replace(found, items=items)


def _safe_snippet(raw: str | None) -> str | None:
    if raw is None:
        return None
    text = html.escape(raw.replace(queries.SNIPPET_JOINT, "").replace(queries.SNIPPET_BRACKET, "<"), quote=False)
    text = text.replace("".join(reversed(queries.SNIPPET_MARKS)), "")  # between ideographs that are next to each other
    for mark, tag in _MARK.items():
        text = text.replace(mark, tag)
    return text


async def update(
    uow: UnitOfWork, article_id: UUID, changes: ArticleChanges, expected_version: Precondition | None = None
) -> Article:
    """Sets the given fields; equal values are no change. What becomes internal is published no more.

    Raises `NotFound`, `StaleVersion`, and `Invalid` for publishing an internal article.
    """
    uow.actor.require(Permission.ARTICLE_WRITE)
    article = await queries.lock(uow.db, article_id)
    if article is None:
        raise NotFound("article")
    if expected_version is not None:
        expected_version.demand(etag(article))
    given = {name: getattr(changes, name) for name in ("title", "content", "category", "tags")}
    given = _cleaned({name: value for name, value in given.items() if value is not UNSET})
    fields: dict[str, object] = {name: value for name, value in given.items() if value != getattr(article, name)}
    fields |= _readers(uow, article, changes)
    if not fields:
        return article
    changed = msgspec.structs.replace(article, **fields, version=article.version + 1, updated_at=uow.now)
    await _keep_versions(uow, article, changed)
    await queries.update(uow.db, changed, await as_text(changed.content) if "content" in fields else None)
    recorded = {name: Change(getattr(article, name), value) for name, value in fields.items() if name != "content"}
    if "content" in fields:
        await pictures.note_uses(uow, article.id, changed.content)
        recorded["content"] = Change(None, None)
    uow.record(ArticleUpdated(article_id=article.id, title=changed.title, changes=recorded))
    return changed


def _readers(uow: UnitOfWork, article: Article, changes: ArticleChanges) -> dict[str, object]:
    """The fields that change of those that say who reads the article. Raises `Invalid`."""
    fields: dict[str, object] = {}
    visibility = article.visibility if changes.visibility is UNSET else changes.visibility
    if visibility != article.visibility:
        fields["visibility"] = visibility
    published = article.published and visibility == "public" if changes.published is UNSET else changes.published
    _demand_not_both(published=published, visibility=visibility)
    if published != article.published:
        fields["published_at"] = uow.now if published else None
    return fields


def _demand_not_both(*, published: bool, visibility: Visibility) -> None:
    """Raises `Invalid` for an article that is both published and internal."""
    if published and visibility == "internal":
        raise Invalid([Problem.at("published", "article.internal")])


async def _keep_versions(uow: UnitOfWork, before: Article, now: Article) -> None:
    """Keeps the version before, if an import wrote it, and the new one; of very many the latest."""
    organization_id = uow.actor.organization_id
    await queries.keep_version(uow.db, organization_id, before, None)
    await queries.keep_version(uow.db, organization_id, now, uow.actor.user_id)
    await queries.delete_old_versions(uow.db, now.id, now.version - MAX_VERSIONS + 1)


async def delete(uow: UnitOfWork, article_id: UUID) -> None:
    """Deletes an article with its votes. Raises `NotFound`."""
    uow.actor.require(Permission.ARTICLE_WRITE)
    article = await queries.lock(uow.db, article_id)
    if article is None:
        raise NotFound("article")
    await queries.remove(uow.db, article.id)
    uow.record(ArticleDeleted(article_id=article.id, title=article.title))


@anyone("published articles are public; the row filter shows the others to those who write articles")
async def list_categories(uow: UnitOfWork) -> list[CategoryCount]:
    """The categories of the articles that the actor may read."""
    return await queries.categories(uow.db, uow.actor)


@anyone("published articles are public; the row filter shows the others to those who write articles")
async def page_categories(uow: UnitOfWork, page: PageRequest) -> Page[CategoryCount]:
    """A page of the categories of the articles that the actor may read, by name. Raises `Invalid`."""
    return await queries.category_page(uow.db, uow.actor, page)


@anyone("readers of a public article may rate it")
async def vote(uow: UnitOfWork, article_id: UUID, *, helpful: bool, address: str, browser: str) -> Article:
    """Records whether an article helped; a later vote replaces it. Address and browser identify anonymous readers."""
    article = await get(uow, article_id)
    if uow.actor.user_id is not None:
        voter = str(uow.actor.user_id)
    else:
        voter = hashlib.sha256(f"{article.id}|{address}|{browser}".encode()).hexdigest()[:32]
    organization_id = uow.actor.organization_id
    before = await queries.lock_vote(uow.db, organization_id, article.id, voter)
    if before is not helpful:
        await queries.set_vote(uow.db, organization_id, article.id, voter, helpful, uow.now)
        await queries.add_to_votes(
            uow.db,
            article.id,
            helpful=int(helpful) - int(before is True),
            unhelpful=int(not helpful) - int(before is False),
        )
    return await get(uow, article_id)


def etag(article: Article) -> str:
    """The entity tag of an article: its version in quotes."""
    return f'"{article.version}"'


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    """The normalized fields of a new or changed article. Raises `Invalid` for a blank title or content."""
    blank = [name for name in ("title", "content") if name in fields and not fields[name].strip()]
    if blank:
        raise Invalid([Problem.at(name, "blank") for name in blank])
    cleaned = fields | {name: fields[name].strip() for name in ("title", "category") if name in fields}
    if "tags" in fields:
        cleaned["tags"] = list(dict.fromkeys(tag.strip() for tag in fields["tags"] if tag.strip()))
    return cleaned


async def _free_slug(uow: UnitOfWork, text: str, locale: str) -> str:
    """A slug made from the title, unique by a number if necessary."""
    slug = slugify(text, max_length=80) or "article"
    taken = await queries.slugs_like(uow.db, slug, locale)
    number = 2
    free = slug
    while free in taken:
        free, number = f"{slug}-{number}", number + 1
    return free
