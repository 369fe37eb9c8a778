"""Reactions: what features do because of an event, after its commit, exactly as often as needed and never inline."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.kernel.events import DomainEvent, JournalEntry
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.mail import OutgoingMail
from deskbell.runtime.tools import Tools

E = TypeVar("E", bound=DomainEvent)

Handler: TypeAlias = Callable[[UnitOfWork, JournalEntry[E], Tools], Awaitable[Sequence[OutgoingMail] | None]]
"""Runs as Deskbell itself in the event's organization, safe to run twice, as a job of the queue or with its batch.

The mails that a job's handler returns are sent after the commit, without a connection: a mail server may be slow. If that
fails, the handler runs again.
"""

JobBody: TypeAlias = Callable[[Tools, bytes], Awaitable[None]]
"""A job's work; `bytes` is the payload that it was enqueued with."""


class Reaction(Struct, frozen=True):
    """A handler of a type of event under a lasting name. `batched`: see `on`."""

    name: str
    type: str
    handle: Handler[Any]
    batched: bool = False


class Job(Struct, frozen=True):
    """Work that can be enqueued under a lasting name, or that runs by the clock (`schedule`, a cron expression)."""

    name: str
    body: JobBody
    schedule: str | None = None


_reactions: Final[dict[str, Reaction]] = {}
_jobs: Final[dict[str, Job]] = {}


def on(event: type[E], *, batched: bool = False) -> Callable[[Handler[E]], Handler[E]]:
    """Declares a handler of one type of event. Its name, `package.function`, must not change once released.

    A `batched` handler shares a transaction with the reactions to other events, which saves a job of the queue and its
    commits. It must be quick, return no mails and lock no rows that people change, such as tickets.
    """

    def declare(handle: Handler[E]) -> Handler[E]:
        name = _name_of(handle)
        if name in _reactions:
            raise TypeError(f"there are two reactions called {name}")
        _reactions[name] = Reaction(name, event.type, handle, batched)
        return handle

    return declare


def job(*, schedule: str | None = None) -> Callable[[JobBody], JobBody]:
    """Declares a job. With `schedule` it runs by the clock, one doer however many workers there are."""

    def declare(body: JobBody) -> JobBody:
        name = _name_of(body)
        if name in _jobs:
            raise TypeError(f"there are two jobs called {name}")
        _jobs[name] = Job(name, body, schedule)
        return body

    return declare


def _name_of(function: Any) -> str:
    module = inspect.getmodule(function)
    path = module.__name__.split(".") if module else ["?"]
    package = next((path[path.index(room) + 1] for room in ("features", "channels") if room in path), path[-1])
    return f"{package}.{function.__name__}"


def reactions_to(event_type: str) -> list[Reaction]:
    """The handlers of an event type, in the order of their names."""
    return [reaction for _, reaction in sorted(_reactions.items()) if reaction.type == event_type]


def reacted_types() -> set[str]:
    """The types of events that have a handler."""
    return {reaction.type for reaction in _reactions.values()}


def reaction(name: str) -> Reaction | None:
    """A handler by name; None for one that this version no longer has."""
    return _reactions.get(name)


def jobs() -> list[Job]:
    """Every declared job."""
    return [each for _, each in sorted(_jobs.items())]


class ReactionTask(Struct, frozen=True):
    """The queue's payload for one handler and one event."""

    reaction: str
    organization_id: UUID
    event_id: int


async def enqueue(uow: UnitOfWork, body: JobBody, payload: Struct, *, delay_seconds: float = 0) -> None:
    """Puts a job in the queue, in this unit's transaction: it runs if and only if the unit commits."""
    from deskbell.runtime.queue import put  # noqa: PLC0415 - the queue's library is slow to import, and reads need none

    await uow.begin()
    await put(
        uow.db.raw,
        _name_of(body),
        msgspec.json.encode(payload),
        delay_seconds=delay_seconds,
        headers=uow.origin.headers(),
    )
