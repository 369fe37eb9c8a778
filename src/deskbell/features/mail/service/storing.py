"""Writing a mail as a ticket or a comment, with its files and followers."""

from uuid import UUID

from deskbell.features.mail import policy
from deskbell.features.mail.queries import conversations, mailboxes
from deskbell.features.mail.records import Judged, Mailbox, Outcome, StoredPart
from deskbell.features.mail.service.commanding import obey
from deskbell.features.mail.service.images import with_images
from deskbell.features.mail.service.looping import record_loop
from deskbell.features.mail.service.sending import acknowledge
from deskbell.features.people.service import contacts
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.comment_records import Attachment, NewComment
from deskbell.features.tickets.queries import comments
from deskbell.features.tickets.records import NewTicket, Person, Ticket
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid
from deskbell.kernel.guest_links import without_guest_tokens
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.commands import read_commands
from deskbell.kernel.mail.records import ForwardedMail
from deskbell.kernel.mail.subjects import base_subject, is_forward
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.kernel.words import Channel
from deskbell.runtime.database import UnitOfWork


@step("`file_mail`")
async def append(
    uow: UnitOfWork, mail_id: UUID, judged: Judged, mailbox: Mailbox, ticket: Ticket, sender: Person,
    answered: UUID | None, language: str,
) -> Outcome:  # fmt: skip
    """Adds a mail to a ticket as its sender's comment. Staff who answer a mail about a note write a note."""
    mail = judged.mail
    by_staff = sender.role in STAFF_ROLES
    to_note = by_staff and await _answers_note(uow, judged, answered)
    quoted = without_guest_tokens(mail.quoted) if len(mail.quoted) <= policy.MAX_QUOTED else ""
    new = NewComment(
        body=policy.text_or_notice(mail.new_text or mail.text, language), public=not to_note, channel=Channel.EMAIL,
        body_html=await with_images(uow, _with_addresses(mail.new_html, judged)),
        quoted=quoted or None, automatic=judged.kind == "auto_reply",
    )  # fmt: skip
    obeyed = by_staff and policy.may_command(judged, sender.id, ticket.number)
    commands = read_commands(mail.new_text or mail.text) if obeyed else None
    if commands is not None:
        comment = await obey(uow, mail_id, ticket, sender, new, commands, has_files=bool(judged.parts))
    else:
        comment = await tickets.add_comment(uow, ticket.id, new, author_id=sender.id)
    comment_id = None if comment is None else comment.id
    await _attach(uow, mail_id, ticket.id, comment_id, sender, judged.parts)
    if judged.kind != "auto_reply":
        await record_loop(uow, mailbox, ticket, sender)
    if mailbox.token_admits and not by_staff and policy.carries_token_of(judged, ticket.number):
        await tickets.add_followers(uow, ticket, [sender.id], "mail")
    if comment is not None and comment.public:
        await _add_copied(uow, judged, mailbox, ticket)
    return Outcome(state="appended", ticket_id=ticket.id, comment_id=comment_id, sender_id=sender.id)


async def _answers_note(uow: UnitOfWork, judged: Judged, answered: UUID | None) -> bool:
    """Whether the mail that a member of the staff answers was about a note, by its token or by its id."""
    return "note" in judged.staff_answers.values() or (
        answered is not None and await conversations.is_note(uow.db, answered)
    )


@step("`file_mail`")
async def create(
    uow: UnitOfWork, mail_id: UUID, judged: Judged, mailbox: Mailbox, sender: Person, language: str, *,
    linked: Ticket | None, link_kind: str | None,
) -> Outcome:  # fmt: skip
    """Files a mail as its sender's ticket; a first mail stays whole. `linked` is the ticket that it refers to."""
    new = NewTicket(
        subject=policy.subject_of(judged, language),
        description=policy.text_or_notice(judged.mail.text, language),
        description_html=await with_images(uow, _with_addresses(judged.mail.html, judged)),
        priority=mailbox.priority, channel=Channel.EMAIL,
        requester_id=sender.id, group_id=mailbox.group_id, tags=mailbox.tags,
    )  # fmt: skip
    ticket = await tickets.create(uow, new)
    if linked is not None and link_kind is not None:
        await conversations.link(uow.db, ticket.organization_id, ticket.id, linked.id, link_kind, uow.now)
    await _attach(uow, mail_id, ticket.id, None, sender, judged.parts)
    await _add_copied(uow, judged, mailbox, ticket)
    if policy.is_acknowledged(judged, mailbox) and sender.role not in STAFF_ROLES and linked is None:
        await acknowledge(uow, ticket, mailbox.id, policy.language_of(judged.mail))
    return Outcome(state="created", ticket_id=ticket.id, sender_id=sender.id)


