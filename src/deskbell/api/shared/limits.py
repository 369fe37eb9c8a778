"""Rate limits at the door: who a request counts for, and the headers that tell."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from deskbell.features.access.tokens import AccessClaims
from deskbell.kernel.errors import TooManyRequests
from deskbell.kernel.origins import origin_of
from deskbell.runtime.database import Database
from deskbell.runtime.limits import Limit, Standing, Tally, standing_of

_STANDING: Final = "deskbell.standing"


class Limiter(Struct, frozen=True):
    """The limits of one server."""

    limits: Mapping[str, Limit]

    def signed_in(self, contract: str, claims: AccessClaims, *, by_cookie: bool) -> list[Tally]:
        """What a request by a person counts for."""
        if by_cookie:
            return [Tally(f"web:{claims.session_id}", self.limits["web"])]
        if contract == "platform":
            return [
                Tally(f"platform:user:{claims.user_id}", self.limits["platform_user"]),
                Tally(f"platform:organization:{claims.organization_id}", self.limits["platform_organization"]),
            ]
        return [Tally(f"{contract}:user:{claims.user_id}", self.limits["user"])]

    def by_key(self, contract: str, organization_id: Any, key_id: Any) -> list[Tally]:
        """What a request with an API key counts for."""
        if contract == "platform":
            return [
                Tally(f"platform:key:{key_id}", self.limits["platform_user"]),
                Tally(f"platform:organization:{organization_id}", self.limits["platform_organization"]),
            ]
        return [Tally(f"{contract}:key:{key_id}", self.limits["user"])]

    def anonymous(self, contract: str, address: str) -> list[Tally]:
        """What a request by nobody in particular counts for: where it comes from.

        In platform that has a user's limit, for its document knows none by the hour: other systems send their signed
        webhooks without a token, and a busy one sends more than an anonymous reader would.
        """
        limit = self.limits["platform_user" if contract == "platform" else "anonymous"]
        return [Tally(f"{contract}:address:{origin_of(address)}", limit)]

    async def count_anonymous(self, database: Database, scope: Any, contract: str) -> None:
        """Counts a request that was answered before it was known who called."""
        client = scope.get("client")
        tallies = self.anonymous(contract, client[0] if client else "unknown")
        uow = await database.acquire()
        try:
            note(scope, tallies, await uow.count(tallies), uow.now)
        finally:
            await uow.release()


def note(scope: Any, tallies: Sequence[Tally], used: Sequence[int], now: datetime) -> Standing:
    """Remembers where the caller stands, for the response's headers."""
    standing = standing_of(tallies, used, now)
    scope["state"][_STANDING] = standing
    return standing


def refuse_excess(standing: Standing, now: datetime) -> None:
    """Raises `TooManyRequests` for a caller beyond the limit."""
    if standing.exceeded:
        raise TooManyRequests(standing.retry_after(now))


def standing_in(scope: Any) -> Standing | None:
    """Where the caller of a request stands, once counted."""
    found: Standing | None = scope["state"].get(_STANDING)
    return found


def limit_headers(standing: Standing) -> list[tuple[bytes, bytes]]:
    """`X-RateLimit-…` and, for a caller beyond the limit, `Retry-After` (which the refusal itself carries)."""
    return [
        (b"x-ratelimit-limit", str(standing.limit).encode()),
        (b"x-ratelimit-remaining", str(standing.remaining).encode()),
        (b"x-ratelimit-reset", str(standing.reset).encode()),
    ]
