"""Entering an organization with the first read, in one statement.

What a caller may see depends on their role, so their session or API key is looked up before anything is read: a trip to the
database for each request. A server remembers the actors of those that it has looked up. A request with one that it knows is
authorised as the actor it remembers, and its first read enters in the same statement, which also returns what the database
has to say now. What was read counts only if both agree; otherwise the request is repeated without expectations. So a session
that has ended, or a role that has changed, is noticed by the very next request, as without this.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role
from deskbell.runtime.limits import Tally

_KEPT: Final = 10_000
"""Credentials whose actors a server remembers; the one that was entered longest ago is discarded first."""
_SESSION: Final = "deskbell_enter_session(${}, ${})"
_API_KEY: Final = "deskbell_enter_api_key(${}, ${}, ${})"
_ALONE: Final = "select user_id, role, verified, platform_admin, scopes, is_over from {}"
_JOINED: Final = (
    "select q.*, {used}e.user_id as entered_user_id, e.role as entered_role, e.verified as entered_verified, "
    "e.platform_admin as entered_platform_admin, e.scopes as entered_scopes from {entering} e left join lateral "
    "(select x.*, true as entered_found from ({text}) x where e.user_id is not null offset 0) q on true"
)
_COUNTED: Final = "(select deskbell_count_request(${}, ${}, ${})) as entered_used, "


class ExpectationError(Exception):
    """The credential has ended, or its actor is another than expected: what was read does not count; repeat the request."""


class Pass(Struct, frozen=True):
    """A credential that enters an organization: a session, or an API key with the hash of its secret."""

    organization_id: UUID
    id: UUID
    secret_hash: bytes | None = None
    """None for a session."""

    @property
    def arguments(self) -> list[Any]:
        """The arguments of the function that enters with it."""
        pair = [self.organization_id, self.id]
        return pair if self.secret_hash is None else [*pair, self.secret_hash]

    @property
    def statement(self) -> str:
        """The statement that enters with it and reads nothing else."""
        return _ALONE.format(self._call(0))

    def joined(self, text: str, values: int, *, counts: bool) -> str:
        """The statement that enters with it and then reads; see `_joined`."""
        used = _COUNTED.format(*(values + len(self.arguments) + n for n in (1, 2, 3))) if counts else ""
        return _joined(text, self._call(values), used)

    def _call(self, values: int) -> str:
        places = range(values + 1, values + 1 + len(self.arguments))
        return (_SESSION if self.secret_hash is None else _API_KEY).format(*places)

    def actor(self, row: Any) -> Actor:
        """The actor that a row of the function describes."""
        is_session = self.secret_hash is None
        return Actor(
            self.organization_id, row["user_id"], Role(row["role"]), self.id if is_session else None,
            api_key_id=None if is_session else self.id, scopes=None if row["scopes"] is None else tuple(row["scopes"]),
            verified=row["verified"], platform_admin=row["platform_admin"],
        )  # fmt: skip


class ExpectedEntry:
    """The pass of a unit of work that has yet to enter, and the actor expected behind it.

    `counted` takes the use of each tally in its window, and may raise `TooManyRequests`.
    """

    __slots__ = ("_actor", "_counted", "_now", "_pass", "_tallies", "pending")

    def __init__(
        self,
        given: Pass,
        actor: Actor,
        tallies: Sequence[Tally],
        counted: Callable[[list[int]], None],
        now: datetime,
    ) -> None:
        self._pass = given
        self._actor = actor
        self._tallies = tallies
        self._counted = counted
        self._now = now
        self.pending = True

    async def confirm(self, raw: Any) -> None:
        """Enters, unless that is done. Raises `ExpectationError`, also where an earlier call has."""
        if self.pending:
            await self.fetch(raw, "select 1 as confirmed", ())

    async def fetch(self, raw: Any, text: str, values: Sequence[Any]) -> list[Any]:
        """Enters and reads, in one statement. Raises `ExpectationError`."""
        joined, arguments = self.joined(text, values)
        rows: list[Any] = await raw.fetch(joined, *arguments)
        if not rows or not self._is_expected(rows[0]):
            raise ExpectationError
        self.pending = False
        if self._tallies:
            self._counted(rows[0]["entered_used"])
        return rows if rows[0]["entered_found"] else []

    def joined(self, text: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """The statement that enters and reads, with its arguments."""
        joined = self._pass.joined(text, len(values), counts=bool(self._tallies))
        return joined, [*values, *self._pass.arguments, *counted(self._tallies, self._now)]

    def _is_expected(self, row: Any) -> bool:
        actor, scopes = self._actor, row["entered_scopes"]
        found = row["entered_user_id"], row["entered_role"], row["entered_verified"], row["entered_platform_admin"]
        return (
            found == (actor.user_id, actor.role.value, actor.verified, actor.platform_admin)
            and (None if scopes is None else tuple(scopes)) == actor.scopes
        )


def counted(tallies: Sequence[Tally], now: datetime) -> tuple[list[str], list[datetime], list[int]] | tuple[()]:
    """The arguments of `deskbell_count_request`; none for no tallies."""
    if not tallies:
        return ()
    return (
        [tally.subject for tally in tallies],
        [tally.window_ends(now) for tally in tallies],
        [tally.limit.requests for tally in tallies],
    )


@lru_cache(maxsize=1024)
def _joined(text: str, entering: str, used: str) -> str:
    """A statement that enters and then reads; `entered_found` is null where the read had no row.

    The read refers to what the function returns, and `offset 0` keeps both apart: the planner cannot run it first. Its own
    columns come first. Tallies are counted with the first row, so that no row of theirs is locked while a slow read runs.
    """
    return _JOINED.format(text=text, entering=entering, used=used)


class KnownActors:
    """The actors of sessions and API keys that this process has entered."""

    def __init__(self) -> None:
        self._actors: dict[tuple[UUID, UUID], Actor] = {}

    def of(self, given: Pass) -> Actor | None:
        """The actor behind a pass when it was last looked up, whether or not the secret of this one is right."""
        return self._actors.get((given.organization_id, given.id))

    def remember(self, given: Pass, actor: Actor | None) -> None:
        """Keeps the actor behind a pass; None removes it."""
        key = given.organization_id, given.id
        self._actors.pop(key, None)
        if actor is not None:
            self._actors[key] = actor
            if len(self._actors) > _KEPT:
                del self._actors[next(iter(self._actors))]
