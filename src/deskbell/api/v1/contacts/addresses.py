"""v1: further addresses of contacts."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from litestar.params import FromPath, JSONBody
from msgspec import Struct

from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.api.v1.envelope import Done, Success
from deskbell.api.v1.fields import Email
from deskbell.features.people.records.contacts import FurtherAddress
from deskbell.features.people.service import addresses
from deskbell.kernel.permissions import Permission

TAG: Final = ["Contacts"]


class AddressView(Struct, frozen=True, kw_only=True):
    """A further address of a contact. `how` it became theirs: `entered` by staff, or that of a contact who was `merged`."""

    address: str
    how: Literal["entered", "merged"]
    created_at: datetime

    @classmethod
    def of(cls, each: FurtherAddress) -> "AddressView":
        return cls(address=each.address, how=each.how, created_at=each.created_at)


class AddAddress(Struct, frozen=True, forbid_unknown_fields=True):
    """The address to add."""

    address: Email


@get(
    "/contacts/{contact_id:str}/addresses", permission=Permission.CONTACT_READ, tags=TAG,
    summary="List further addresses",
)  # fmt: skip
async def list_contact_addresses(uow: Uow, contact_id: FromPath[UUID]) -> Success[list[AddressView]]:
    """Lists a contact's addresses besides their own one, the oldest first. Mail from them is the contact's."""
    return Success([AddressView.of(each) for each in await addresses.list_addresses(uow, contact_id)])


@post(
    "/contacts/{contact_id:str}/addresses", permission=Permission.CONTACT_WRITE, tags=TAG, summary="Add an address",
)  # fmt: skip
async def add_contact_address(
    uow: Uow, contact_id: FromPath[UUID], data: JSONBody[AddAddress]
) -> Success[list[AddressView]]:
    """Adds an address, at most 20, and returns all. An address of another member is refused: merge the two contacts instead."""
    return Success([AddressView.of(each) for each in await addresses.add_address(uow, contact_id, data.address)])


@delete(
    "/contacts/{contact_id:str}/addresses/{address:str}", permission=Permission.CONTACT_WRITE, tags=TAG,
    summary="Remove an address", status_code=200,
)  # fmt: skip
async def remove_contact_address(uow: Uow, contact_id: FromPath[UUID], address: FromPath[str]) -> Done:
    """Removes an address. Tickets stay; later mail from it is that of a contact of its own."""
    await addresses.remove_address(uow, contact_id, address)
    return Done("Address removed")


ROUTES = [list_contact_addresses, add_contact_address, remove_contact_address]
