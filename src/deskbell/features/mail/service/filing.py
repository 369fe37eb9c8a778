"""Filing a mail that was read: in one transaction it becomes a ticket or a comment, or gets another final state."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.mail import policy
from deskbell.features.mail.events import MailQuarantined, MailReceived
from deskbell.features.mail.mail_facts import facts_of_mail
from deskbell.features.mail.policy import Act
from deskbell.features.mail.queries import conversations, deliveries, mailboxes, received, senders
from deskbell.features.mail.records import Filed, Judged, Mailbox, Outcome, ReceivedMail
from deskbell.features.mail.service.accepting import addressed
from deskbell.features.mail.service.authors import with_author
from deskbell.features.mail.service.bouncing import bounced
from deskbell.features.mail.service.recognizing import recognized
from deskbell.features.mail.service.released import made_ticket, released
from deskbell.features.mail.service.self_testing import note_test
from deskbell.features.mail.service.storing import append, create, create_forwarded
from deskbell.features.people.service import contacts
from deskbell.features.tickets.queries import links, tickets
from deskbell.features.tickets.records import Person, Ticket
from deskbell.kernel.errors import Invalid, NotFound
from deskbell.kernel.mail.authentication import proof_from_headers, proof_from_seals
from deskbell.kernel.mail.records import Person as Author
from deskbell.kernel.mail.records import address_key
from deskbell.kernel.permissions import STAFF_ROLES, Permission
from deskbell.runtime.database import UnitOfWork

_HOUR: Final = timedelta(hours=1)
_MENTIONED_FOR: Final = timedelta(days=30)
_MOST_MENTIONED: Final = 10
_MINUTE: Final = timedelta(minutes=1)
_QUARANTINE: Final = {
    Act.QUARANTINE_STAFF: "unproven_staff",
    Act.QUARANTINE_FAILED: "dmarc_fail",
    Act.QUARANTINE_BY_RULE: "by_rule",
}
_IGNORE: Final = {Act.IGNORE_AUTO_REPLY: "auto_reply", Act.IGNORE_BY_RULE: "by_rule"}


async def file_mail(uow: UnitOfWork, mail_id: UUID, judged: Judged, *, limited: bool = True) -> ReceivedMail:
    """Files a stored mail and returns it in its final state; one that has a final state stays as it is.

    An organization's mails are filed one at a time. `limited`: an address may open so many tickets an hour. Raises
    `NotFound`.
    """
    uow.actor.require(Permission.TICKET_CREATE, Permission.COMMENT_CREATE, Permission.CONTACT_WRITE)
    await uow.begin()
    await received.lock_turn(uow.db, uow.actor.organization_id)
    stored = await received.lock(uow.db, mail_id)
    if stored is None:
        raise NotFound("mail")
    if stored.state != "received":
        return await outcome_of(uow, mail_id)
    mailbox = await mailboxes.find(uow.db, stored.mailbox_id or next(iter(await addressed(uow, judged.mail)), None))
    if mailbox is None:
        raise NotFound("mailbox")
    mailbox = replace(mailbox, group_id=policy.group_of(mailbox, _addressed(stored, judged)))
    judged = await recognized(uow, stored, _proven(stored, judged, mailbox))
    if stored.released_by is not None:
        judged, mailbox, limited = released(stored, judged), replace(mailbox, automatic_mail="ticket"), False
    judged = await with_author(uow, judged, mailbox)
    facts = facts_of_mail(judged)
    uow.origin = replace(uow.origin, mail=facts)
    digest = bytes.fromhex(judged.mail.content_sha256)
    first = twin = await received.with_content(uow.db, digest)
    if twin is not None and await received.are_apart(uow.db, mailbox.id, twin.mailbox_id):
        digest = received.digest_for(mailbox.id, digest)
        first = await received.with_content(uow.db, digest)
    if first is not None:
        outcome = Outcome(state="duplicate", duplicate_of=first.id)
    elif stored.as_ticket:
        refers_to, _ = await _conversation(uow, judged, mailbox)
        outcome = await made_ticket(uow, stored, judged, mailbox, refers_to)
    else:
        outcome = await _outcome(uow, stored, judged, mailbox, limited=limited, twin=twin)
    filed = await received.finish(uow.db, mail_id, judged, outcome, mailbox.id, digest, facts.headers, uow.now)
    uow.origin = replace(uow.origin, mail=None)
    await _remember(uow, mail_id, judged, mailbox, outcome)
    return await outcome_of(uow, mail_id) if filed is None or outcome.duplicate_of is not None else filed


async def outcome_of(uow: UnitOfWork, mail_id: UUID) -> ReceivedMail:
    """The current state of a mail; a duplicate names the ticket of the mail that it repeats. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ, Permission.COMMENT_INTERNAL)
    mail = await received.find(uow.db, mail_id)
    if mail is None:
        raise NotFound("mail")
    return mail


async def numbered(uow: UnitOfWork, mail: ReceivedMail) -> Filed:
    """A mail with the number of its ticket."""
    uow.actor.require(Permission.TICKET_READ, Permission.COMMENT_INTERNAL)
    return Filed(mail, mail.ticket_number)