@step("`file_mail`")
async def create_forwarded(
    uow: UnitOfWork, mail_id: UUID, judged: Judged, mailbox: Mailbox, sender: Person, language: str
) -> Outcome | None:
    """Files a mail that a member of the staff forwarded as the ticket of its original sender, with the words above as a note.

    None for a mail that forwards none, and for one of our own or a colleague's. Where the original sender cannot be read, the
    ticket is the forwarder's, and a note says so.
    """
    inner = judged.mail.forwarded
    if inner is None and not is_forward(judged.mail.subject):
        return None
    author = None if inner is None else inner.author
    if inner is None or author is None:
        outcome = await create(uow, mail_id, judged, mailbox, sender, language, linked=None, link_kind=None)
        if outcome.ticket_id is not None:
            await _note(uow, outcome.ticket_id, sender, policy.unread_forward(language))
        return outcome
    if await mailboxes.own_addresses(uow.db, [policy.without_plus_word(author.key)]):
        return None
    try:
        member = await contacts.ensure_customer(uow, author.address, author.name, how="mail")
    except Invalid:
        return None
    if member.role in STAFF_ROLES:
        return None
    new = NewTicket(
        subject=" ".join(base_subject(inner.subject or judged.mail.subject).split())[: policy.MAX_SUBJECT]
        or policy.subject_of(judged, language),
        description=policy.text_or_notice(inner.text, language),
        description_html=await with_images(uow, _with_addresses(inner.html, judged)),
        priority=mailbox.priority, channel=Channel.EMAIL, requester_id=member.user_id, group_id=mailbox.group_id,
        tags=mailbox.tags,
    )  # fmt: skip
    ticket = await tickets.create(uow, new)
    theirs, ours = _shared_out(judged, inner)
    if ours or inner.above.strip():
        words = inner.above if inner.above.strip() else policy.forwarded_file(language)
        note_id = await _note(uow, ticket.id, sender, words)
        await _attach(uow, mail_id, ticket.id, note_id, sender, ours)
    await _attach(uow, mail_id, ticket.id, None, sender, theirs)
    if inner.message_id:
        await conversations.add_ids(
            uow.db, ticket.organization_id, inner.message_id, [], ticket.id, ticket.id, None, uow.now
        )
    return Outcome(state="created", ticket_id=ticket.id, sender_id=sender.id)


def _shared_out(judged: Judged, inner: ForwardedMail) -> tuple[list[StoredPart], list[StoredPart]]:
    """The files of a forward: those for the ticket, which its requester sees, and those for the note.

    Files of a mail with a block in its text may be the forwarder's own: they go with the words above it, if there are any.
    """
    if not judged.mail.forwarded_by_attachment and not inner.above.strip():
        return judged.parts, []
    theirs = [part for part in judged.parts if part.number in inner.part_numbers]
    return theirs, [part for part in judged.parts if part.number not in inner.part_numbers]


async def _note(uow: UnitOfWork, ticket_id: UUID, author: Person, words: str) -> UUID:
    note = NewComment(body=words, public=False, channel=Channel.EMAIL)
    return (await tickets.add_comment(uow, ticket_id, note, author_id=author.id)).id


def _with_addresses(html: str | None, judged: Judged) -> str | None:
    """Safe HTML with the addresses of the mail's own images in their places."""
    if html is None:
        return None
    files = {stored.number: stored.file_id for stored in judged.parts}
    for part in judged.mail.parts:
        if part.reference and part.number in files:
            html = html.replace(part.reference, f"/api/v1/uploads/{files[part.number]}")
    return without_guest_tokens(html)


async def _attach(
    uow: UnitOfWork, mail_id: UUID, ticket_id: UUID, comment_id: UUID | None, sender: Person, parts: list[StoredPart]
) -> None:
    """Adds the files of a mail."""
    if not parts:
        return
    organization_id = uow.actor.organization_id
    await conversations.add_files(uow.db, organization_id, parts, sender.id, uow.now)
    await conversations.add_parts(uow.db, organization_id, mail_id, ticket_id, comment_id, parts)
    listed = [
        Attachment(new_id(), comment_id, part.file_id, part.name, None, part.mime_type, part.size) for part in parts
    ]
    await comments.add_attachments(uow.db, organization_id, ticket_id, comment_id, listed)


async def _add_copied(uow: UnitOfWork, judged: Judged, mailbox: Mailbox, ticket: Ticket) -> None:
    """Makes the people in To and Cc followers: not our own addresses, not robots, and none where there are too many."""
    if not mailbox.copies_follow or judged.verdict == "fail" or judged.kind != "person":
        return
    named = {person.key: person for person in (*judged.mail.to, *judged.mail.cc) if not policy.is_robot(person.key)}
    plain = {policy.without_plus_word(key): person for key, person in named.items()}
    own = {each.address for each in mailbox.own_addresses}
    if others := [key for key in plain if key not in own]:
        own |= await mailboxes.own_addresses(uow.db, others)
    copied = [person for key, person in plain.items() if key not in own and person.key != ticket.requester.email]
    if not copied or len(copied) > policy.MAX_COPIES:
        return
    forms = [form for person in copied for form in dict.fromkeys((person.key, person.address.lower()))]
    members = await conversations.find_people(uow.db, forms)
    followers = []
    for person in copied:
        known = members.get(person.key) or members.get(person.address.lower())
        if known is not None:
            followers.append(known.id)
            continue
        try:
            member = await contacts.ensure_customer(uow, person.address, person.name, how="mail")
        except Invalid:
            continue  # not an address that mail could be sent to
        followers.append(member.user_id)
    await tickets.add_followers(uow, ticket, followers, "copied")
