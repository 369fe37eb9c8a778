"""The deletion of a person: everywhere in one organization.

The tickets that they asked for are given to an anonymous person in small transactions, so that others hardly wait, and a worker
that is killed loses little. One transaction then deletes what is left, and the person.

Tickets remain, with an anonymous requester who has no account. Names, addresses and telephone numbers are taken out of their
texts; the person's files, mails, sign-ins and profile go. A person who is a member elsewhere, too, keeps the account there.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.organizations.queries import find_language
from deskbell.features.own_data.events import PersonErased
from deskbell.features.own_data.queries import downloads, identity, moving, removing, requests, words
from deskbell.features.own_data.records import Begun, DeletionRequest, Identity
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Problem
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.records import address_key
from deskbell.kernel.permissions import Role
from deskbell.kernel.redaction import Redactor
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.messages import sentence

BATCH: Final = 100
"""The number of tickets of one transaction."""
_NOWHERE: Final = "deleted.invalid"


@step("the job that carries out confirmed requests")
async def erase_some(uow: UnitOfWork, user_id: UUID) -> bool:
    """Takes a person out of some of the tickets that they asked for. False if there was nothing to do.

    The tickets are locked until the end of this transaction; others who write to them wait for as long.
    """
    if await _confirmed(uow, user_id) is None:
        return False
    tickets = await identity.lock_some_requested(uow.db, user_id, BATCH)
    if not tickets:
        return False
    begun = await _begin(uow, user_id)
    redactor, organization_id = _redactor(begun, user_id), uow.actor.organization_id
    await removing.remove_calls_of(uow.db, tickets)
    await words.redact_tickets(uow.db, redactor, tickets)
    await words.redact_recipients(uow.db, organization_id, tickets, begun.known.addresses)
    await _redact_drafts(uow, redactor, tickets)
    await removing.remove_of_tickets(uow.db, organization_id, user_id, tickets, uow.now)
    await removing.remove_outgoing_of(uow.db, user_id, tickets)
    await moving.move_some(uow.db, user_id, begun.anonymous_id, tickets)
    return True


@step("the job that carries out confirmed requests")
async def erase(uow: UnitOfWork, user_id: UUID) -> None:
    """Deletes a person whose request was confirmed, as Deskbell itself. Without such a request, nothing changes."""
    request = await _confirmed(uow, user_id)
    if request is None:
        return
    begun = await _begin(uow, user_id)
    known, anonymous = begun.known, begun.anonymous_id
    redactor = _redactor(begun, user_id)
    tickets = await identity.tickets_with(uow.db, user_id)
    requested = await identity.requested_by(uow.db, user_id)
    await _remove(uow, user_id, known, tickets, requested)
    # The last mail came after the decision.
    await removing.remove_kept_mails(uow.db, known.addresses, request.decided_at or uow.now)
    await _redact(uow, redactor, user_id, known, tickets)
    await requests.delete_known(uow.db, user_id)
    await moving.replace(uow.db, uow.actor.organization_id, user_id, anonymous)
    await moving.remove_account(uow.db, user_id)
    await requests.update(uow.db, replace(request, user_id=anonymous, state="done", done_at=uow.now))
    uow.record(PersonErased(user_id=anonymous))


async def _confirmed(uow: UnitOfWork, user_id: UUID) -> DeletionRequest | None:
    """The locked request of a locked person, if it is confirmed. One of a person who has joined the staff since is withdrawn."""
    await uow.begin()
    person = await identity.lock_person(uow.db, user_id)
    request = await requests.lock(uow.db, user_id)
    if person is None or request is None or request.state != "confirmed":
        return None
    if person.role is not Role.CUSTOMER:
        await requests.delete_known(uow.db, user_id)
        await requests.update(uow.db, replace(request, state="withdrawn"))
        return None
    return request


async def _begin(uow: UnitOfWork, user_id: UUID) -> Begun:
    """The notes of the beginning, or begins the deletion: later the names of the person are in fewer places."""
    begun = await requests.begun(uow.db, user_id)
    if begun is None:
        begun = Begun(new_id(), await _identity(uow, user_id))
        name = sentence(Problem("own_data.anonymous"), await find_language(uow.db))
        await moving.add_anonymous(
            uow.db, uow.actor.organization_id, user_id, begun.anonymous_id, name=name,
            address=f"{begun.anonymous_id}@{_NOWHERE}", now=uow.now,
        )  # fmt: skip
        await requests.begin(uow.db, user_id, begun)
    return begun


def _redactor(begun: Begun, user_id: UUID) -> Redactor:
    known = begun.known
    return Redactor(known.names, known.addresses, known.phones, {str(user_id): str(begun.anonymous_id)})


async def _identity(uow: UnitOfWork, user_id: UUID) -> Identity:
    known = await identity.known_by(uow.db, user_id)
    account = await identity.account_of(uow.db, user_id)
    names, addresses = list(known.names), list(known.addresses)
    if account is not None:
        names.append(account[0])
        addresses.append(account[1])
    addresses += [address_key(each) for each in addresses]
    return Identity(names, sorted({each.lower() for each in addresses}), known.phones)


async def _remove(
    uow: UnitOfWork, user_id: UUID, known: Identity, tickets: Sequence[UUID], requested: Sequence[UUID]
) -> None:
    organization_id = uow.actor.organization_id
    await removing.remove_access(uow.db, user_id)
    await removing.remove_answers(uow.db, user_id, [str(user_id), *known.addresses])
    await removing.remove_files(uow.db, organization_id, user_id, uow.now)
    await removing.remove_mail(uow.db, organization_id, user_id, requested, known.addresses, uow.now)
    await removing.remove_calls(uow.db, user_id, tickets)
    await removing.remove_exports(uow.db)
    await downloads.remove(uow.db, organization_id, user_id, uow.now)


async def _redact(uow: UnitOfWork, redactor: Redactor, user_id: UUID, known: Identity, tickets: Sequence[UUID]) -> None:
    deskbell = uow.actor
    await words.redact_tickets(uow.db, redactor, tickets)
    await words.redact_recipients(uow.db, deskbell.organization_id, tickets, known.addresses)
    await words.redact_events(uow.db, redactor, user_id, known.addresses, tickets)
    await _redact_drafts(uow, redactor, tickets)


async def _redact_drafts(uow: UnitOfWork, redactor: Redactor, tickets: Sequence[UUID]) -> None:
    deskbell = uow.actor
    for author_id, draft_id in await words.drafts_about(uow.db, tickets):
        await uow.enter(Actor(deskbell.organization_id, author_id, Role.AGENT))
        await words.redact_draft(uow.db, redactor, draft_id)
        await uow.enter(deskbell)