async def give_up(uow: UnitOfWork, mail_id: UUID) -> None:
    """Puts a mail in quarantine that could not be read."""
    uow.actor.require(Permission.TICKET_CREATE, Permission.COMMENT_CREATE, Permission.CONTACT_WRITE)
    await uow.begin()
    await received.give_up(uow.db, mail_id, "quarantined", "unreadable", uow.now)
    uow.record(MailQuarantined(mail_id=mail_id, reason="unreadable"))


def _proven(stored: ReceivedMail, judged: Judged, mailbox: Mailbox) -> Judged:
    """The mail with the verdict of its network or of a mail server that the mailbox trusts; they come before our own."""
    if stored.source in ("smtp", "lmtp") and policy.is_within(stored.peer, mailbox.internal_networks):
        return replace(
            judged, verdict="pass", evidence=f"It came from {stored.peer}, a network whose mail counts as proven"
        )
    trusted = frozenset(server.lower() for server in mailbox.trusted_servers)
    from_microsoft = stored.source == "imap" and policy.is_read_at_microsoft(mailbox)
    proof = (
        proof_from_headers(judged.mail, trusted, from_microsoft=from_microsoft) if trusted or from_microsoft else None
    )
    if mailbox.trusted_sealers and (judged.verdict if proof is None else proof.verdict) != "pass":
        sealers = frozenset(domain.lower() for domain in mailbox.trusted_sealers)
        proof = proof_from_seals(judged.mail, sealers, trusted, judged.seals) or proof
    if proof is None:
        return judged
    return replace(judged, verdict=proof.verdict.value, evidence=proof.evidence or None)


def _addressed(stored: ReceivedMail, judged: Judged) -> list[str]:
    """The addresses that a mail was sent to, those of the envelope first."""
    mail = judged.mail
    named = [*stored.envelope_to, *mail.delivered_to, *(person.address for person in (*mail.to, *mail.cc))]
    return [address_key(each) for each in named]


async def _outcome(
    uow: UnitOfWork, stored: ReceivedMail, judged: Judged, mailbox: Mailbox, *, limited: bool, twin: ReceivedMail | None
) -> Outcome:
    """The end of a mail. Another mailbox, whose tickets are apart, may have had the same one: its `twin`."""
    mail = judged.mail
    if await note_test(uow, stored, judged) or judged.kind == "own_mail":
        return Outcome(state="ignored", reason="own_mail")
    if judged.kind == "bounce":
        outcome = await bounced(uow, judged)
        if not mailbox.report_tickets or outcome.reason != "no_ticket_for_bounce":
            return outcome
        judged, mailbox = replace(judged, kind="automatic"), replace(mailbox, automatic_mail="ticket")
    if mail.author is None or mail.is_noise:
        return Outcome(state="quarantined", reason="no_sender")
    standing = await senders.standing_of(uow.db, mail.author.key)
    if standing == "blocked":
        return Outcome(state="rejected", reason="blocked_sender")
    mailbox, limited = policy.for_sender(mailbox, limited=limited, is_trusted=standing == "trusted")
    if judged.kind != "person" and await mailboxes.own_addresses(uow.db, [mail.author.key]):
        return Outcome(state="ignored", reason="own_mail")
    ticket, answered = await _conversation(uow, judged, mailbox)
    ticket, judged = await _remaining(uow, judged, ticket)
    if ticket is not None and twin is not None and twin.ticket_id == ticket.id:
        return Outcome(state="duplicate", duplicate_of=twin.id)  # an answer to both: this conversation has it already
    person = await conversations.find_person(uow.db, [mail.author.key, mail.author.address.lower()])
    act = await _act(uow, judged, mailbox, ticket, person)
    if act in _QUARANTINE:
        return Outcome(state="quarantined", reason=_QUARANTINE[act], sender_id=person.id if person else None)
    if act in _IGNORE:
        return Outcome(state="ignored", reason=_IGNORE[act])
    if act is not Act.APPEND and limited and await _over_limit(uow, judged, mailbox, person):
        return Outcome(state="quarantined", reason="sender_limit")
    person = person or await _new_contact(uow, mail.author)
    if person is None:
        return Outcome(state="quarantined", reason="no_sender")
    return await _placed(uow, stored, judged, mailbox, ticket, person, answered, act)


async def _new_contact(uow: UnitOfWork, author: Author) -> Person | None:
    """The author of a mail as a contact; None for an address that is none."""
    try:
        member = await contacts.ensure_customer(uow, author.address, author.name, how="mail")
    except Invalid:
        return None
    return Person(member.user_id, member.name, member.email, member.avatar_url, member.role)


async def _placed(
    uow: UnitOfWork, stored: ReceivedMail, judged: Judged, mailbox: Mailbox, ticket: Ticket | None, person: Person,
    answered: UUID | None, act: Act,
) -> Outcome:  # fmt: skip
    """The mail as a comment, as the ticket of a forwarded mail's sender, or as a ticket of its own."""
    language = mailbox.language or mailbox.organization_language
    if act is Act.APPEND and ticket is not None and not _follows_up(uow, judged, mailbox, ticket):
        return await append(uow, stored.id, judged, mailbox, ticket, person, answered, language)
    if act is Act.CREATE and person.role in STAFF_ROLES and judged.kind == "person" and not judged.token_numbers:
        forwarded = await create_forwarded(uow, stored.id, judged, mailbox, person, language)
        if forwarded is not None:
            return forwarded
    kind = None if ticket is None else ("follow_up" if act is Act.APPEND else "related")
    return await create(uow, stored.id, judged, mailbox, person, language, linked=ticket, link_kind=kind)


