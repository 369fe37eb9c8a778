"""Sign-up: a person creates an account.

Three cases, decided in `docs/dev/adr/0009-sign-up-and-addresses.md`:

- The address is unknown. The account is created and signed in; the user has a customer's permissions, whatever their
  role, until they follow the mailed link.
- The address has an account with a password. Refused as `AddressTaken`.
- The address belongs to a contact who wrote a mail, was imported or was invited, and never chose a password. The
  contact may have a private history, so the caller is unknown until the mailed link is used. The caller is not signed
  in; the hash of the chosen password is stored with the link and becomes the account's when the link is used, unless
  the account has a password by then.
"""

from uuid import UUID

from deskbell.features.access.addresses import clean_address, clean_name
from deskbell.features.access.errors import AddressTaken, SignUpClosed
from deskbell.features.access.events import VerificationRequested
from deskbell.features.access.passwords import hash_password
from deskbell.features.access.policy import password_problems
from deskbell.features.access.queries import memberships, organizations, users
from deskbell.features.access.records import SessionKind, SignedIn, User
from deskbell.features.access.service.links import create_link
from deskbell.features.access.service.memberships import ensure_member, join
from deskbell.features.access.service.owners import add_organization
from deskbell.features.access.service.sessions import Device, start_session
from deskbell.features.access.tokens import TokenKeys
from deskbell.kernel.access import anyone
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import UnitOfWork


@anyone("every visitor may create an account, where the organization allows it")
async def sign_up(
    uow: UnitOfWork,
    keys: TokenKeys,
    *,
    name: str,
    email: str,
    password: str,
    organization_id: UUID | None = None,
    organization_name: str | None = None,
    phone: str | None = None,
    device: Device,
    kind: SessionKind = "tokens",
    confirm_first: bool = False,
) -> SignedIn | None:
    """Creates an account and signs it in; None when the mailed link must be used first, which `confirm_first` demands.

    With an organization's id the user becomes its customer. Without one, the user joins the only organization of a
    server that has exactly one, else becomes the owner of a new one. Raises `Invalid`, `AddressTaken`, `SignUpClosed`
    or `TooManyMails`.
    """
    address, name = await _checked(uow, email, password, organization_id), clean_name(name)
    user = await users.find_user_by_email(uow.db, address)
    if user is not None and user.password_hash is not None:
        raise AddressTaken
    password_hash = await hash_password(password)
    role = await _enter_organization(uow, organization_id, organization_name or f"{name}’s desk")
    if user is not None:
        await _await_link(uow, user, name, role, phone, password_hash)
        return None
    user = User(new_id(), address, name, password_hash, False, None, made_in=uow.actor.organization_id)
    if await users.add_user(uow.db, user, uow.now) != user.id:
        raise AddressTaken  # a concurrent sign-up used it
    if await memberships.find_member_by_email(uow.db, address) is not None:
        raise AddressTaken  # another member of the organization has it
    member = await join(uow, user.id, email=address, name=name, role=role, how="signed_up", phone=phone)
    link_id = await create_link(uow, user.id, address, "verify_email")
    uow.record(VerificationRequested(user_id=user.id, email=address, link_id=link_id))
    if confirm_first:
        return None
    return await start_session(uow, keys, member, device, kind)


@anyone("a visitor may know whether there is a sign-up form")
async def may_sign_up(uow: UnitOfWork) -> bool:
    """Whether sign-up without naming an organization is open: it joins the only organization, or creates one."""
    only = await organizations.only_organization(uow.db)
    return only is None or bool(await organizations.is_sign_up_allowed(uow.db, only))


async def _checked(uow: UnitOfWork, email: str, password: str, organization_id: UUID | None) -> str:
    """The clean address. Raises `Invalid` with every problem of address and password."""
    problems: list[Problem] = []
    address: str | None = None
    try:
        address = clean_address(email)
    except Invalid as error:
        problems += error.problems
    problems += password_problems(password, address)
    allowed = True if organization_id is None else await organizations.is_sign_up_allowed(uow.db, organization_id)
    if allowed is None:
        problems.append(Problem.at("organization_id", "organization.unknown"))
    if problems or address is None:
        raise Invalid(problems)
    if not allowed:
        raise SignUpClosed
    return address


async def _enter_organization(uow: UnitOfWork, organization_id: UUID | None, new_name: str) -> Role:
    """Enters the organization to sign up to, created if necessary; returns the new user's role there."""
    found = organization_id or await organizations.only_organization(uow.db)
    if found is None:
        await add_organization(uow, new_name, None)
        return Role.OWNER
    if not await organizations.is_sign_up_allowed(uow.db, found):
        raise SignUpClosed
    await uow.enter(Actor.system(found))
    return Role.CUSTOMER


async def _await_link(
    uow: UnitOfWork, user: User, name: str, role: Role, phone: str | None, password_hash: str
) -> None:
    await ensure_member(uow, user.id, email=user.email, name=name, role=role, how="signed_up", phone=phone)
    link_id = await create_link(uow, user.id, user.email, "verify_email", password_hash=password_hash)
    uow.record(VerificationRequested(user_id=user.id, email=user.email, link_id=link_id))
