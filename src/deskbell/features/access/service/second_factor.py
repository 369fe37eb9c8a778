"""The second factor: set up, enable, verify codes and disable.

The secret is shown only at set-up and is in no table: see `TokenKeys.second_factor_secret`.
"""

import secrets

from msgspec import Struct

from deskbell.features.access.errors import WrongCode
from deskbell.features.access.events import RecoveryCodeUsed, SecondFactorDisabled, SecondFactorEnabled
from deskbell.features.access.queries import memberships, users
from deskbell.features.access.queries import second_factors as queries
from deskbell.features.access.records import SecondFactor, User
from deskbell.features.access.second_factor_codes import app_uri, hash_recovery_code, matching_step, new_recovery_codes
from deskbell.features.access.service.passwords import confirm_password, own_account
from deskbell.features.access.service.sessions import require_recent_confirmation
from deskbell.features.access.tokens import TokenKeys
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import Database, UnitOfWork


class SetUp(Struct, frozen=True):
    """The secret for an authenticator app, in base32 and as an `otpauth:` URI. Shown only once."""

    secret: str
    uri: str


async def find_second_factor(uow: UnitOfWork) -> SecondFactor | None:
    """The actor's second factor if it is enabled."""
    uow.actor.require(Permission.PROFILE)
    factor = await queries.find(uow.db, uow.actor.id)
    return factor if factor is not None and factor.enabled else None


async def set_up_second_factor(uow: UnitOfWork, keys: TokenKeys) -> SetUp:
    """Creates a secret for the actor's app. Sign-in requires no code until `enable_second_factor` has verified one.

    Raises `Conflict` when a second factor is enabled, `Forbidden` for an API key.
    """
    uow.actor.require(Permission.PROFILE)
    user = await own_account(uow)
    await require_recent_confirmation(uow)
    seed = secrets.token_bytes(16)
    if not await queries.begin(uow.db, user.id, seed, uow.now):
        raise Conflict("second_factor.on")
    secret = keys.second_factor_secret(user.id, seed)
    return SetUp(secret, app_uri(secret, user.email))


async def enable_second_factor(uow: UnitOfWork, keys: TokenKeys, code: str) -> list[str]:
    """Enables the actor's second factor with a code of their app; returns recovery codes, which are never shown again.

    Raises `Conflict` when there is nothing to enable, `Invalid` for a wrong code, `Forbidden` for an API key.
    """
    uow.actor.require(Permission.PROFILE)
    user = await own_account(uow)
    factor = await queries.find(uow.db, user.id)
    if factor is None:
        raise Conflict("second_factor.not_set_up")
    step = matching_step(keys.second_factor_secret(user.id, factor.seed), code, uow.now)
    if step is None:
        raise Invalid.field("code", "second_factor.wrong_code")
    codes = new_recovery_codes()
    hashes = [hash_recovery_code(user.id, each) for each in codes]
    if factor.enabled or not await queries.enable(uow.db, user.id, step, hashes, uow.now):
        raise Conflict("second_factor.on")
    uow.record(SecondFactorEnabled(user_id=user.id))
    return codes


async def disable_second_factor(uow: UnitOfWork, password: str, ip: str | None = None) -> None:
    """Disables the actor's second factor; does nothing without one.

    Raises `Invalid` for a wrong password, `TooManyFailures` after repeated wrong passwords, `Forbidden` for an API
    key.
    """
    uow.actor.require(Permission.PROFILE)
    user = await own_account(uow)
    await confirm_password(uow, user, password, ip)
    await delete_second_factor(uow, user)


@step("commands that authorise their actor")
async def delete_second_factor(uow: UnitOfWork, user: User) -> None:
    """Deletes a user's second factor. Records an event only if it was enabled."""
    if await queries.remove(uow.db, user.id):
        uow.record(SecondFactorDisabled(user_id=user.id))


async def reset_second_factor(database: Database, email: str) -> None:
    """Disables the second factor of a user who lost both phone and recovery codes. For operators only.

    The event is recorded in each of the user's organizations. Raises `NotFound` for an unknown address, `Conflict`
    when there is no second factor.
    """
    async with database.unit(None) as uow:
        user = await users.find_user_by_email(uow.db, email.strip())
        if user is None:
            raise NotFound("account")
        if await queries.find(uow.db, user.id) is None:
            raise Conflict("second_factor.none")
        organizations = await memberships.organizations_of(uow.db, user.id)
        await queries.remove(uow.db, user.id)
    for organization_id in organizations:
        async with database.unit(Actor.system(organization_id)) as uow:
            uow.record(SecondFactorDisabled(user_id=user.id))


@step("sign-in, which checks credentials")
async def use_code(uow: UnitOfWork, keys: TokenKeys, factor: SecondFactor, code: str) -> None:
    """Verifies a code of the app or a recovery code, which is then used. Raises `WrongCode`."""
    step = matching_step(keys.second_factor_secret(factor.user_id, factor.seed), code, uow.now)
    if step is not None:
        if not await queries.use_step(uow.db, factor.user_id, step):
            raise WrongCode
        return
    if not await queries.use_recovery_code(uow.db, factor.user_id, hash_recovery_code(factor.user_id, code), uow.now):
        raise WrongCode
    uow.record(RecoveryCodeUsed(user_id=factor.user_id, left=factor.recovery_codes_left - 1))
