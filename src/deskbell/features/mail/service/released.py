"""Mails that a person let out of quarantine."""

from msgspec.structs import replace

from deskbell.features.mail import policy
from deskbell.features.mail.queries import conversations, mailboxes
from deskbell.features.mail.records import Judged, Mailbox, Outcome, ReceivedMail
from deskbell.features.mail.service.storing import create
from deskbell.features.people.service import contacts
from deskbell.features.tickets.records import Person, Ticket
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid, NotFound
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.runtime.database import UnitOfWork


def released(stored: ReceivedMail, judged: Judged) -> Judged:
    """A mail with the check set aside that had stopped it. One that becomes a ticket as it is proves no more than before."""
    if stored.as_ticket:
        return judged
    if stored.reason == "unproven_staff":
        return replace(judged, verdict="pass", evidence="Released from quarantine by a member of the staff")
    if stored.reason == "dmarc_fail":
        return replace(judged, verdict="none", evidence="Released from quarantine by a member of the staff")
    return judged


@step("`file_mail`")
async def made_ticket(
    uow: UnitOfWork, stored: ReceivedMail, judged: Judged, mailbox: Mailbox, refers_to: Ticket | None
) -> Outcome:
    """Makes a ticket of a mail, linked with the one that it refers to. A mail that cannot be read is a file of its ticket."""
    language = mailbox.language or mailbox.organization_language
    if stored.reason == "unreadable":
        judged = replace(judged, mail=replace(judged.mail, text=policy.unread_mail(language)))
    person = await _requester(uow, stored, judged)
    return await create(uow, stored.id, judged, mailbox, person, language, linked=refers_to, link_kind="related")


async def _requester(uow: UnitOfWork, stored: ReceivedMail, judged: Judged) -> Person:
    """The sender, or the member who made the ticket where the mail names none, or a member of the staff without proof."""
    author = judged.mail.author
    if author is not None and not await mailboxes.own_addresses(uow.db, [policy.without_plus_word(author.key)]):
        try:
            member = await contacts.ensure_customer(uow, author.address, author.name, how="mail")
        except Invalid:
            member = None
        if member is not None and member.role not in STAFF_ROLES:
            return Person(member.user_id, member.name, member.email, member.avatar_url, member.role)
    person = None if stored.released_by is None else await conversations.find_member(uow.db, stored.released_by)
    if person is None:
        raise NotFound("member")
    return person
