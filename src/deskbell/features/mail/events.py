"""Events of mail. Internal: customers learn of the comments alone."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.events import AboutTicket
from deskbell.kernel.events import Change, DomainEvent


class AboutMail(Struct, frozen=True, kw_only=True):
    """Fields of events about one received mail."""

    subject_type: ClassVar[str] = "mail"
    subject_key: ClassVar[str] = "mail_id"
    internal: ClassVar[bool] = True
    mail_id: UUID
    mailbox_id: UUID | None = None
    reason: str | None = None


class MailReceived(AboutMail, DomainEvent, frozen=True, kw_only=True):
    """A mail has found its state; `comment_id` is None where it became the description of a ticket."""

    type: ClassVar[str] = "mail.received"
    state: str
    on_ticket_id: UUID | None = None
    comment_id: UUID | None = None


class MailQuarantined(AboutMail, DomainEvent, frozen=True, kw_only=True):
    """A mail waits for a decision by staff."""

    type: ClassVar[str] = "mail.quarantined"
    sender_id: UUID | None = None


class AboutDelivery(AboutMail, frozen=True, kw_only=True):
    """Fields of events about a reply on its way to one recipient."""

    delivery_id: UUID
    comment_id: UUID | None = None


class MailSent(AboutDelivery, DomainEvent, frozen=True, kw_only=True):
    """A mail server took a reply for one recipient."""

    type: ClassVar[str] = "mail.sent"


class MailRetried(AboutDelivery, DomainEvent, frozen=True, kw_only=True):
    """A member of the staff had a reply offered to a recipient again."""

    type: ClassVar[str] = "mail.retried"


class MailFailed(AboutDelivery, DomainEvent, frozen=True, kw_only=True):
    """A reply was refused for good (`is_final`), or has not been taken for an hour. `reason` is the mail server's answer."""

    type: ClassVar[str] = "mail.failed"
    on_ticket_id: UUID | None = None
    address: str
    is_final: bool


class MailBounced(AboutDelivery, DomainEvent, frozen=True, kw_only=True):
    """A mail server reported later that a reply could not be delivered."""

    type: ClassVar[str] = "mail.bounced"
    on_ticket_id: UUID | None = None
    address: str


class MailReleased(AboutMail, DomainEvent, frozen=True, kw_only=True):
    """A member of the staff let a mail out of quarantine, or made a ticket of it."""

    type: ClassVar[str] = "mail.released"
    as_ticket: bool = False
    sender_trusted: bool = False


class MailRejected(AboutMail, DomainEvent, frozen=True, kw_only=True):
    """A member of the staff ended a mail in quarantine."""

    type: ClassVar[str] = "mail.rejected"
    sender_blocked: bool


class SenderJudged(DomainEvent, frozen=True, kw_only=True):
    """A member of the staff blocked or trusted a sender; without a standing they are as any other again."""

    type: ClassVar[str] = "mail.sender_judged"
    subject_type: ClassVar[str] = "mail_sender"
    subject_key: ClassVar[str] = "address_id"
    internal: ClassVar[bool] = True
    address_id: UUID
    address: str
    standing: str | None


class MailLoopStopped(DomainEvent, frozen=True, kw_only=True):
    """So many mails came from `address` on one ticket that its notifications pause."""

    type: ClassVar[str] = "mail.loop_stopped"
    subject_type: ClassVar[str] = "mailbox"
    subject_key: ClassVar[str] = "mailbox_id"
    internal: ClassVar[bool] = True
    mailbox_id: UUID
    on_ticket_id: UUID
    address: str
    our_address: str
    mails: int


class MailCommandRefused(DomainEvent, frozen=True, kw_only=True):
    """A command in a mail of the staff was not carried out; the whole mail became a note."""

    type: ClassVar[str] = "mail.command_refused"
    subject_type: ClassVar[str] = "mail"
    subject_key: ClassVar[str] = "mail_id"
    internal: ClassVar[bool] = True
    mail_id: UUID
    on_ticket_id: UUID
    comment_id: UUID
    sender_id: UUID
    command: str


class QuarantineWaits(DomainEvent, frozen=True, kw_only=True):
    """Mails have been in quarantine for a day."""

    type: ClassVar[str] = "mail.waiting"
    subject_type: ClassVar[str] = "organization"
    subject_key: ClassVar[str] = "organization_id"
    internal: ClassVar[bool] = True
    organization_id: UUID
    mails: int


class MailLate(DomainEvent, frozen=True, kw_only=True):
    """Mail waits for too long: received mail to be filed, or mail that no mail server takes."""

    type: ClassVar[str] = "mail.late"
    subject_type: ClassVar[str] = "organization"
    subject_key: ClassVar[str] = "organization_id"
    internal: ClassVar[bool] = True
    organization_id: UUID
    kind: str
    mails: int


