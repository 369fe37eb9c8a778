"""The deletion of a person: everywhere in one organization, in one transaction.

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
from deskbell.features.own_data.records import Identity
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Problem
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.records import address_key
from deskbell.kernel.permissions import Role
from deskbell.kernel.redaction import Redactor
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.messages import sentence

_NOWHERE: Final = "deleted.invalid"


@step("the job that carries out confirmed requests")
async def erase(uow: UnitOfWork, user_id: UUID) -> None:
    """Deletes a person whose request was confirmed, as Deskbell itself. Without such a request, nothing changes."""
    await uow.begin()
    person = await identity.lock_person(uow.db, user_id)
    request = await requests.lock(uow.db, user_id)
    if person is None or request is None or request.state != "confirmed":
        return
    if person.role is not Role.CUSTOMER:  # they have joined the staff since
        await requests.update(uow.db, replace(request, state="withdrawn"))
        return
    known, anonymous = await _identity(uow, user_id), new_id()
    redactor = Redactor(known.names, known.addresses, known.phones, {str(user_id): str(anonymous)})
    tickets = await identity.tickets_with(uow.db, user_id)
    requested = await identity.requested_by(uow.db, user_id)
    await _remove(uow, user_id, known, tickets, requested)
    # The last mail came after the decision.
    await removing.remove_kept_mails(uow.db, known.addresses, request.decided_at or uow.now)
    await _redact(uow, redactor, user_id, known, tickets)
    name = sentence(Problem("own_data.anonymous"), await find_language(uow.db))
    await moving.move(
        uow.db, uow.actor.organization_id, user_id, anonymous, name=name, address=f"{anonymous}@{_NOWHERE}", now=uow.now
    )
    await moving.remove_account(uow.db, user_id)
    await requests.update(uow.db, replace(request, user_id=anonymous, state="done", done_at=uow.now))
    uow.record(PersonErased(user_id=anonymous))


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
    for author_id, draft_id in await words.drafts_about(uow.db, tickets):
        await uow.enter(Actor(deskbell.organization_id, author_id, Role.AGENT))
        await words.redact_draft(uow.db, redactor, draft_id)
        await uow.enter(deskbell)
