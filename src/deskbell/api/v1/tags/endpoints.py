"""v1: tags."""

from typing import Annotated, Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.tags.shapes import CreateTag, MergeTag, TagView, UpdateTag
from deskbell.features.tags import service
from deskbell.features.tags.records import Tag, TagChanges
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Tags"]


@get("/tags", permission=Permission.TAG_READ, tags=TAG, summary="List tags")
async def list_tags(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["name"]] = "name",
    order: FromQuery[Order] = "asc",
    search: Annotated[str | None, QueryParameter(max_length=200)] = None,
) -> Paginated[TagView]:
    """Lists the tags by name with their ticket counts. `search` matches any part of the name."""
    found = await service.list_tags(uow, search, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([TagView.of(tag) for tag in found.items], Pagination.of(found))


@get("/tags/{tag_id:str}", permission=Permission.TAG_READ, tags=TAG, summary="Get a tag")
async def get_tag(uow: Uow, tag_id: FromPath[UUID]) -> Response[Success[TagView]]:
    """Returns a tag with its ticket count."""
    return _answer(await service.get(uow, tag_id))


def _answer(tag: Tag) -> Response[Success[TagView]]:
    return tagged(TagView.of(tag), service.etag(tag))


@post("/tags", permission=Permission.TAG_MANAGE, tags=TAG, summary="Create a tag")
async def create_tag(uow: Uow, data: JSONBody[CreateTag]) -> Response[Success[TagView]]:
    """Creates a tag. Adding an unknown tag to a ticket creates it automatically."""
    tag = await service.create(uow, data.name, data.color)
    return tagged(TagView.of(tag), service.etag(tag), new_at=f"/tags/{tag.id}")


@put("/tags/{tag_id:str}", permission=Permission.TAG_MANAGE, tags=TAG, summary="Update a tag")
async def update_tag(
    uow: Uow, request: DeskbellRequest, tag_id: FromPath[UUID], data: JSONBody[UpdateTag]
) -> Response[Success[TagView]]:
    """Renames or colours a tag on all tickets. Rules and saved searches that contain the old name do not follow."""
    return _answer(await service.update(uow, tag_id, TagChanges(data.name, data.color), expected_version(request)))


@post(
    "/tags/{tag_id:str}/merge", permission=Permission.TAG_MANAGE, tags=TAG, summary="Merge a tag into another",
    status_code=200,
)  # fmt: skip
async def merge_tag(uow: Uow, tag_id: FromPath[UUID], data: JSONBody[MergeTag]) -> Success[TagView]:
    """Deletes the tag and gives its tickets the other one, in the background. Returns the other tag."""
    return Success(TagView.of(await service.merge(uow, tag_id, data.into_id)))


@delete("/tags/{tag_id:str}", permission=Permission.TAG_MANAGE, tags=TAG, summary="Delete a tag", status_code=200)
async def delete_tag(uow: Uow, request: DeskbellRequest, tag_id: FromPath[UUID]) -> Done:
    """Deletes a tag and removes it from all tickets."""
    await service.delete(uow, tag_id, expected_version(request))
    return Done("Tag deleted")


ROUTES = [list_tags, get_tag, create_tag, update_tag, merge_tag, delete_tag]
