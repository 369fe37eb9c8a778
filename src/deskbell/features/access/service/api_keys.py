"""API keys: credentials for integrations. A key acts as the member who created it, limited by its scopes."""

import secrets
from datetime import datetime
from uuid import UUID

from deskbell.features.access.events import ApiKeyCreated, ApiKeyRevoked
from deskbell.features.access.queries import api_keys as queries
from deskbell.features.access.records import ApiKey
from deskbell.features.access.service.sessions import require_recent_confirmation
from deskbell.features.access.tokens import api_key_text, hash_secret, read_api_key
from deskbell.kernel.access import anyone
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Invalid, NotFound, Problem, Unauthenticated
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission, scope_covers
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.entering import Pass
from deskbell.runtime.references import gone


async def create_api_key(
    uow: UnitOfWork, name: str, scopes: list[str], expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """A new key and its text, which is never shown again. Its scopes may not exceed the actor's own permissions."""
    uow.actor.require(Permission.API_KEY_MANAGE)
    await require_recent_confirmation(uow)
    problems = [
        Problem.at(f"scopes.{i}", "scope.unknown", allowed=_known())
        for i, scope in enumerate(scopes)
        if not any(scope_covers(scope, permission) for permission in Permission)
    ]
    problems += _beyond_the_actor(uow.actor, scopes)
    if not scopes:
        problems.append(Problem.at("scopes", "scope.none"))
    if expires_at is not None and expires_at <= uow.now:
        problems.append(Problem.at("expires_at", "not_in_future"))
    if problems:
        raise Invalid(problems)
    secret = secrets.token_bytes(32)
    key_id = new_id()
    text = api_key_text(uow.actor.organization_id, key_id, secret)
    key = ApiKey(key_id, name, text[-4:], scopes, uow.actor.id, uow.now, expires_at, None, None)
    await queries.add_api_key(uow.db, uow.actor.organization_id, key, hash_secret(secret))
    uow.record(ApiKeyCreated(user_id=uow.actor.id, key_id=key.id, name=name, scopes=scopes))
    return key, text


async def list_api_keys(uow: UnitOfWork, page: PageRequest) -> Page[ApiKey]:
    """A page of the organization's valid keys, without their secrets."""
    uow.actor.require(Permission.API_KEY_MANAGE)
    return await queries.api_keys(uow.db, page)


async def revoke_api_key(uow: UnitOfWork, key_id: UUID) -> None:
    """Revokes a key immediately. Raises `NotFound`."""
    uow.actor.require(Permission.API_KEY_MANAGE)
    key = await queries.revoke_api_key(uow.db, key_id, uow.now)
    if key is None:
        raise NotFound("API key")
    await gone(uow, "api_key", key.id)
    uow.record(ApiKeyRevoked(user_id=key.user_id, key_id=key.id, name=key.name, scopes=key.scopes))


@anyone("the key is the credential")
async def enter_with_api_key(uow: UnitOfWork, text: str) -> None:
    """Makes the unit act as a key's owner within its scopes. Raises `Unauthenticated`."""
    is_valid = await uow.enter_api_key(pass_of_api_key(text))
    if is_valid is None:
        raise Unauthenticated("api_key.invalid")
    if not is_valid:
        raise Unauthenticated("api_key.ended")


def pass_of_api_key(text: str) -> Pass:
    """The pass that an API key's text is. Raises `Unauthenticated` for any other text."""
    organization_id, key_id, secret = read_api_key(text)
    return Pass(organization_id, key_id, hash_secret(secret))


def _beyond_the_actor(actor: Actor, scopes: list[str]) -> list[Problem]:
    """The scopes that exceed the actor's: an API key must not create a key with more permissions than its own."""
    if actor.scopes is None:
        return []
    return [
        Problem.at(f"scopes.{i}", "scope.beyond_yours")
        for i, scope in enumerate(scopes)
        for permission in Permission
        if scope_covers(scope, permission) and not any(scope_covers(own, permission) for own in actor.scopes)
    ][:1]


def _known() -> tuple[str, ...]:
    return tuple(permission.value for permission in Permission)
