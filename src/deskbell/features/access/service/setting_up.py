"""The first owner of a server, made in the browser while there is none."""

from deskbell.features.access.errors import AlreadySetUp
from deskbell.features.access.passwords import hash_password
from deskbell.features.access.queries import memberships, organizations, users
from deskbell.features.access.records import SessionKind, SignedIn
from deskbell.features.access.service.owners import checked_owner, create_organization_with_owner
from deskbell.features.access.service.sessions import Device, start_session
from deskbell.features.access.tokens import TokenKeys
from deskbell.kernel.access import anyone
from deskbell.runtime.database import UnitOfWork


@anyone("the first visitor of a new server sets it up; it discloses only whether that has been done")
async def needs_setup(uow: UnitOfWork) -> bool:
    """Whether the server has neither an owner nor an operator."""
    return not await organizations.has_owner(uow.db)


@anyone("the first visitor of a new server sets it up; afterwards it is refused")
async def set_up(
    uow: UnitOfWork,
    keys: TokenKeys,
    *,
    email: str,
    name: str,
    password: str,
    organization: str,
    domain: str | None,
    device: Device,
    kind: SessionKind,
) -> SignedIn:
    """Creates the first organization with its owner, who may manage all organizations, and signs the owner in.

    Of two at the same moment one succeeds. Raises `AlreadySetUp`, and `Invalid` with every wrong field.
    """
    if not await needs_setup(uow):
        raise AlreadySetUp
    address, place = checked_owner(email=email, name=name, password=password, organization=organization, domain=domain)
    password_hash = await hash_password(password)  # slow by design, so before the others must wait
    await organizations.lock_setup(uow.db)
    if not await needs_setup(uow):
        raise AlreadySetUp
    await create_organization_with_owner(uow, organization.strip(), place, address, name.strip(), password_hash)
    user = await users.find_user_by_email(uow.db, address)
    member = None if user is None else await memberships.find_member(uow.db, user.id)
    if member is None:
        raise AlreadySetUp
    return await start_session(uow, keys, member, device, kind)