class MailDomainFailing(DomainEvent, frozen=True, kw_only=True):
    """DNS records of a domain that mail goes out from were right and are not any more; `records` are their kinds."""

    type: ClassVar[str] = "mail_domain.failing"
    subject_type: ClassVar[str] = "organization"
    subject_key: ClassVar[str] = "organization_id"
    internal: ClassVar[bool] = True
    organization_id: UUID
    domain: str
    records: list[str]


class AboutMailbox(Struct, frozen=True, kw_only=True):
    """Fields of events about one mailbox."""

    subject_type: ClassVar[str] = "mailbox"
    subject_key: ClassVar[str] = "mailbox_id"
    internal: ClassVar[bool] = True
    mailbox_id: UUID


class MailboxCreated(AboutMailbox, DomainEvent, frozen=True, kw_only=True):
    """A mailbox was added."""

    type: ClassVar[str] = "mailbox.created"
    name: str
    addresses: list[str]


class MailboxUpdated(AboutMailbox, DomainEvent, frozen=True, kw_only=True):
    """Some of its fields changed."""

    type: ClassVar[str] = "mailbox.updated"
    changes: dict[str, Change]


class MailboxDeleted(AboutMailbox, DomainEvent, frozen=True, kw_only=True):
    """A mailbox was deleted."""

    type: ClassVar[str] = "mailbox.deleted"
    name: str


class MailboxTested(AboutMailbox, DomainEvent, frozen=True, kw_only=True):
    """An admin had it send a test to itself."""

    type: ClassVar[str] = "mailbox.tested"


class AboutMailTemplate(Struct, frozen=True, kw_only=True):
    """Fields of events about one template; its id follows from organization, kind and language."""

    subject_type: ClassVar[str] = "mail_template"
    subject_key: ClassVar[str] = "template_id"
    internal: ClassVar[bool] = True
    template_id: UUID
    kind: str
    language: str


class MailTemplateUpdated(AboutMailTemplate, DomainEvent, frozen=True, kw_only=True):
    """An admin changed a template."""

    type: ClassVar[str] = "mail_template.updated"
    changes: dict[str, Change]


class MailTemplateReset(AboutMailTemplate, DomainEvent, frozen=True, kw_only=True):
    """An admin returned to the shipped template."""

    type: ClassVar[str] = "mail_template.reset"


class MailboxFailing(AboutMailbox, DomainEvent, frozen=True, kw_only=True):
    """A mailbox could not be read for a quarter of an hour. `trouble` is a code, `detail` has the server's words."""

    type: ClassVar[str] = "mailbox.failing"
    trouble: str
    detail: str


class MailboxRecovered(AboutMailbox, DomainEvent, frozen=True, kw_only=True):
    """A mailbox that was failing is read again."""

    type: ClassVar[str] = "mailbox.recovered"


class AboutDkimKey(Struct, frozen=True, kw_only=True):
    """Fields of events about the key that signs a domain's mail."""

    subject_type: ClassVar[str] = "dkim_key"
    subject_key: ClassVar[str] = "key_id"
    internal: ClassVar[bool] = True
    key_id: UUID
    domain: str
    selector: str


class DkimKeyAdded(AboutDkimKey, DomainEvent, frozen=True, kw_only=True):
    """A key was made; nothing is signed before its record is found."""

    type: ClassVar[str] = "dkim_key.added"


class DkimKeyConfirmed(AboutDkimKey, DomainEvent, frozen=True, kw_only=True):
    """The key's record was found: the domain's mail is signed from now on."""

    type: ClassVar[str] = "dkim_key.confirmed"


class DkimKeyLost(AboutDkimKey, DomainEvent, frozen=True, kw_only=True):
    """The key's record is gone or has another value: the domain's mail is not signed any more."""

    type: ClassVar[str] = "dkim_key.lost"


class DkimKeyRemoved(AboutDkimKey, DomainEvent, frozen=True, kw_only=True):
    """An admin deleted the key."""

    type: ClassVar[str] = "dkim_key.removed"


class AboutAddress(Struct, frozen=True, kw_only=True):
    """Fields of events about an address that mail goes to; its id follows from organization and address."""

    subject_type: ClassVar[str] = "mail_address"
    subject_key: ClassVar[str] = "address_id"
    internal: ClassVar[bool] = True
    address_id: UUID
    address: str


class AddressSuppressed(AboutAddress, DomainEvent, frozen=True, kw_only=True):
    """A member of the staff ended mail to an address."""

    type: ClassVar[str] = "mail_address.suppressed"


class AddressAllowed(AboutAddress, DomainEvent, frozen=True, kw_only=True):
    """A member of the staff allowed mail to an address again."""

    type: ClassVar[str] = "mail_address.allowed"


class ReplyTokensRevoked(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """The tokens in a ticket's reply addresses were revoked. Internal."""

    type: ClassVar[str] = "ticket.reply_tokens_revoked"
    internal: ClassVar[bool] = True
