"""v1: the knowledge base."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, client_address, expected_version
from deskbell.api.shared.routing import Public, Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Pagination, Success, Whole
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam, WholeLimitParam, part_of
from deskbell.api.v1.knowledge.shapes import ArticleList, ArticleView, CreateArticle, UpdateArticle, VoteBody
from deskbell.features.knowledge import service
from deskbell.features.knowledge.records import ArticleChanges, ArticleFilter, CategoryCount, NewArticle
from deskbell.features.knowledge.rendering import as_html
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Knowledge base"]


OrganizationParam = Annotated[
    str | None,
    QueryParameter(description="Whose help centre: id or domain; otherwise the host's, else the server's first"),
]


async def _enter_help_centre(uow: Uow, request: DeskbellRequest, organization: str | None) -> None:
    """Readers who are not signed in see the help centre of the organization that they name, or the host's."""
    await service.visit(uow, organization, request.headers.get("host", ""))


@get(
    "/kb/articles",
    permission=Public.OPTIONAL,
    more=(Permission.ARTICLE_WRITE,),
    tags=TAG,
    summary="List articles",
    refuses=(NotFound,),
)
async def list_articles(
    uow: Uow,
    request: DeskbellRequest,
    category: FromQuery[str | None] = None,
    tag: FromQuery[str | None] = None,
    locale: FromQuery[str | None] = None,
    search: Annotated[str | None, QueryParameter(max_length=1000)] = None,
    published: FromQuery[bool | None] = None,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
    organization: OrganizationParam = None,
) -> ArticleList:
    """Published articles; staff see drafts too. With `search`, the best come first and carry a snippet."""
    await _enter_help_centre(uow, request, organization)
    narrow = ArticleFilter(category=category, tag=tag, locale=locale, search=search, published=published)
    found = await service.list_articles(uow, narrow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return ArticleList([ArticleView.of(article) for article in found.items], Pagination.of(found))


@get(
    "/kb/articles/{article_id:str}",
    permission=Public.OPTIONAL,
    more=(Permission.ARTICLE_WRITE,),
    tags=TAG,
    summary="Get an article",
)
async def get_article(
    uow: Uow, request: DeskbellRequest, article_id: FromPath[UUID], organization: OrganizationParam = None
) -> Response[Success[ArticleView]]:
    """An article with its full text; a reader's look counts as a view."""
    await _enter_help_centre(uow, request, organization)
    article = await service.read(uow, article_id)
    html = await as_html(article.content)
    return Response(Success(ArticleView.of(article, html)), headers={"ETag": service.etag(article)})


@post("/kb/articles", permission=Permission.ARTICLE_WRITE, tags=TAG, summary="Create an article")
async def create_article(uow: Uow, data: JSONBody[CreateArticle]) -> Success[ArticleView]:
    """Writes an article."""
    new = NewArticle(
        title=data.title, content=data.content, category=data.category, tags=data.tags, published=data.published,
        locale=data.locale,
    )  # fmt: skip
    return Success(ArticleView.of(await service.create(uow, new)))


@put("/kb/articles/{article_id:str}", permission=Permission.ARTICLE_WRITE, tags=TAG, summary="Update an article")
async def update_article(
    uow: Uow, request: DeskbellRequest, article_id: FromPath[UUID], data: JSONBody[UpdateArticle]
) -> Response[Success[ArticleView]]:
    """Sets the fields that are given. With `If-Match`, only if nobody changed the article since."""
    changes = ArticleChanges(**{name: getattr(data, name) for name in data.__struct_fields__})
    article = await service.update(uow, article_id, changes, expected_version(request))
    return Response(Success(ArticleView.of(article)), headers={"ETag": service.etag(article)})


@delete(
    "/kb/articles/{article_id:str}", permission=Permission.ARTICLE_WRITE, tags=TAG, summary="Delete an article",
    status_code=200,
)  # fmt: skip
async def delete_article(uow: Uow, article_id: FromPath[UUID]) -> Done:
    """Removes an article with its votes."""
    await service.delete(uow, article_id)
    return Done("Article deleted")


@get(
    "/kb/categories",
    permission=Public.OPTIONAL,
    more=(Permission.ARTICLE_WRITE,),
    tags=TAG,
    summary="List article categories",
    refuses=(NotFound,),
)
async def list_article_categories(
    uow: Uow,
    request: DeskbellRequest,
    page: PageParam = 1,
    limit: WholeLimitParam = None,
    cursor: CursorParam = None,
    order: FromQuery[Order] = "asc",
    organization: OrganizationParam = None,
) -> Whole[CategoryCount]:
    """The categories of the articles that you may read, by name, with how many there are; a page where you ask for one."""
    await _enter_help_centre(uow, request, organization)
    asked = part_of(page, limit, cursor, order)
    if asked is None:
        return Whole(await service.list_categories(uow))
    part = await service.page_categories(uow, asked)
    return Whole(part.items, Pagination.of(part))


@post(
    "/kb/articles/{article_id:str}/vote", permission=Public.OPTIONAL,
    more=(Permission.ARTICLE_WRITE,), tags=TAG, summary="Say whether an article helped",
    status_code=200,
)  # fmt: skip
async def vote_on_article(
    uow: Uow,
    request: DeskbellRequest,
    article_id: FromPath[UUID],
    data: JSONBody[VoteBody],
    organization: OrganizationParam = None,
) -> Success[ArticleView]:
    """One vote a person; voting again changes it."""
    await _enter_help_centre(uow, request, organization)
    article = await service.vote(
        uow,
        article_id,
        helpful=data.helpful,
        address=client_address(request),
        browser=request.headers.get("user-agent", ""),
    )
    return Success(ArticleView.of(article))


ROUTES = [
    list_articles,
    get_article,
    create_article,
    update_article,
    delete_article,
    list_article_categories,
    vote_on_article,
]
