"""What other systems say, in the core's words."""

from uuid import UUID

from msgspec import Struct

from deskbell.kernel.words import Priority, Status


class Sender(Struct, frozen=True):
    """An organization whose secret signed a body, and that body's digest."""

    organization_id: UUID
    digest: bytes


class IncomingPerson(Struct, frozen=True):
    """Somebody named by address; one who is unknown becomes a contact."""

    email: str
    name: str | None = None


class IncomingTicket(Struct, frozen=True, kw_only=True):
    """A ticket that was filed elsewhere."""

    external_id: str
    subject: str
    description: str
    priority: Priority
    status: Status
    customer: IncomingPerson


class IncomingUpdate(Struct, frozen=True, kw_only=True):
    """New values of a ticket that is known by its external id; None stays."""

    external_id: str
    subject: str | None
    priority: Priority | None
    status: Status | None


class IncomingMessage(Struct, frozen=True, kw_only=True):
    """Words that were written elsewhere on a ticket that is known by its external id."""

    external_id: str
    ticket_external_id: str
    body: str
    public: bool
    author: IncomingPerson


class Outcome(Struct, frozen=True):
    """What became of it: the ticket or comment it is about, and whether it was known already and nothing changed."""

    id: UUID
    duplicate: bool
