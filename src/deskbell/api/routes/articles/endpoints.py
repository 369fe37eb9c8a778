"""routes: the public knowledge base."""

from typing import Annotated

from litestar.params import FromQuery, JSONBody, QueryParameter

from deskbell.api.routes.articles.shapes import ArticleView, CreateArticle
from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Public, Uow, get, post
from deskbell.features.knowledge import service
from deskbell.features.knowledge.records import ArticleFilter, NewArticle
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Knowledge Base"]


@get(
    "/kb/articles",
    permission=Public.OPTIONAL,
    more=(Permission.ARTICLE_WRITE,),
    tags=TAG,
    summary="Search articles",
    refuses=(NotFound,),
)
async def list_articles(
    uow: Uow,
    request: DeskbellRequest,
    search: Annotated[
        str | None, QueryParameter(max_length=1_000, description="Words in titles, texts and tags")
    ] = None,
    category: FromQuery[str | None] = None,
    tag: FromQuery[str | None] = None,
    organization: Annotated[str | None, QueryParameter(description="Id or domain of an organization")] = None,
    limit: LimitParam = DEFAULT_LIMIT,
    offset: OffsetParam = 0,
) -> Listing[ArticleView]:
    """Lists published articles: the best match first with `search`, else newest first.

    With credentials, those of the caller's organization. Otherwise those of `organization`, else of the host name's, else
    of the server's first organization.
    """
    await service.visit(uow, organization, request.headers.get("host", ""))
    filters = ArticleFilter(category=category or None, tag=tag or None, search=search, published=True)
    return Listing.of(await service.list_articles(uow, filters, PageRequest(limit, offset)), ArticleView.of)


@post("/kb/articles", permission=Permission.ARTICLE_MANAGE, tags=TAG, summary="Create an article")
async def create_article(uow: Uow, data: JSONBody[CreateArticle]) -> ArticleView:
    """Creates a public article."""
    new = NewArticle(
        title=data.title, content=data.content, category=data.category, tags=data.tags, published=data.published
    )
    return ArticleView.of(await service.create(uow, new))


ROUTES = [list_articles, create_article]
