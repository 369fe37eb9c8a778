"""v1: forms, which say what fields the tickets of a category have."""

from typing import Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.forms.shapes import CreateForm, FormView, ShownFormView, UpdateForm
from deskbell.features.fields import forms
from deskbell.features.fields.form_records import Form
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Forms"]


def _answer(form: Form) -> Response[Success[FormView]]:
    return tagged(FormView.of(form), forms.etag(form))


@get("/forms", permission=Permission.FIELD_READ, tags=TAG, summary="List forms")
async def list_forms(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["name"]] = "name",
    order: FromQuery[Order] = "asc",
) -> Paginated[FormView]:
    """Lists the forms by name. Customers see none of them, but `GET /forms/for`."""
    found = await forms.list_forms(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([FormView.of(each) for each in found.items], Pagination.of(found))


@get("/forms/for", permission=Permission.FIELD_READ, tags=TAG, summary="Get the form of a category")
async def get_form_for(uow: Uow, category_id: FromQuery[UUID | None] = None) -> Success[ShownFormView]:
    """Returns the fields that tickets of a category have for you, or those of tickets without a category."""
    return Success(ShownFormView.of(await forms.for_category(uow, category_id)))


@get("/forms/{form_id:str}", permission=Permission.FIELD_READ, tags=TAG, summary="Get a form")
async def get_form(uow: Uow, form_id: FromPath[UUID]) -> Response[Success[FormView]]:
    """Returns a form."""
    return _answer(await forms.get(uow, form_id))


@post("/forms", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Create a form")
async def create_form(uow: Uow, data: JSONBody[CreateForm]) -> Response[Success[FormView]]:
    """Creates a form for some categories, or for all tickets that have no other."""
    form = await forms.create(uow, data.command())
    return tagged(FormView.of(form), forms.etag(form), new_at=f"/forms/{form.id}")


@put("/forms/{form_id:str}", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Update a form")
async def update_form(
    uow: Uow, request: DeskbellRequest, form_id: FromPath[UUID], data: JSONBody[UpdateForm]
) -> Response[Success[FormView]]:
    """Updates the given parts. With `If-Match`, only if the form has not changed since."""
    return _answer(await forms.update(uow, form_id, data.command(), expected_version(request)))


@delete("/forms/{form_id:str}", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Delete a form", status_code=200)
async def delete_form(uow: Uow, request: DeskbellRequest, form_id: FromPath[UUID]) -> Done:
    """Deletes a form. Values stay on their tickets."""
    await forms.delete(uow, form_id, expected_version(request))
    return Done("Form deleted")


ROUTES = [list_forms, get_form_for, get_form, create_form, update_form, delete_form]
