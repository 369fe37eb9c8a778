"""The origin of events: the request or job, and the command that recorded them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.events import JournalEntry
from deskbell.kernel.ids import new_id
from deskbell.kernel.rules.facts import MailFacts


class Origin(Struct, frozen=True):
    """`correlation_id` is the id of the request, or of the job run, that caused the events.

    `operation_id` groups the events of one command that changes many objects: a bulk change, an import, a deletion whose
    effects jobs record. It is None for a command that changes one. `rule_id` is the rule whose effects a job carries out.
    `mail` is the received mail that the unit files: conditions of rules ask it.
    """

    correlation_id: str | None = None
    operation_id: UUID | None = None
    rule_id: UUID | None = None
    mail: MailFacts | None = None

    def of_operation(self) -> "Origin":
        """This origin with an operation: the one it belongs to already, or a new one."""
        return self if self.operation_id is not None else replace(self, operation_id=new_id())

    def headers(self) -> dict[str, str]:
        """This origin as a job's headers."""
        found = {"correlation_id": self.correlation_id, "operation_id": self.operation_id, "rule_id": self.rule_id}
        return {name: str(value) for name, value in found.items() if value is not None}

    @classmethod
    def of_entry(cls, entry: JournalEntry[Any]) -> "Origin":
        """The origin for all that follows from an event; an event without a request begins its own."""
        return cls(entry.correlation_id or current().correlation_id or str(new_id()), entry.operation_id, entry.rule_id)

    @classmethod
    def of_job(cls, headers: Mapping[str, Any] | None) -> "Origin":
        """The origin in a job's headers; a job without one begins its own."""
        given = headers or {}
        operation_id, rule_id = given.get("operation_id"), given.get("rule_id")
        return cls(
            given.get("correlation_id") or str(new_id()),
            UUID(operation_id) if operation_id is not None else None,
            UUID(rule_id) if rule_id is not None else None,
        )


_NOWHERE: Final = Origin()
_current: Final[ContextVar[Origin]] = ContextVar("origin", default=_NOWHERE)


def current() -> Origin:
    """The origin that `within` has set for this task."""
    return _current.get()


@contextmanager
def within(origin: Origin) -> Iterator[None]:
    """Gives units of work that are opened in the block this origin."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)
