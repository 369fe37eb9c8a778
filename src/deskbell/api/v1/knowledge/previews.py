"""v1: an article as its readers will see it."""

from typing import Final

from litestar.params import JSONBody
from msgspec import Struct

from deskbell.api.shared.routing import Uow, post
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.knowledge.shapes import Content
from deskbell.features.knowledge.rendering import as_html
from deskbell.kernel.permissions import Permission

TAG: Final = ["Knowledge base"]


class PreviewArticle(Struct, frozen=True, forbid_unknown_fields=True):
    """The text of an article in Markdown."""

    content: Content


class ArticlePreview(Struct, frozen=True):
    """The text as sanitized HTML."""

    content_html: str


@post("/kb/preview", permission=Permission.ARTICLE_WRITE, tags=TAG, summary="Preview an article", status_code=200)
async def preview_article(uow: Uow, data: JSONBody[PreviewArticle]) -> Success[ArticlePreview]:
    """Returns a text as readers of an article see it. Nothing is stored."""
    del uow
    return Success(ArticlePreview(await as_html(data.content)))


ROUTES = [preview_article]
