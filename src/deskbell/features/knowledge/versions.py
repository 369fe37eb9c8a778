"""Versions of articles: what each saving left, and going back to one."""

from uuid import UUID

from deskbell.features.knowledge import queries, service
from deskbell.features.knowledge.records import Article, ArticleChanges, ArticleVersion
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.runtime.database import UnitOfWork

__all__ = ["get_version", "list_versions", "restore"]


async def list_versions(uow: UnitOfWork, article_id: UUID, request: PageRequest) -> Page[ArticleVersion]:
    """A page of an article's versions, latest first. Raises `NotFound`."""
    uow.actor.require(Permission.ARTICLE_WRITE)
    article = await service.get(uow, article_id)
    return await queries.version_page(uow.db, article.id, request)


async def get_version(uow: UnitOfWork, article_id: UUID, version: int) -> ArticleVersion:
    """A version of an article. Raises `NotFound`."""
    uow.actor.require(Permission.ARTICLE_WRITE)
    await service.get(uow, article_id)
    found = await queries.find_version(uow.db, article_id, version)
    if found is None:
        raise NotFound("article_version")
    return found


async def restore(
    uow: UnitOfWork, article_id: UUID, version: int, expected_version: Precondition | None = None
) -> Article:
    """Makes an article say again what it said in a version, to the readers that it had then, as a new version.

    A published article stays published, unless the version was for the staff alone; an article that is not stays so.

    Raises `NotFound`, `StaleVersion`.
    """
    uow.actor.require(Permission.ARTICLE_WRITE)
    found = await get_version(uow, article_id, version)
    changes = ArticleChanges(
        title=found.title, content=found.content, category=found.category, tags=found.tags, visibility=found.visibility
    )
    return await service.update(uow, article_id, changes, expected_version)
