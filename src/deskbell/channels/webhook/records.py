"""Commands received from other systems."""

from uuid import UUID

from msgspec import Struct

from deskbell.kernel.words import Priority, Status


class Sender(Struct, frozen=True):
    """The organization whose secret signed a body, and the body's digest."""

    organization_id: UUID
    digest: bytes


class IncomingPerson(Struct, frozen=True):
    """A person by email address. An unknown address creates a contact."""

    email: str
    name: str | None = None


class IncomingTicket(Struct, frozen=True, kw_only=True):
    """A ticket created in another system."""

    external_id: str
    subject: str
    description: str
    priority: Priority
    status: Status
    customer: IncomingPerson


class IncomingUpdate(Struct, frozen=True, kw_only=True):
    """Changes to the ticket with an external id; None keeps a value."""

    external_id: str
    subject: str | None
    priority: Priority | None
    status: Status | None


class IncomingMessage(Struct, frozen=True, kw_only=True):
    """A message written in another system, for the ticket with `ticket_external_id`."""

    external_id: str
    ticket_external_id: str
    body: str
    public: bool
    author: IncomingPerson


class Outcome(Struct, frozen=True):
    """The affected ticket or comment. `duplicate` is true for a repeat, which changes nothing."""

    id: UUID
    duplicate: bool
