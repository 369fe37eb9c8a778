"""Receiving what other systems send: who sent it, and what follows from it, once."""

import hashlib
from uuid import UUID

from msgspec import UNSET

from deskbell.channels.webhook import queries
from deskbell.channels.webhook.records import (
    IncomingMessage,
    IncomingTicket,
    IncomingUpdate,
    Outcome,
    Sender,
)
from deskbell.features.access.addresses import clean_address
from deskbell.features.people.service import contacts
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.records import NewComment, NewTicket, TicketChanges
from deskbell.features.webhooks.events import IncomingSecretRotated
from deskbell.features.webhooks.signing import is_authentic, new_incoming_secret
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Invalid, NotFound, Unauthenticated
from deskbell.kernel.permissions import Permission, Role
from deskbell.kernel.words import Channel, Status
from deskbell.runtime.database import UnitOfWork


async def read_secret(uow: UnitOfWork) -> str:
    """The secret under which other systems sign what they send in; it is made when first asked for."""
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    secret = await queries.find_secret(uow.db)
    if secret is None:
        await uow.begin()
        await queries.keep_secret(uow.db, uow.actor.organization_id, new_incoming_secret(), uow.actor.user_id, uow.now)
        secret = await queries.find_secret(uow.db)
    if secret is None:
        raise NotFound("organization")
    return secret


async def rotate_secret(uow: UnitOfWork) -> str:
    """A new secret; what is signed under the one before is refused from now on."""
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    secret = new_incoming_secret()
    await queries.replace_secret(uow.db, uow.actor.organization_id, secret, uow.actor.user_id, uow.now)
    uow.record(IncomingSecretRotated(organization_id=uow.actor.organization_id))
    return secret


async def identify(uow: UnitOfWork, organization_id: UUID | None, body: bytes, signature: str | None) -> Sender:
    """Makes the unit act for the organization whose secret signed the body. Raises `Unauthenticated` for any other."""
    secret = None
    if organization_id is not None:
        await uow.enter(Actor.system(organization_id))
        secret = await queries.find_secret(uow.db)
    # An unknown organization takes as long as a known one.
    authentic = is_authentic(secret or new_incoming_secret(), body, signature)
    if organization_id is None or secret is None or not authentic:
        await uow.leave()
        raise Unauthenticated("webhook.signature")
    return Sender(organization_id, hashlib.sha256(body).digest())


async def receive(
    uow: UnitOfWork, sender: Sender, event: str, said: IncomingTicket | IncomingUpdate | IncomingMessage
) -> Outcome:
    """Does what another system says, unless it was done before.

    The same body again, or another about an object that exists by then, changes nothing. Raises `NotFound` for words or
    changes on a ticket that is not known here, `Invalid` for what cannot be accepted.
    """
    await queries.take_turns(uow.db, sender.organization_id)
    before = await queries.find_delivery(uow.db, sender.digest)
    if before is not None:
        return Outcome(before, duplicate=True)
    match said:
        case IncomingTicket():
            outcome = await _file(uow, said)
        case IncomingUpdate():
            outcome = await _change(uow, said)
        case IncomingMessage():
            outcome = await _add_message(uow, said)
    await queries.note_delivery(uow.db, sender.organization_id, sender.digest, event, outcome.id, uow.now)
    return outcome


async def _file(uow: UnitOfWork, said: IncomingTicket) -> Outcome:
    known = await queries.ticket_by_external(uow.db, said.external_id)
    if known is not None:
        return Outcome(known[0], duplicate=True)
    email = clean_address(said.customer.email, "data.customer.email")
    customer = await contacts.ensure_customer(uow, email, said.customer.name, how="webhook")
    new = NewTicket(
        subject=said.subject, description=said.description, priority=said.priority, status=said.status, channel=Channel.API,
        requester_id=customer.user_id, external_id=said.external_id,
    )  # fmt: skip
    return Outcome((await tickets.create(uow, new)).id, duplicate=False)


async def _change(uow: UnitOfWork, said: IncomingUpdate) -> Outcome:
    ticket = await tickets.get(uow, await _living_ticket(uow, said.external_id))
    # A ticket that somebody has worked on is not new again, only open.
    status = Status.OPEN if said.status == Status.NEW and ticket.status != Status.NEW else said.status
    changes = TicketChanges(
        subject=UNSET if said.subject is None else said.subject,
        priority=UNSET if said.priority is None else said.priority,
        status=UNSET if status is None else status,
    )
    changed = await tickets.update(uow, ticket.id, changes)
    return Outcome(ticket.id, duplicate=changed.version == ticket.version)


async def _add_message(uow: UnitOfWork, said: IncomingMessage) -> Outcome:
    known = await queries.comment_by_external(uow.db, said.external_id)
    if known is not None:
        return Outcome(known, duplicate=True)
    ticket_id = await _living_ticket(uow, said.ticket_external_id)
    email = clean_address(said.author.email, "data.author.email")
    author = await contacts.ensure_customer(uow, email, said.author.name, how="webhook")
    if not said.public and author.role is Role.CUSTOMER:
        raise Invalid.field("data.is_internal", "customer_note")
    new = NewComment(body=said.body, public=said.public, channel=Channel.API, external_id=said.external_id)
    comment = await tickets.add_comment(uow, ticket_id, new, author_id=author.user_id)
    return Outcome(comment.id, duplicate=False)


async def _living_ticket(uow: UnitOfWork, external_id: str) -> UUID:
    known = await queries.ticket_by_external(uow.db, external_id)
    if known is None or known[1]:
        raise NotFound("ticket")
    return known[0]
