"""An article in several languages: each is an article of its own, and the help centre leads from one to the other."""

from typing import Final
from uuid import UUID

from deskbell.features.knowledge import queries
from deskbell.features.knowledge.records import Origin, Translation
from deskbell.kernel.errors import Invalid, NotFound, Problem
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

MOST: Final = 100
"""The number of languages of an article that are listed."""


async def list_translations(uow: UnitOfWork, article_id: UUID) -> list[Translation]:
    """An article in each of its languages, itself among them, by language. Raises `NotFound`."""
    uow.actor.require(Permission.ARTICLE_WRITE)
    found = await queries.translations(uow.db, article_id, MOST)
    if not found:
        raise NotFound("article")
    return found


async def demand_new(uow: UnitOfWork, original: UUID, locale: str) -> Origin:
    """The file or slug that a new translation shares with the original. Raises `Invalid` where there is one already."""
    uow.actor.require(Permission.ARTICLE_WRITE)
    origin = await queries.lock_origin(uow.db, original)
    if origin is None:
        raise Invalid([Problem.at("translation_of", "article.not_found")])
    if locale in {each.locale for each in await queries.translations(uow.db, original, MOST)}:
        raise Invalid([Problem.at("locale", "article.translated")])
    return origin
