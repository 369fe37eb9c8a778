"""v1: versions of articles."""

from datetime import datetime
from typing import Final
from uuid import UUID

from litestar import Response
from litestar.params import FromPath
from msgspec import Struct

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.envelope import Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.knowledge.shapes import ArticleAuthor, ArticleView
from deskbell.features.knowledge import service, versions
from deskbell.features.knowledge.records import ArticleVersion, Visibility
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Knowledge base"]


class ArticleVersionView(Struct, frozen=True, kw_only=True):
    """A version of an article. `content` is Markdown; `editor` is null for Deskbell itself and for versions from before."""

    version: int
    title: str
    content: str
    category: str
    tags: list[str]
    published: bool
    visibility: Visibility
    editor: ArticleAuthor | None
    saved_at: datetime

    @classmethod
    def of(cls, version: ArticleVersion) -> "ArticleVersionView":
        editor = None
        if version.editor_id is not None:
            editor = ArticleAuthor(version.editor_id, version.editor_name or "")
        return cls(
            version=version.version, title=version.title, content=version.content, category=version.category,
            tags=version.tags, published=version.published, visibility=version.visibility, editor=editor,
            saved_at=version.saved_at,
        )  # fmt: skip


@get(
    "/kb/articles/{article_id:str}/versions", permission=Permission.ARTICLE_WRITE, tags=TAG,
    summary="List an article's versions",
)  # fmt: skip
async def list_versions(
    uow: Uow,
    article_id: FromPath[UUID],
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
) -> Paginated[ArticleVersionView]:
    """Lists the versions of an article, latest first. The latest 200 are kept."""
    found = await versions.list_versions(uow, article_id, PageRequest.numbered(page, limit, cursor))
    return Paginated([ArticleVersionView.of(each) for each in found.items], Pagination.of(found))


@post(
    "/kb/articles/{article_id:str}/versions/{version:str}/restore", permission=Permission.ARTICLE_WRITE, tags=TAG,
    summary="Restore a version of an article", status_code=200,
)  # fmt: skip
async def restore_version(
    uow: Uow, request: DeskbellRequest, article_id: FromPath[UUID], version: FromPath[int]
) -> Response[Success[ArticleView]]:
    """Sets title, text, category, tags and readers (`visibility`) as they were in a version, as a new one.

    A version for the staff alone withdraws a published article. Restoring publishes nothing.
    """
    article = await versions.restore(uow, article_id, version, expected_version(request))
    return Response(Success(ArticleView.of(article)), headers={"ETag": service.etag(article)})


ROUTES = [list_versions, restore_version]
