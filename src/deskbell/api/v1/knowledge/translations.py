"""v1: an article in its other languages."""

from datetime import datetime
from typing import Final
from uuid import UUID

from litestar.params import FromPath
from msgspec import Struct

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.features.knowledge import translations
from deskbell.features.knowledge.records import Translation, Visibility
from deskbell.kernel.permissions import Permission

TAG: Final = ["Knowledge base"]


class TranslationView(Struct, frozen=True, kw_only=True):
    """An article in one language, without its text."""

    id: UUID
    locale: str
    title: str
    published: bool
    visibility: Visibility
    version: int
    updated_at: datetime

    @classmethod
    def of(cls, translation: Translation) -> "TranslationView":
        return cls(
            id=translation.id, locale=translation.locale, title=translation.title, published=translation.published,
            visibility=translation.visibility, version=translation.version, updated_at=translation.updated_at,
        )  # fmt: skip


@get(
    "/kb/articles/{article_id:str}/translations", permission=Permission.ARTICLE_WRITE, tags=TAG,
    summary="List an article's translations",
)  # fmt: skip
async def list_translations(uow: Uow, article_id: FromPath[UUID]) -> Success[list[TranslationView]]:
    """Lists the article in each language that it has, itself among them, by language. At most 100."""
    return Success([TranslationView.of(each) for each in await translations.list_translations(uow, article_id)])


ROUTES = [list_translations]
