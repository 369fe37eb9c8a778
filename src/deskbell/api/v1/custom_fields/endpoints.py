"""v1: fields that the organization defines for its tickets."""

from typing import Annotated, Final, Literal

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.custom_fields.shapes import CreateField, FieldOrder, FieldView, UpdateField
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.features.fields import service
from deskbell.features.fields.records import Field
from deskbell.kernel.fields import Target
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Fields"]


def _answer(field: Field) -> Response[Success[FieldView]]:
    return tagged(FieldView.of(field), service.etag(field))


@get("/fields", permission=Permission.FIELD_READ, tags=TAG, summary="List fields")
async def list_fields(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["position"]] = "position",
    order: FromQuery[Order] = "asc",
    target: Annotated[Target | None, QueryParameter(description="Only fields of tickets, or of contacts")] = None,
) -> Response[Paginated[FieldView]]:
    """Lists the fields in their order, with `target` those of tickets or contacts alone.

    The response's `ETag` is that of the order, for `PUT /fields/order`.
    """
    request = PageRequest.numbered(page, limit, cursor, sort=sort, order=order)
    found = await service.list_fields(uow, request, target)
    body = Paginated([FieldView.of(each) for each in found.items], Pagination.of(found))
    return Response(body, headers={"ETag": await service.order_etag(uow)})


@get("/fields/deleted", permission=Permission.FIELD_MANAGE, tags=TAG, summary="List deleted fields")
async def list_deleted_fields(uow: Uow) -> Success[list[FieldView]]:
    """Lists the deleted fields that can still be restored."""
    return Success([FieldView.of(each) for each in await service.list_deleted(uow)])


@put("/fields/order", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Order the fields")
async def order_fields(
    uow: Uow, request: DeskbellRequest, data: JSONBody[FieldOrder]
) -> Response[Success[list[FieldView]]]:
    """Puts all fields in an order. With `If-Match`, only if the order has not changed since."""
    fields = await service.set_order(uow, data.keys, expected_version(request))
    return tagged([FieldView.of(each) for each in fields], service.tag_of_order(fields))


@get("/fields/{key:str}", permission=Permission.FIELD_READ, tags=TAG, summary="Get a field")
async def get_field(uow: Uow, key: FromPath[str]) -> Response[Success[FieldView]]:
    """Returns a field."""
    return _answer(await service.get(uow, key))


@post("/fields", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Define a field")
async def create_field(uow: Uow, data: JSONBody[CreateField]) -> Response[Success[FieldView]]:
    """Defines a field of tickets or contacts. Values that tickets already have under its key become values of the field."""
    field = await service.create(uow, data.command())
    return tagged(FieldView.of(field), service.etag(field), new_at=f"/fields/{field.key}")


@put("/fields/{key:str}", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Update a field")
async def update_field(
    uow: Uow, request: DeskbellRequest, key: FromPath[str], data: JSONBody[UpdateField]
) -> Response[Success[FieldView]]:
    """Updates the given parts. A type or limit that present values break is refused with their number."""
    return _answer(await service.update(uow, key, data.command(), expected_version(request)))


@delete("/fields/{key:str}", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Delete a field", status_code=200)
async def delete_field(uow: Uow, request: DeskbellRequest, key: FromPath[str]) -> Done:
    """Hides a field and its values. `restore` brings both back within 30 days."""
    await service.delete(uow, key, expected_version(request))
    return Done("Field deleted")


@post(
    "/fields/{key:str}/restore", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Restore a field",
    status_code=200,
)  # fmt: skip
async def restore_field(uow: Uow, key: FromPath[str]) -> Response[Success[FieldView]]:
    """Brings a deleted field back with its values."""
    return _answer(await service.restore(uow, key))


ROUTES = [
    list_fields,
    list_deleted_fields,
    order_fields,
    get_field,
    create_field,
    update_field,
    delete_field,
    restore_field,
]
