"""v1: merging of two contacts."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET, Struct, UnsetType

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.contacts.shapes import ContactView, Line, Phone
from deskbell.api.v1.envelope import Success, tagged
from deskbell.api.v1.fields import Name
from deskbell.features.merging import service
from deskbell.features.merging.records import Kept
from deskbell.features.people.service import contacts
from deskbell.kernel.errors import Conflict
from deskbell.kernel.permissions import Permission

TAG: Final = ["Contacts"]
_MERGE: Final = (Permission.CONTACT_READ, Permission.CONTACT_WRITE, Permission.CONTACT_DELETE)


class MergeContact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contact to merge into the one of the path, which gets the given fields; omitted fields keep their values."""

    contact_id: UUID
    name: Name | UnsetType = UNSET
    phone: Phone | UnsetType | None = UNSET
    company: Line | UnsetType | None = UNSET
    role: Line | UnsetType | None = UNSET


class MergeView(Struct, frozen=True, kw_only=True):
    """Both contacts, and the numbers of objects that would move.

    `has_signed_in`: the merged contact has a sign-in, which ends.
    """

    merged: ContactView
    into: ContactView
    tickets: int
    comments: int
    followed: int
    addresses: int
    has_signed_in: bool


OtherParam = Annotated[UUID, QueryParameter(description="The contact to merge into that of the path")]


@get("/contacts/{contact_id:str}/merge", permission=_MERGE, tags=TAG, summary="Preview a merge of contacts")
async def preview_merge(uow: Uow, contact_id: FromPath[UUID], merged_id: OtherParam) -> Success[MergeView]:
    """Returns both contacts and what a merge would move from the second to the first."""
    found = await service.preview(uow, contact_id, merged_id)
    effect = found.effect
    return Success(
        MergeView(
            merged=ContactView.of(found.merged), into=ContactView.of(found.into), tickets=effect.tickets,
            comments=effect.comments, followed=effect.followed, addresses=effect.addresses,
            has_signed_in=effect.has_signed_in,
        )
    )  # fmt: skip


@post(
    "/contacts/{contact_id:str}/merge", permission=_MERGE, tags=TAG, summary="Merge contacts", status_code=200,
    refuses=(Conflict,),
)  # fmt: skip
async def merge_contacts(
    uow: Uow, request: DeskbellRequest, contact_id: FromPath[UUID], data: JSONBody[MergeContact]
) -> Response[Success[ContactView]]:
    """Merges another contact into this one: tickets, comments, followed tickets and addresses; its sign-in ends.

    It cannot be undone. Staff cannot be merged.
    """
    kept = Kept(name=data.name, phone=data.phone, company=data.company, title=data.role)
    merged = await service.merge(uow, contact_id, data.contact_id, kept, expected_version(request))
    return tagged(ContactView.of(merged), contacts.etag(merged))


ROUTES = [preview_merge, merge_contacts]
