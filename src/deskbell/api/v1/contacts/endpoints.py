"""v1: contacts."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.contacts.shapes import ActivityView, ContactList, ContactView, CreateContact, UpdateContact
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam, filter_values
from deskbell.api.v1.tickets.endpoints import listing
from deskbell.api.v1.tickets.shapes import TicketList
from deskbell.features.people.records.contacts import Contact, ContactChanges, ContactSort, NewContact
from deskbell.features.people.service import contacts
from deskbell.features.tickets.listing_records import SortField, TicketFilter, TicketSort
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import STATUSES

TAG: Final = ["Contacts"]


SearchParam = Annotated[
    str | None, QueryParameter(max_length=200, description="Prefixes of words in name, address or company")
]


FieldsParam = Annotated[
    str | None,
    QueryParameter(
        max_length=500, description="Conditions on fields of contacts, as in `field.plan:gold field.seats>10`"
    ),
]


def _answer(contact: Contact) -> Response[Success[ContactView]]:
    return tagged(ContactView.of(contact), contacts.etag(contact))


def _require_own(uow: Uow, organization_id: Any) -> None:
    if isinstance(organization_id, UUID) and organization_id != uow.actor.organization_id:
        raise Invalid.field("organization_id", "contact.other_organization")


@get("/contacts", permission=Permission.CONTACT_READ, tags=TAG, summary="List contacts")
async def list_contacts(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    search: SearchParam = None,
    sort: FromQuery[ContactSort] = "created_at",
    order: FromQuery[Literal["asc", "desc"]] = "desc",
    fields: FieldsParam = None,
) -> Success[ContactList]:
    """Lists the organization's contacts. Each word of `search` must be a prefix of a word in name, address or company, and every
    condition in `fields` must hold.
    """
    request = PageRequest.numbered(page, limit, cursor)
    found = await contacts.list_contacts(uow, search, sort, descending=order == "desc", page=request, fields=fields)
    return Success(ContactList([ContactView.of(each) for each in found.items], Pagination.of(found)))


@get("/contacts/{contact_id:str}", permission=Permission.CONTACT_READ, tags=TAG, summary="Get a contact")
async def get_contact(uow: Uow, contact_id: FromPath[UUID]) -> Response[Success[ContactView]]:
    """Returns a contact."""
    return _answer(await contacts.get(uow, contact_id))


@post("/contacts", permission=Permission.CONTACT_WRITE, tags=TAG, summary="Create a contact")
async def create_contact(uow: Uow, data: JSONBody[CreateContact]) -> Response[Success[ContactView]]:
    """Creates a contact. A deleted contact with this address is restored."""
    _require_own(uow, data.organization_id)
    new = NewContact(
        name=data.name, email=data.email, phone=data.phone, company=data.company, title=data.role, language=data.language,
        fields=data.fields,
    )  # fmt: skip
    contact = await contacts.create(uow, new)
    return tagged(ContactView.of(contact), contacts.etag(contact), new_at=f"/contacts/{contact.id}")


@put("/contacts/{contact_id:str}", permission=Permission.CONTACT_WRITE, tags=TAG, summary="Update a contact")
async def update_contact(
    uow: Uow, request: DeskbellRequest, contact_id: FromPath[UUID], data: JSONBody[UpdateContact]
) -> Response[Success[ContactView]]:
    """Updates the given fields. Once a contact has signed in, only they may change their address."""
    _require_own(uow, data.organization_id)
    changes = ContactChanges(
        name=data.name, email=data.email, phone=data.phone, company=data.company, title=data.role, language=data.language,
        fields=data.fields,
    )  # fmt: skip
    return _answer(await contacts.update(uow, contact_id, changes, expected_version(request)))


@delete(
    "/contacts/{contact_id:str}", permission=Permission.CONTACT_DELETE, tags=TAG, summary="Delete a contact",
    status_code=200,
)  # fmt: skip
async def delete_contact(uow: Uow, request: DeskbellRequest, contact_id: FromPath[UUID]) -> Done:
    """Deletes a contact and ends their access immediately. Their tickets remain."""
    await contacts.delete(uow, contact_id, expected_version(request))
    return Done("Contact deleted")


@get(
    "/contacts/{contact_id:str}/tickets",
    permission=(Permission.CONTACT_READ, Permission.TICKET_READ),
    tags=TAG,
    summary="List their tickets",
)
async def list_contact_tickets(
    uow: Uow,
    contact_id: FromPath[UUID],
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    status: FromQuery[str | None] = None,
    sort: FromQuery[SortField] = "created_at",
    order: FromQuery[Literal["asc", "desc"]] = "desc",
) -> Success[TicketList]:
    """Lists the tickets requested by the contact."""
    contact = await contacts.get(uow, contact_id)
    filters = TicketFilter(requester_id=contact.id, statuses=filter_values("status", status, STATUSES))
    return await listing(uow, filters, TicketSort(sort, order == "desc"), page, limit, cursor)


@get(
    "/contacts/{contact_id:str}/activity",
    permission=(Permission.CONTACT_READ, Permission.TICKET_READ),
    more=(Permission.COMMENT_READ, Permission.COMMENT_INTERNAL),
    tags=TAG,
    summary="Get their activity",
)
async def get_contact_activity(
    uow: Uow,
    contact_id: FromPath[UUID],
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
) -> Paginated[ActivityView]:
    """Lists events by the contact, about the contact and about their tickets, newest first."""
    found = await contacts.activity(uow, contact_id, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([ActivityView.of(each) for each in found.items], Pagination.of(found))


ROUTES = [
    list_contacts,
    get_contact,
    create_contact,
    update_contact,
    delete_contact,
    list_contact_tickets,
    get_contact_activity,
]
