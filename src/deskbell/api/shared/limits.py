"""Rate limits: the tallies that a request counts for, and its headers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from deskbell.features.access.tokens import AccessClaims, WebClaims
from deskbell.kernel.errors import TooManyRequests
from deskbell.kernel.origins import origin_of
from deskbell.runtime.database import Database
from deskbell.runtime.limits import Limit, Standing, Tally, standing_of

_STANDING: Final = "deskbell.standing"


class Limiter(Struct, frozen=True):
    """The limits of one server."""

    limits: Mapping[str, Limit]

    def signed_in(self, contract: str, claims: AccessClaims | WebClaims, *, by_cookie: bool) -> list[Tally]:
        """The tallies of a request with a session."""
        if by_cookie or isinstance(claims, WebClaims):
            return [Tally(f"web:{claims.session_id}", self.limits["web"])]
        if contract == "platform":
            return [
                Tally(f"platform:user:{claims.user_id}", self.limits["platform_user"]),
                Tally(f"platform:organization:{claims.organization_id}", self.limits["platform_organization"]),
            ]
        return [Tally(f"{contract}:user:{claims.user_id}", self.limits["user"])]

    def by_key(self, contract: str, organization_id: Any, key_id: Any) -> list[Tally]:
        """The tallies of a request with an API key."""
        if contract == "platform":
            return [
                Tally(f"platform:key:{key_id}", self.limits["platform_user"]),
                Tally(f"platform:organization:{organization_id}", self.limits["platform_organization"]),
            ]
        return [Tally(f"{contract}:key:{key_id}", self.limits["user"])]

    def anonymous(self, contract: str, address: str) -> list[Tally]:
        """The tallies of an anonymous request: it counts for its address.

        In platform an address has a user's limit, because other systems send their signed webhooks without a token, more
        of them than an anonymous reader sends requests, and the document names no hourly limit.
        """
        limit = self.limits["platform_user" if contract == "platform" else "anonymous"]
        return [Tally(f"{contract}:address:{origin_of(address)}", limit)]

    async def count_anonymous(self, database: Database, scope: Any, contract: str) -> None:
        """Counts a request that was answered before its caller was known."""
        client = scope.get("client")
        tallies = self.anonymous(contract, client[0] if client else "unknown")
        uow = await database.acquire()
        try:
            note(scope, tallies, await uow.count(tallies), uow.now)
        finally:
            await uow.release()


def note(scope: Any, tallies: Sequence[Tally], used: Sequence[int], now: datetime) -> Standing:
    """Stores the caller's standing for the response's headers."""
    standing = standing_of(tallies, used, now)
    scope["state"][_STANDING] = standing
    return standing


def refuse_excess(standing: Standing, now: datetime) -> None:
    """Raises `TooManyRequests` for a caller beyond the limit."""
    if standing.exceeded:
        raise TooManyRequests(standing.retry_after(now))


def standing_in(scope: Any) -> Standing | None:
    """The standing of a counted request's caller."""
    found: Standing | None = scope["state"].get(_STANDING)
    return found


def limit_headers(standing: Standing) -> list[tuple[bytes, bytes]]:
    """`X-RateLimit-…` and, for a caller beyond the limit, `Retry-After` (which the refusal itself carries)."""
    return [
        (b"x-ratelimit-limit", str(standing.limit).encode()),
        (b"x-ratelimit-remaining", str(standing.remaining).encode()),
        (b"x-ratelimit-reset", str(standing.reset).encode()),
    ]
