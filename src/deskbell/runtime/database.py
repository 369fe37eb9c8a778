"""Database access: a pool of connections that enter an organization, and units of work that their creator commits."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import DomainEvent
from deskbell.kernel.permissions import Role
from deskbell.runtime.connection import Connection, EnteringConnection
from deskbell.runtime.connections import Connections
from deskbell.runtime.entering import ExpectedEntry, KnownActors, Pass, counted
from deskbell.runtime.faults import lost
from deskbell.runtime.journal import origin
from deskbell.runtime.journal.appending import Recording, append, append_written
from deskbell.runtime.journal.origin import Origin
from deskbell.runtime.limits import Tally
from deskbell.runtime.sql import Fragment

APP_ROLE: Final = "deskbell_app"
_LONGEST_REST_SECONDS: Final = 60
_ENTER: Final = (
    "select set_config('deskbell.organization_id', $1, false), set_config('deskbell.user_id', $2, false), "
    "set_config('deskbell.role', $3, false)"
)
# Several statements in one trip cannot have parameters: these values are UUIDs and a word of our own.
_BEGIN_AS: Final = (
    "begin; select set_config('deskbell.organization_id', '{}', false), set_config('deskbell.user_id', '{}', false), "
    "set_config('deskbell.role', '{}', false)"
)
_ENTER_COUNTED: Final = (
    "select e.user_id, e.role, e.verified, e.platform_admin, e.scopes, e.is_over, c.used "
    "from deskbell_count_request($3, $4, $5) c (used) left join deskbell_enter_session($1, $2) e on true"
)
_COUNT: Final = "select deskbell_count_request($1, $2, $3)"


class UnitOfWork:
    """The work of one request or job: one connection, one actor, at most one transaction and its events.

    Reads need no transaction; the first `begin` opens one. `commit` writes the recorded events and ends it. The creator
    of the unit commits or rolls back; features never do.
    """

    __slots__ = ("_actor", "_began", "_database", "_entry", "_events", "_raw", "db", "now", "origin")

    def __init__(self, database: "Database", raw: Any, actor: Actor | None, request_id: str | None = None) -> None:
        self._database = database
        self._raw = raw
        self._actor = actor
        self._began = False
        self._entry: ExpectedEntry | None = None
        self._events: list[Recording] = []
        self.db = Connection(raw)
        self.now: datetime = utc_now()
        self.origin: Origin = origin.current() if request_id is None else Origin(request_id)

    @property
    def actor(self) -> Actor:
        """The current actor. Raises `LookupError` before the unit has entered an organization."""
        if self._actor is None:
            raise LookupError("this unit of work has not entered an organization")
        return self._actor

    @property
    def anonymous(self) -> bool:
        """Whether the unit has no actor."""
        return self._actor is None

    @property
    def is_connected(self) -> bool:
        """Whether the unit has a connection: not after `release`, and not if `without_connection` failed to get one back."""
        return self._raw is not None

    async def enter(self, actor: Actor) -> None:
        """Sets the actor, and with it organization, user and role for row security."""
        await self.confirm()
        await self._raw.execute(_ENTER, *_settings(actor))
        self._actor = actor

    def expect(self, given: Pass, tallies: Sequence[Tally], counted: Callable[[list[int]], None]) -> bool:
        """Acts as a pass's owner as this process has last seen them, until the first read or `confirm` enters with it.

        Either raises `ExpectationError` if the pass has ended or its actor has changed: the unit's work must then be
        repeated. `counted` takes the use of each tally and may raise. Returns False for a pass that is not known.
        """
        actor = self._database.known.of(given)
        if actor is not None:
            self._actor = actor
            self._entry = ExpectedEntry(given, actor, tallies, counted, self.now)
            self.db = EnteringConnection(self._raw, self._entry)
        return actor is not None

    async def confirm(self) -> None:
        """Enters as `expect` has announced, unless a read has. Raises `ExpectationError`."""
        if self._entry is not None:
            await self._entry.confirm(self._raw)

    async def enter_session(self, organization_id: UUID, session_id: UUID) -> bool:
        """Sets the actor to a session's user. Returns False if the session or the membership has ended."""
        given = Pass(organization_id, session_id)
        return self._entered(given, await self._raw.fetchrow(given.statement, *given.arguments))

    async def enter_session_counted(
        self, organization_id: UUID, session_id: UUID, tallies: Sequence[Tally]
    ) -> tuple[bool, list[int]]:
        """Combines `enter_session` and `count` in one round trip; returns the results of both."""
        given = Pass(organization_id, session_id)
        row = await self._raw.fetchrow(_ENTER_COUNTED, *given.arguments, *counted(tallies, self.now))
        used: list[int] = row["used"]
        return self._entered(given, row), used

    async def enter_api_key(self, given: Pass) -> bool | None:
        """Sets the actor to an API key's owner, within its scopes. Returns False if the key has ended, None if there is none."""
        row = await self._raw.fetchrow(given.statement, *given.arguments)
        return self._entered(given, row) if row is not None else None

    def _entered(self, given: Pass, row: Any) -> bool:
        actor = None if row is None or row["user_id"] is None else given.actor(row)
        self._database.known.remember(given, actor)
        if actor is not None:
            self._actor = actor
        return actor is not None

    async def count(self, tallies: Sequence[Tally]) -> list[int]:
        """Counts one request for each tally in turn, up to the first that is over its limit.

        So a refused request of one caller does not use up the organization's limit. Returns the use of each tally in its
        window, 0 for those not reached.
        """
        used: list[int] = await self._raw.fetchval(_COUNT, *counted(tallies, self.now))
        return used

    async def leave(self) -> None:
        """Removes the actor: only rows that belong to no organization can be reached."""
        await self.confirm()
        await self._raw.execute(_ENTER, *_settings(None))
        self._actor = None

    async def begin_as(self, actor: Actor | None) -> None:
        """Opens the transaction of a new unit and sets its actor, in one trip."""
        self._began = True
        await self._raw.execute(_BEGIN_AS.format(*_settings(actor)))
        self._actor = actor

    async def begin(self) -> None:
        """Opens the transaction, once."""
        if not self._began:
            await self.confirm()
            self._began = True  # set first: a connection that breaks in `begin` must not return to the pool
            await self._raw.execute("begin")

    def record(self, event: DomainEvent, *, rule_id: UUID | None = None) -> None:
        """Adds an event to be written on commit. Each change records one; a repeat that changes nothing records none.

        An event with a `rule_id` is that rule's action, not the actor's: its entry has no actor.
        """
        self._events.append(Recording(event, rule_id))

    @property
    def recorded(self) -> Sequence[Recording]:
        """The events that are written with the commit."""
        return self._events

    def begin_operation(self) -> None:
        """Groups this unit's events, and those of jobs that it enqueues, as one operation; within one, changes nothing."""
        self.origin = self.origin.of_operation()

    async def append(self, events: Sequence[DomainEvent]) -> None:
        """Writes events to the journal of the organization that the unit acts in now.

        For a unit that goes on to another organization: `record` writes to the one in which the unit ends.
        """
        await self._append([Recording(event) for event in events])

    async def _append(self, recordings: Sequence[Recording]) -> None:
        await self.begin()
        await append(self.db, self._actor, recordings, at=self.now, origin=self.origin)

    async def flush(self) -> None:
        """Writes the recorded events now, for a unit that goes on with another origin or in another organization."""
        if self._events:
            events, self._events = self._events, []
            await self._append(events)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part of the transaction that is undone alone if it raises. Its events are written at its end."""
        await self.begin()
        await self.flush()
        await self._raw.execute("savepoint attempt")
        try:
            yield
            await self.flush()
        except BaseException:
            self._events.clear()
            await self._raw.execute("rollback to savepoint attempt")
            raise
        finally:
            await self._raw.execute("release savepoint attempt")

    async def write_recorded(self, write: Fragment, event: DomainEvent, field: str) -> Any:
        """Writes a row and the event about it in one trip; returns the value that the write gives, which is the event's `field`.

        `write` is one or more common table expressions, the last of them `written (value)` with one row.
        """
        await self.begin()
        await self.flush()
        return await append_written(self.db, self.actor, write, event, field, at=self.now, origin=self.origin)

    async def commit(self) -> None:
        """Writes the events and commits the transaction."""
        await self.confirm()
        await self.flush()
        if self._began:
            await self._raw.execute("commit")
            self._began = False

    async def rollback(self) -> None:
        """Rolls back the transaction; a lost connection has already ended it."""
        self._events.clear()
        if self._began:
            with contextlib.suppress(asyncpg.PostgresError, *lost):
                await self._raw.execute("rollback")
                self._began = False

    @asynccontextmanager
    async def without_connection(self) -> AsyncIterator[None]:
        """Returns the connection to the pool during slow work that does not need it. Raises `RuntimeError` in a transaction."""
        if self._began or self._events:
            raise RuntimeError("a transaction is open")
        await self.confirm()
        await self.release()
        try:
            yield
        finally:
            self._raw = await self._database.check_out()
            self.db = Connection(self._raw)
            await (self.leave() if self._actor is None else self.enter(self._actor))

    async def release(self) -> None:
        """Returns the connection to the pool. Idempotent."""
        raw, self._raw = self._raw, None
        if raw is not None:
            await self._database.give_back(raw, dirty=self._began)


class Database:
    """Connections to the database. Only units of work check them out."""

    def __init__(self, pool: Any, dsn: str) -> None:
        self._connections = Connections(pool)
        self.dsn = dsn
        self.known = KnownActors()

    @classmethod
    async def open(
        cls, dsn: str, *, size: int = 10, statement_timeout: int | None = None, at_first: int = 2
    ) -> "Database":
        """Connects as the application's role, which row security binds. `statement_timeout` is in seconds.

        `at_first` connections are opened now, the others when they are needed.
        """
        session = {"role": APP_ROLE, "jit": "off", "application_name": "deskbell", "timezone": "UTC"}
        if statement_timeout is not None:
            session["statement_timeout"] = f"{statement_timeout}s"
            # An open transaction holds back the readers of the journal, for all organizations: a request never rests in one.
            session["idle_in_transaction_session_timeout"] = f"{max(_LONGEST_REST_SECONDS, statement_timeout)}s"
        pool = await asyncpg.create_pool(
            dsn,
            min_size=min(at_first, size),
            max_size=size,
            reset=_no_reset,
            server_settings=session,
            max_inactive_connection_lifetime=600,
            command_timeout=max(60, (statement_timeout or 0) + 30),  # for a server that does not answer at all
            init=_prepare_connection,
        )
        return cls(pool, dsn)

    async def close(self) -> None:
        """Waits for open units of work, then disconnects."""
        await self._connections.close()

    async def acquire(self, request_id: str | None = None) -> UnitOfWork:
        """A unit of work that has not entered an organization yet. The caller must `release` it."""
        return UnitOfWork(self, await self.check_out(), None, request_id)

    async def check_out(self) -> Any:
        """A connection. Raises `Unavailable` if none is available in time."""
        return await self._connections.check_out()

    async def give_back(self, raw: Any, *, dirty: bool) -> None:
        """Returns a connection; closes one that is `dirty`, with an open transaction."""
        await self._connections.give_back(raw, dirty=dirty)

    @asynccontextmanager
    async def unit(self, actor: Actor | None, request_id: str | None = None) -> AsyncIterator[UnitOfWork]:
        """A transaction as an actor, committed at the end and rolled back on an exception. For jobs, commands and mail."""
        uow = await self.acquire(request_id)
        try:
            await uow.begin_as(actor)
            yield uow
            await uow.commit()
        except BaseException:
            await uow.rollback()
            raise
        finally:
            await uow.release()

    @asynccontextmanager
    async def across(self) -> AsyncIterator[Connection]:
        """A connection for single statements outside a transaction, about all organizations, without an actor.

        For functions that run as the schema's owner: whose settings the connection has is not defined.
        """
        raw = await self.check_out()
        try:
            yield Connection(raw)
        finally:
            await self.give_back(raw, dirty=False)

    async def listen(self) -> Any:
        """A new connection outside the pool, for LISTEN and for work that must not wait for the pool. The caller closes it."""
        return await asyncpg.connect(
            self.dsn, server_settings={"role": APP_ROLE, "application_name": "deskbell-listen"}
        )


def _settings(actor: Actor | None) -> tuple[str, str, str]:
    """The organization, user and role for row security. An address that is not confirmed makes a customer of anyone."""
    if actor is None:
        return "", "", Role.CUSTOMER.value
    role = actor.role if actor.verified else Role.CUSTOMER
    return str(actor.organization_id), str(actor.user_id) if actor.user_id else "", role.value


async def _no_reset(_connection: Any) -> None:
    """Replaces the pool's reset query: each checkout sets organization, user and role anyway."""


async def _prepare_connection(connection: Any) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_as_is, decoder=_as_is, format="text")


def _as_is(value: str) -> str:
    """Leaves JSON as text: records decode it directly into their structs."""
    return value
