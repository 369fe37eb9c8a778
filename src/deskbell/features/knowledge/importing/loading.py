"""Stores imported articles: adds new ones, updates changed ones, and leaves unchanged ones alone."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from deskbell.features.knowledge import queries, service
from deskbell.features.knowledge.importing.pictures import figures_of, with_addresses
from deskbell.features.knowledge.importing.reading import digest_of
from deskbell.features.knowledge.importing.records import FileProblem, FoundArticle, LeftOut, Summary, Unreadable
from deskbell.features.knowledge.pictures import service as pictures
from deskbell.features.knowledge.records import ArticleChanges, NewArticle
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database, UnitOfWork

Report = Callable[[FoundArticle | LeftOut | FileProblem], None]


async def author_for(database: Database, organization_id: UUID) -> Actor | None:
    """The organization's first owner, in whose name articles are imported; None if it has no owner."""
    async with database.unit(Actor.system(organization_id)) as uow:
        owner = await queries.first_owner(uow.db)
    return None if owner is None else Actor(organization_id, owner, Role.OWNER)


async def load(
    database: Database, author: Actor, found: Iterable[FoundArticle | LeftOut | FileProblem], report: Report
) -> Summary:
    """Stores each article in its own transaction. Calls `report` with the result of each file."""
    summary = Summary()
    for each in found:
        answer = each
        if isinstance(each, FoundArticle):
            try:
                outcome = await _store(database, author, each)
                setattr(summary, outcome, getattr(summary, outcome) + 1)
            except Unreadable as problem:
                answer = FileProblem(each.source, str(problem))
            except asyncpg.DataError as error:
                answer = FileProblem(each.source, f"was refused by the database: {str(error).splitlines()[0]}")
        if isinstance(answer, FileProblem):
            summary.refused += 1
        elif isinstance(answer, LeftOut):
            summary.left_out += 1
        report(answer)
    return summary


async def _store(database: Database, author: Actor, found: FoundArticle) -> str:
    digest = digest_of(found)
    async with database.unit(author) as uow:
        known = await queries.find_by_source(uow.db, found.locale, found.source)
    if known is not None and known[1] == digest:
        return "unchanged"
    figures = await asyncio.to_thread(figures_of, found.pictures)
    async with database.unit(author) as uow:
        ids = {each: (await pictures.add(uow, *made)).id for each, made in figures.items()}
        return await _write(uow, replace(found, content=with_addresses(found.content, ids)), digest)


async def _write(uow: UnitOfWork, found: FoundArticle, digest: bytes) -> str:
    known = await queries.find_by_source(uow.db, found.locale, found.source)
    if known is None:
        made = await service.create(
            uow,
            NewArticle(
                title=found.title, content=found.content, category=found.category, tags=found.tags,
                published=found.published is not False and not found.internal,
                visibility="internal" if found.internal else "public", locale=found.locale, slug=found.slug,
            ),
        )  # fmt: skip
        await queries.set_source(uow.db, made.id, found.source, digest)
        return "made"
    article_id = known[0]
    await service.update(
        uow,
        article_id,
        ArticleChanges(
            title=found.title, content=found.content, category=found.category, tags=found.tags,
            **await _readers(uow, article_id, found),
        ),
    )  # fmt: skip
    await queries.set_source(uow.db, article_id, found.source, digest)
    return "updated"


async def _readers(uow: UnitOfWork, article_id: UUID, found: FoundArticle) -> dict[str, Any]:
    """The changes of who reads an article. One that is internal already is not published by a file."""
    if found.internal:
        return {"visibility": "internal", "published": False}
    if found.published is None or (await service.get(uow, article_id)).visibility == "internal":
        return {}
    return {"published": found.published}
