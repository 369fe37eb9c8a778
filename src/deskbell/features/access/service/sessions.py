"""Sessions: start, refresh with single-use tokens, and end on every worker."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.features.access.errors import StepUpRequired
from deskbell.features.access.events import RefreshTokenReused, SessionEnded, SessionStarted
from deskbell.features.access.queries import memberships, sessions
from deskbell.features.access.records import Membership, Session, SignedIn, SignInKind
from deskbell.features.access.tokens import ACCESS_LIFETIME, AccessClaims, RefreshClaims, TokenKeys, WebClaims
from deskbell.kernel.access import anyone, step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import NotFound, Unauthenticated
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

_SESSION_LIFETIME: Final = timedelta(days=30)
"""The time after the last use at which a session expires."""
_WEB_LIFETIME: Final = timedelta(days=14)
"""Time without use after which a web session expires. `deskbell_enter_session` prolongs it up to the longest."""
LONGEST_WEB_SESSION: Final = timedelta(days=90)
CONFIRMATION_LASTS: Final = timedelta(minutes=10)
"""The time for which a web session may do dangerous things after its user gave the password."""


class Device(Struct, frozen=True):
    """The origin of a sign-in, as far as the request shows it."""

    user_agent: str | None = None
    ip: str | None = None


@step("commands that have checked credentials")
async def start_session(
    uow: UnitOfWork, keys: TokenKeys, member: Membership, device: Device, kind: SignInKind = "tokens"
) -> SignedIn:
    """Signs a member in. From here on the unit acts as the member."""
    expires_at = uow.now + (_SESSION_LIFETIME if kind == "tokens" else _WEB_LIFETIME)
    session = Session(
        id=new_id(), user_id=member.user_id, kind="tokens" if kind == "tokens" else "web", refresh_generation=0,
        user_agent=device.user_agent[:300] if device.user_agent else None, ip=device.ip, created_at=uow.now,
        last_used_at=uow.now, confirmed_at=uow.now, expires_at=expires_at, ended_at=None,
    )  # fmt: skip
    await uow.enter(Actor(member.organization_id, member.user_id, member.role, session.id, verified=member.verified))
    await sessions.add_session(uow.db, member.organization_id, session)
    await memberships.set_last_login(uow.db, member.user_id, uow.now)
    uow.record(SessionStarted(user_id=member.user_id, session_id=session.id, ip=device.ip))
    if kind != "tokens":
        claims = WebClaims(member.organization_id, session.id)
        cookie = keys.web(claims) if kind == "web" else keys.portal(claims)
        return SignedIn("", "", int(_WEB_LIFETIME.total_seconds()), expires_at, session.id, member, cookie)
    return _signed_in(uow, keys, member, session.id, 0)


@anyone("the refresh token is the credential")
async def refresh(uow: UnitOfWork, keys: TokenKeys, token: str) -> SignedIn:
    """A new access token and the next refresh token.

    A token that was used before ends the session, because a copy may be stolen. Raises `Unauthenticated`.
    """
    claims = keys.read_refresh(token)
    await uow.enter(Actor.system(claims.organization_id))
    session = await sessions.find_session(uow.db, claims.session_id)
    if session is None or session.ended_at is not None or session.expires_at <= uow.now:
        raise Unauthenticated("session.ended")
    if claims.generation != session.refresh_generation:
        await sessions.end_session(uow.db, session.user_id, session.id, uow.now)
        uow.record(RefreshTokenReused(user_id=session.user_id, session_id=session.id))
        await uow.commit()  # the error below rolls back, and the session must stay ended
        raise Unauthenticated("refresh_token.reused")
    await sessions.advance_refresh(uow.db, session.id, uow.now, uow.now + _SESSION_LIFETIME)
    member = await memberships.find_member(uow.db, session.user_id)
    if member is None:
        raise Unauthenticated("session.ended")
    return _signed_in(uow, keys, member, session.id, session.refresh_generation + 1)


async def end_session(uow: UnitOfWork, session_id: UUID) -> None:
    """Ends one of the actor's sessions, on every worker immediately. Raises `NotFound` for any other session."""
    uow.actor.require(Permission.PROFILE)
    if not await sessions.end_session(uow.db, uow.actor.id, session_id, uow.now):
        raise NotFound("session")
    uow.record(SessionEnded(user_id=uow.actor.id, session_id=session_id))


@step("commands that authorise their actor")
async def require_recent_confirmation(uow: UnitOfWork) -> None:
    """Raises `StepUpRequired` for a web session whose user has not confirmed the password within ten minutes.

    Its cookie lives long: a browser left open must not suffice to make a lasting way in.
    """
    if uow.actor.session_id is None:
        return
    session = await sessions.find_session(uow.db, uow.actor.session_id)
    if session is not None and session.kind == "web" and session.confirmed_at < uow.now - CONFIRMATION_LASTS:
        raise StepUpRequired


@step("commands that authorise their actor")
async def end_other_sessions(uow: UnitOfWork, user_id: UUID, keep: UUID | None) -> int:
    """Ends a member's sessions except `keep`; returns the number of ended sessions."""
    ended = await sessions.end_all_sessions(uow.db, user_id, uow.now, keep)
    for session_id in ended:
        uow.record(SessionEnded(user_id=user_id, session_id=session_id))
    return len(ended)


async def end_own_other_sessions(uow: UnitOfWork) -> int:
    """Ends the actor's sessions except the current one; returns the number of ended sessions."""
    uow.actor.require(Permission.PROFILE)
    return await end_other_sessions(uow, uow.actor.id, uow.actor.session_id)


async def list_sessions(uow: UnitOfWork, page: PageRequest) -> Page[Session]:
    """A page of the actor's open sessions, last used first."""
    uow.actor.require(Permission.PROFILE)
    return await sessions.open_sessions(uow.db, uow.actor.id, uow.now, page)


def _signed_in(uow: UnitOfWork, keys: TokenKeys, member: Membership, session_id: UUID, generation: int) -> SignedIn:
    expires_at = uow.now + ACCESS_LIFETIME
    claims = AccessClaims(member.user_id, member.organization_id, session_id, member.role.value, expires_at.timestamp())
    return SignedIn(
        token=keys.access(claims, uow.now),
        refresh_token=keys.refresh(RefreshClaims(member.organization_id, session_id, generation)),
        expires_in=int(ACCESS_LIFETIME.total_seconds()),
        expires_at=expires_at,
        session_id=session_id,
        member=member,
    )
