"""Confirms the user of a session again, before something dangerous."""

from datetime import datetime

from deskbell.features.access.errors import WrongCredentials
from deskbell.features.access.passwords import verify_password
from deskbell.features.access.queries import sessions
from deskbell.features.access.service.passwords import own_account
from deskbell.features.access.service.sessions import CONFIRMATION_LASTS
from deskbell.features.access.service.sign_in_limits import counted_attempt
from deskbell.features.access.service.signing_in import demand_code
from deskbell.features.access.tokens import TokenKeys
from deskbell.kernel.errors import Forbidden
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork


async def step_up(uow: UnitOfWork, keys: TokenKeys, *, password: str, code: str | None, ip: str | None) -> datetime:
    """Confirms the actor's session with the password and, where there is a second factor, a code; returns until when.

    Wrong guesses count as failed sign-ins. Raises `WrongCredentials`, `TwoFactorRequired`, `WrongCode`,
    `TooManyFailures`, and `Forbidden` for an API key.
    """
    uow.actor.require(Permission.PROFILE)
    user = await own_account(uow)
    if uow.actor.session_id is None:
        raise Forbidden("api_key.not_allowed")
    async with counted_attempt(uow, user.email, ip):
        async with uow.without_connection():  # hashing is slow on purpose
            right = await verify_password(password, user.password_hash)
        if not right:
            raise WrongCredentials
        await uow.begin()
        await demand_code(uow, keys, user, code)
        await sessions.confirm_session(uow.db, uow.actor.session_id, uow.now)
    return uow.now + CONFIRMATION_LASTS
