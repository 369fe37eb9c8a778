"""Sign-in with a password, sign-out, and the organizations that a user can sign in to."""

from uuid import UUID

from deskbell.features.access.addresses import clean_address
from deskbell.features.access.errors import TwoFactorRequired, WrongCredentials
from deskbell.features.access.passwords import verify_password
from deskbell.features.access.queries import memberships, organizations, second_factors, users
from deskbell.features.access.records import Membership, SignedIn, SignInKind, User, UserOrganization
from deskbell.features.access.service.second_factor import use_code
from deskbell.features.access.service.sessions import Device, end_session, start_session
from deskbell.features.access.service.sign_in_limits import counted_attempt
from deskbell.features.access.tokens import TokenKeys
from deskbell.kernel.access import anyone, step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Conflict, Forbidden, Invalid
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork


@anyone("the credentials in the request are what is checked")
async def sign_in(
    uow: UnitOfWork,
    keys: TokenKeys,
    *,
    email: str,
    password: str,
    organization_id: UUID | None = None,
    code: str | None = None,
    device: Device,
    kind: SignInKind = "tokens",
) -> SignedIn:
    """Signs a user in to one of their organizations, by default the one they used last.

    An unknown address, a wrong password and an account without one cost the same work and raise the same
    `WrongCredentials`. An account with an unconfirmed address can sign in only to the organization in which it was
    created (docs/dev/adr/0009). An account with a second factor also requires a `code`: `TwoFactorRequired` without
    one, `WrongCode` for a wrong one. Raises `Invalid` for an organization that they are no member of,
    `TooManyFailures` after repeated failures.
    """
    address = clean_address(email)
    async with counted_attempt(uow, address, device.ip):
        user = await users.find_user_by_email(uow.db, address)
        async with uow.without_connection():  # hashing is slow by design and must not hold a pooled connection
            right = await verify_password(password, user.password_hash if user is not None else None)
        if user is None or not right:
            raise WrongCredentials
        await uow.begin()
        await demand_code(uow, keys, user, code)
        return await start_session(uow, keys, await _enter_membership(uow, user, organization_id), device, kind)


@step("sign-in and step-up, which check the password")
async def demand_code(uow: UnitOfWork, keys: TokenKeys, user: User, code: str | None) -> None:
    """Verifies the code of a user who has a second factor. Raises `TwoFactorRequired` without one, `WrongCode`."""
    factor = await second_factors.find(uow.db, user.id)
    if factor is None or not factor.enabled:
        return
    if code is None or not code.strip():
        raise TwoFactorRequired
    await use_code(uow, keys, factor, code)


async def sign_out(uow: UnitOfWork) -> None:
    """Ends the actor's session, on every worker immediately. Raises `Conflict` for an API key, which has no session."""
    uow.actor.require(Permission.PROFILE)
    if uow.actor.session_id is None:
        raise Conflict("session.api_key")
    await end_session(uow, uow.actor.session_id)


async def my_organizations(uow: UnitOfWork) -> list[UserOrganization]:
    """The organizations that the actor can sign in to."""
    uow.actor.require(Permission.PROFILE)
    return await organizations.user_organizations(uow.db, uow.actor.id)


async def _enter_membership(uow: UnitOfWork, user: User, organization_id: UUID | None) -> Membership:
    belongs_to = await memberships.organizations_of(uow.db, user.id)
    if user.email_verified_at is None:
        # The address is unconfirmed: the caller must not enter other organizations that hold data of its real owner.
        belongs_to = [each for each in belongs_to if each == user.made_in]
    if not belongs_to:
        raise Forbidden("member.of_none")
    if organization_id is not None and organization_id not in belongs_to:
        raise Invalid.field("organization_id", "member.not_of")
    await uow.enter(Actor.system(organization_id or belongs_to[0]))
    member = await memberships.find_member(uow.db, user.id)
    if member is None:
        raise WrongCredentials  # removed concurrently
    return member