def _follows_up(uow: UnitOfWork, judged: Judged, mailbox: Mailbox, ticket: Ticket) -> bool:
    return judged.kind != "auto_reply" and policy.needs_follow_up(
        ticket.status, ticket.closed_at, uow.now, mailbox.follow_up_days
    )


async def _conversation(uow: UnitOfWork, judged: Judged, mailbox: Mailbox) -> tuple[Ticket | None, UUID | None]:
    """The ticket that the mail refers to, and the comment that it answers."""
    ticket_id, answered = await conversations.ticket_of_ids(uow.db, judged.message_ids, mailbox.id) or (None, None)
    ticket_id = ticket_id or await conversations.ticket_of_numbers(uow.db, judged.ticket_numbers)
    author = judged.mail.author
    if ticket_id is None and judged.message_ids and author is not None:
        since, forms = uow.now - _MENTIONED_FOR, {author.key, author.address.lower()}
        ticket_id = await conversations.ticket_of_mentioned(uow.db, judged.message_ids, sorted(forms), since)
    if ticket_id is None:
        return None, None
    return await tickets.lock_visible(uow.db, uow.actor, ticket_id), answered


async def _remaining(uow: UnitOfWork, judged: Judged, ticket: Ticket | None) -> tuple[Ticket | None, Judged]:
    """The ticket that remains where this one was merged; what a mail's tokens prove about it holds for that one, too."""
    into = None if ticket is None else await links.merged_into(uow.db, ticket.id)
    target = None if into is None else await tickets.lock_visible(uow.db, uow.actor, into)
    if ticket is None or target is None:
        return ticket, judged
    if ticket.number in judged.staff_answers:
        answers = {**judged.staff_answers, target.number: judged.staff_answers[ticket.number]}
        judged = replace(judged, staff_answers=answers)
    if ticket.number in judged.token_numbers:
        judged = replace(judged, token_numbers=[*judged.token_numbers, target.number])
    return target, judged


async def _act(uow: UnitOfWork, judged: Judged, mailbox: Mailbox, ticket: Ticket | None, person: Person | None) -> Act:
    staff = person is not None and person.role in STAFF_ROLES
    author = judged.mail.author
    takes_part = staff
    if ticket is not None and author is not None and not staff:
        takes_part = not judged.is_by_unknown_list and await conversations.takes_part(
            uow.db, ticket.id, person.id if person else None, author.key, author.address.lower()
        )
    token = False
    if ticket is not None:
        takes_part = takes_part or (mailbox.token_admits and policy.carries_token_of(judged, ticket.number))
        token = staff and person is not None and policy.carries_staff_token(judged, person.id, ticket.number)
    return policy.decide(
        judged.kind, judged.verdict, mailbox, staff=staff, token=token, found=ticket is not None, takes_part=takes_part
    )


async def _over_limit(uow: UnitOfWork, judged: Judged, mailbox: Mailbox, person: Person | None) -> bool:
    author = judged.mail.author
    if author is None or author.key in mailbox.exempt_senders or (person is not None and person.role in STAFF_ROLES):
        return False
    return await received.created_since(uow.db, author.key, uow.now - _HOUR) >= mailbox.tickets_per_hour


async def _remember(uow: UnitOfWork, mail_id: UUID, judged: Judged, mailbox: Mailbox, outcome: Outcome) -> None:
    """Notes the ids of a filed mail, its own and those that it answers, and records its state."""
    named = judged.message_ids[:_MOST_MENTIONED]
    if outcome.state in ("created", "appended") and outcome.ticket_id is not None and (judged.mail.message_id or named):
        await conversations.add_ids(
            uow.db, uow.actor.organization_id, judged.mail.message_id, named, mail_id, outcome.ticket_id,
            outcome.comment_id, uow.now,
        )  # fmt: skip
    if outcome.state in ("created", "appended") and judged.verdict != "fail" and judged.mail.author is not None:
        await deliveries.lift_suppression(uow.db, judged.mail.author.key)
    if mailbox.last_taken_at is None or mailbox.last_taken_at < uow.now - _MINUTE:
        await mailboxes.mark_taken(uow.db, mailbox.id, uow.now)
    if outcome.state == "quarantined":
        uow.record(
            MailQuarantined(mail_id=mail_id, mailbox_id=mailbox.id, reason=outcome.reason, sender_id=outcome.sender_id)
        )
        return
    uow.record(
        MailReceived(
            mail_id=mail_id, mailbox_id=mailbox.id, reason=outcome.reason, state=outcome.state,
            on_ticket_id=outcome.ticket_id, comment_id=outcome.comment_id,
        )
    )  # fmt: skip
