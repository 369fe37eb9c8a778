"""Verifies incoming webhooks and applies each once."""

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
from deskbell.features.tickets.comment_records import NewComment
from deskbell.features.tickets.records import NewTicket, TicketChanges
from deskbell.features.webhooks.events import IncomingSecretRotated
from deskbell.features.webhooks.signing import is_authentic, new_incoming_secret
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Invalid, NotFound, Unauthenticated
from deskbell.kernel.permissions import Permission, Role
from deskbell.kernel.words import Channel, Status
from deskbell.runtime.database import UnitOfWork


async def read_secret(uow: UnitOfWork) -> str:
    """The secret with which other systems sign their requests. The first call creates it."""
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    secret = await queries.find_secret(uow.db)
    if secret is None:
        await uow.begin()
        await queries.insert_first_secret(
            uow.db, uow.actor.organization_id, new_incoming_secret(), uow.actor.user_id, uow.now
        )
        secret = await queries.find_secret(uow.db)
    if secret is None:
        raise NotFound("organization")
    return secret


async def rotate_secret(uow: UnitOfWork) -> str:
    """Replaces the secret. Requests signed with the old one are refused from now on."""
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    secret = new_incoming_secret()
    await queries.replace_secret(uow.db, uow.actor.organization_id, secret, uow.actor.user_id, uow.now)
    uow.record(IncomingSecretRotated(organization_id=uow.actor.organization_id))
    return secret


async def identify(uow: UnitOfWork, organization_id: UUID | None, body: bytes, signature: str | None) -> Sender:
    """Enters the organization whose secret signed the body. Raises `Unauthenticated` for an invalid signature."""
    secret = None
    if organization_id is not None:
        await uow.enter(Actor.system(organization_id))
        secret = await queries.find_secret(uow.db)
    # Compares also for an unknown organization: response times must not reveal which ones exist.
    authentic = is_authentic(secret or new_incoming_secret(), body, signature)
    if organization_id is None or secret is None or not authentic:
        await uow.leave()
        raise Unauthenticated("webhook.signature")
    return Sender(organization_id, hashlib.sha256(body).digest())


async def receive(
    uow: UnitOfWork, sender: Sender, event: str, command: IncomingTicket | IncomingUpdate | IncomingMessage
) -> Outcome:
    """Applies a command from another system.

    A repeated body, or a create command for an existing external id, changes nothing. Raises `NotFound` for an update of
    or message on an unknown ticket, `Invalid` for invalid values.
    """
    await queries.lock_intake(uow.db, sender.organization_id)
    before = await queries.find_delivery(uow.db, sender.digest)
    if before is not None:
        return Outcome(before, duplicate=True)
    match command:
        case IncomingTicket():
            outcome = await _create(uow, command)
        case IncomingUpdate():
            outcome = await _update(uow, command)
        case IncomingMessage():
            outcome = await _add_message(uow, command)
    await queries.record_delivery(uow.db, sender.organization_id, sender.digest, event, outcome.id, uow.now)
    return outcome


async def _create(uow: UnitOfWork, command: IncomingTicket) -> Outcome:
    known = await queries.ticket_by_external(uow.db, command.external_id)
    if known is not None:
        return Outcome(known[0], duplicate=True)
    email = clean_address(command.customer.email, "data.customer.email")
    customer = await contacts.ensure_customer(uow, email, command.customer.name, how="webhook")
    new = NewTicket(
        subject=command.subject, description=command.description, priority=command.priority, status=command.status,
        channel=Channel.API, requester_id=customer.user_id, external_id=command.external_id,
    )  # fmt: skip
    return Outcome((await tickets.create(uow, new)).id, duplicate=False)


async def _update(uow: UnitOfWork, command: IncomingUpdate) -> Outcome:
    ticket = await tickets.get(uow, await _existing_ticket(uow, command.external_id))
    # A ticket that has left `new` cannot become new again; it reopens.
    status = Status.OPEN if command.status == Status.NEW and ticket.status != Status.NEW else command.status
    changes = TicketChanges(
        subject=UNSET if command.subject is None else command.subject,
        priority=UNSET if command.priority is None else command.priority,
        status=UNSET if status is None else status,
    )
    changed = await tickets.update(uow, ticket.id, changes)
    return Outcome(ticket.id, duplicate=changed.version == ticket.version)


async def _add_message(uow: UnitOfWork, command: IncomingMessage) -> Outcome:
    known = await queries.comment_by_external(uow.db, command.external_id)
    if known is not None:
        return Outcome(known, duplicate=True)
    ticket_id = await _existing_ticket(uow, command.ticket_external_id)
    email = clean_address(command.author.email, "data.author.email")
    author = await contacts.ensure_customer(uow, email, command.author.name, how="webhook")
    if not command.public and author.role is Role.CUSTOMER:
        raise Invalid.field("data.is_internal", "customer_note")
    new = NewComment(body=command.body, public=command.public, channel=Channel.API, external_id=command.external_id)
    comment = await tickets.add_comment(uow, ticket_id, new, author_id=author.user_id)
    return Outcome(comment.id, duplicate=False)


async def _existing_ticket(uow: UnitOfWork, external_id: str) -> UUID:
    known = await queries.ticket_by_external(uow.db, external_id)
    if known is None or known[1]:
        raise NotFound("ticket")
    return known[0]
