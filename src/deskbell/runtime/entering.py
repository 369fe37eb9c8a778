"""Entering a session with the first read, in one statement.

What a caller may see depends on their role, so their session is looked up before anything is read: a trip to the database for
each request. A server remembers the actors of the sessions that it has entered. A request of a session that it knows is
authorised as the actor it remembers, and its first read enters the session in the same statement, which also returns what the
database has to say of the session now. What was read counts only if both agree; otherwise the request is repeated without
expectations. So a session that has ended, or a role that has changed, is noticed by the very next request, as without this.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from deskbell.kernel.actor import Actor
from deskbell.runtime.limits import Tally

_KEPT: Final = 10_000
"""Sessions whose actors a server remembers; the one that was entered longest ago is forgotten first."""
_JOINED: Final = (
    "select q.*, {used}e.user_id as entered_user_id, e.role as entered_role, e.verified as entered_verified, "
    "e.platform_admin as entered_platform_admin from deskbell_enter_session(${organization}, ${session}) e left join lateral "
    "(select x.*, true as entered_found from ({text}) x where e.user_id is not null offset 0) q on true"
)
_COUNTED: Final = "(select deskbell_count_request(${}, ${}, ${})) as entered_used, "


class ExpectationError(Exception):
    """The session has ended, or its actor is another than expected: what was read does not count; repeat the request."""


class ExpectedEntry:
    """A session that a unit of work has yet to enter, and the actor expected behind it.

    `counted` takes the use of each tally in its window, and may raise `TooManyRequests`.
    """

    __slots__ = ("_actor", "_counted", "_now", "_tallies", "pending")

    def __init__(
        self, actor: Actor, tallies: Sequence[Tally], counted: Callable[[list[int]], None], now: datetime
    ) -> None:
        self._actor = actor
        self._tallies = tallies
        self._counted = counted
        self._now = now
        self.pending = True

    async def confirm(self, raw: Any) -> None:
        """Enters the session, unless that is done. Raises `ExpectationError`, also where an earlier call has."""
        if self.pending:
            await self.fetch(raw, "select 1 as confirmed", ())

    async def fetch(self, raw: Any, text: str, values: Sequence[Any]) -> list[Any]:
        """Enters the session and reads, in one statement. Raises `ExpectationError`."""
        joined, arguments = self.joined(text, values)
        rows: list[Any] = await raw.fetch(joined, *arguments)
        if not rows or not self._is_expected(rows[0]):
            raise ExpectationError
        self.pending = False
        if self._tallies:
            self._counted(rows[0]["entered_used"])
        return rows if rows[0]["entered_found"] else []

    def joined(self, text: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """The statement that enters the session and reads, with its arguments."""
        session = [self._actor.organization_id, self._actor.session_id]
        joined = _joined(text, len(values), counts=bool(self._tallies))
        return joined, [*values, *session, *counted(self._tallies, self._now)]

    def _is_expected(self, row: Any) -> bool:
        actor = self._actor
        found = row["entered_user_id"], row["entered_role"], row["entered_verified"], row["entered_platform_admin"]
        return bool(found == (actor.user_id, actor.role.value, actor.verified, actor.platform_admin))


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
def _joined(text: str, values: int, *, counts: bool) -> str:
    """A statement that enters the session and then reads; `entered_found` is null where the read had no row.

    The read refers to what the function returns, and `offset 0` keeps both apart: the planner cannot run it first. Its own
    columns come first. Tallies are counted with the first row, so that no row of theirs is locked while a slow read runs.
    """
    used = _COUNTED.format(values + 3, values + 4, values + 5) if counts else ""
    return _JOINED.format(text=text, used=used, organization=values + 1, session=values + 2)


class KnownActors:
    """The actors of sessions that this process has entered."""

    def __init__(self) -> None:
        self._actors: dict[tuple[UUID, UUID], Actor] = {}

    def of(self, organization_id: UUID, session_id: UUID) -> Actor | None:
        """The actor of a session when it was last looked up."""
        return self._actors.get((organization_id, session_id))

    def remember(self, organization_id: UUID, session_id: UUID, actor: Actor | None) -> None:
        """Keeps the actor of a session; None removes it."""
        key = organization_id, session_id
        self._actors.pop(key, None)
        if actor is not None:
            self._actors[key] = actor
            if len(self._actors) > _KEPT:
                del self._actors[next(iter(self._actors))]
