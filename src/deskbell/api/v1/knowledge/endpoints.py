"""v1: the knowledge base."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, client_address, expected_version
from deskbell.api.shared.routing import Public, Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, ListOrPage, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, OptionalLimitParam, PageParam, optional_page
from deskbell.api.v1.knowledge.shapes import ArticleList, ArticleView, CreateArticle, UpdateArticle, VoteBody
from deskbell.features.knowledge import service
from deskbell.features.knowledge.records import ArticleChanges, ArticleFilter, CategoryCount, NewArticle, Visibility
from deskbell.features.knowledge.rendering import as_html
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Knowledge base"]


OrganizationParam = Annotated[
    str | None,
    QueryParameter(
        description="Id or domain of the organization. Default: the one of the host name, else the server's first"
    ),
]


async def _enter_help_centre(uow: Uow, request: DeskbellRequest, organization: str | None) -> None:
    """Selects the organization of anonymous readers: the named one, or that of the host name."""
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
    visibility: Annotated[
        Visibility | None,
        QueryParameter(description="Filters by readers: `internal` articles are for the staff alone"),
    ] = None,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
    organization: OrganizationParam = None,
) -> ArticleList:
    """Lists published articles; staff also see drafts and internal ones.

    With `search`, the best match is first and results have snippets.
    """
    await _enter_help_centre(uow, request, organization)
    filters = ArticleFilter(
        category=category, tag=tag, locale=locale, search=search, published=published, visibility=visibility
    )
    found = await service.list_articles(uow, filters, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
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
    """Returns an article with its text as HTML. Requests by readers count as views."""
    await _enter_help_centre(uow, request, organization)
    article = await service.read(uow, article_id)
    html = await as_html(article.content)
    return Response(Success(ArticleView.of(article, html)), headers={"ETag": service.etag(article)})


@post("/kb/articles", permission=Permission.ARTICLE_WRITE, tags=TAG, summary="Create an article")
async def create_article(uow: Uow, data: JSONBody[CreateArticle]) -> Success[ArticleView]:
    """Creates an article: a draft unless `published` is true, or for the staff alone where `visibility` is `internal`."""
    new = NewArticle(
        title=data.title, content=data.content, category=data.category, tags=data.tags, published=data.published,
        visibility=data.visibility, locale=data.locale, translation_of=data.translation_of,
    )  # fmt: skip
    return Success(ArticleView.of(await service.create(uow, new)))


@put("/kb/articles/{article_id:str}", permission=Permission.ARTICLE_WRITE, tags=TAG, summary="Update an article")
async def update_article(
    uow: Uow, request: DeskbellRequest, article_id: FromPath[UUID], data: JSONBody[UpdateArticle]
) -> Response[Success[ArticleView]]:
    """Updates the given fields. With `If-Match`, only if the article has not changed since."""
    changes = ArticleChanges(**{name: getattr(data, name) for name in data.__struct_fields__})
    article = await service.update(uow, article_id, changes, expected_version(request))
    return Response(Success(ArticleView.of(article)), headers={"ETag": service.etag(article)})


@delete(
    "/kb/articles/{article_id:str}", permission=Permission.ARTICLE_WRITE, tags=TAG, summary="Delete an article",
    status_code=200,
)  # fmt: skip
async def delete_article(uow: Uow, article_id: FromPath[UUID]) -> Done:
    """Deletes an article and its votes."""
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
    limit: OptionalLimitParam = None,
    cursor: CursorParam = None,
    order: FromQuery[Order] = "asc",
    organization: OrganizationParam = None,
) -> ListOrPage[CategoryCount]:
    """Lists the article categories by name with the number of articles you may read. Returns one page if requested."""
    await _enter_help_centre(uow, request, organization)
    asked = optional_page(page, limit, cursor, order)
    if asked is None:
        return ListOrPage(await service.list_categories(uow))
    part = await service.page_categories(uow, asked)
    return ListOrPage(part.items, Pagination.of(part))


@post(
    "/kb/articles/{article_id:str}/vote", permission=Public.OPTIONAL,
    more=(Permission.ARTICLE_WRITE,), tags=TAG, summary="Vote on an article",
    status_code=200,
)  # fmt: skip
async def vote_on_article(
    uow: Uow,
    request: DeskbellRequest,
    article_id: FromPath[UUID],
    data: JSONBody[VoteBody],
    organization: OrganizationParam = None,
) -> Success[ArticleView]:
    """Records whether the article was helpful. Each reader has one vote; voting again replaces it."""
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
