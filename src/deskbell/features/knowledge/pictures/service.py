"""Commands on pictures of articles. A picture is kept until no article names it in any version."""

import re
from typing import Final
from uuid import UUID

from deskbell.features.knowledge.pictures import queries
from deskbell.features.knowledge.pictures.records import ArticlePicture, ShownPicture
from deskbell.kernel.access import anyone, step
from deskbell.kernel.errors import NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.pictures import Size

PLACE: Final = "/api/v1/kb/pictures/"
"""The beginning of the address of every picture, as articles name it."""
_NAMED: Final = re.compile(re.escape(PLACE) + r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


async def add(uow: UnitOfWork, content: bytes, size: Size) -> ArticlePicture:
    """Adds a picture, a figure of `runtime.pictures`. One that no article names within a day is deleted."""
    uow.actor.require(Permission.ARTICLE_WRITE)
    picture = ArticlePicture(id=new_id(), width=size.width, height=size.height)
    await queries.add(uow.db, uow.actor.organization_id, picture, content, uow.actor.id, uow.now)
    return picture


@anyone("pictures of published articles are public; those who write articles see the others, too")
async def show(uow: UnitOfWork, picture_id: UUID) -> ShownPicture:
    """A picture that the caller may see. Raises `NotFound`."""
    content = await queries.published(uow.db, picture_id)
    if content is not None:
        return ShownPicture(content, public=True)
    if not uow.anonymous and uow.actor.may(Permission.ARTICLE_WRITE):
        content = await queries.find(uow.db, picture_id)
    if content is None:
        raise NotFound("file")
    return ShownPicture(content, public=False)


@step("commands on articles, which authorise their actor")
async def note_uses(uow: UnitOfWork, article_id: UUID, content: str, *, is_new: bool = False) -> None:
    """Notes which pictures the text of an article names."""
    named = sorted({UUID(each) for each in _NAMED.findall(content)})
    if named:
        await queries.note_uses(uow.db, article_id, named)
    if not is_new:
        await queries.end_uses(uow.db, article_id, named)
