"""v1: shapes of comments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from deskbell.api.v1.fields import Body
from deskbell.features.drafts.records import HeldComment
from deskbell.features.mail.log import ConversationMails, ShownMail
from deskbell.features.mail.outgoing import Delivery, Field, Recipient
from deskbell.features.mail.records import Class, State, Verdict
from deskbell.features.people.service.avatars import ours
from deskbell.features.tickets.comment_records import Attachment, Comment
from deskbell.features.tickets.events import UsedMacro
from deskbell.features.tickets.queries.history import HistoryEntry
from deskbell.features.tickets.records import ByRule, Person
from deskbell.features.tickets.service.timeline import Timeline, TimelineEntry
from deskbell.kernel.words import Channel
from deskbell.runtime.markdown import to_html

MAX_ATTACHMENTS: Final = 20
"""The most files of one message."""


class AttachmentView(Struct, frozen=True):
    """A file on a comment. Of a picture, `width` and `height` are in pixels, and `thumbnail_url` leads to a small copy.

    `inline`: the words show it in their place.
    """

    id: UUID
    filename: str
    url: str
    mime_type: str
    size: int
    width: int | None = None
    height: int | None = None
    inline: bool = False
    thumbnail_url: str | None = None

    @classmethod
    def of(cls, attachment: Attachment, words: str = "") -> "AttachmentView":
        """Links an uploaded file by its path on this server, any other by its own URL. `words` may show it."""
        url = attachment.url or f"/api/v1/uploads/{attachment.file_id}"
        return cls(
            attachment.id, attachment.filename, url, attachment.mime_type, attachment.size, attachment.width,
            attachment.height, attachment.file_id is not None and str(attachment.file_id) in words,
            None if attachment.width is None else f"{url}/thumbnail",
        )  # fmt: skip


class AuthorView(Struct, frozen=True):
    """The author of a comment. `is_staff` is false for customers."""

    id: UUID
    name: str
    email: str
    avatar_url: str | None
    is_staff: bool

    @classmethod
    def of(cls, person: Person) -> "AuthorView":
        return cls(person.id, person.name, person.email, ours(person.avatar_url), person.role != "customer")


class MailDeliveryView(Struct, frozen=True, kw_only=True):
    """The way of a public reply's mail to one recipient. `answer` is the mail server's last one, or what a report says.

    `id` is null until the mail is made, about a second after the reply is sent.
    """

    id: UUID | None
    user_id: UUID | None
    name: str
    address: str
    field: Field
    state: Literal["held", "queued", "sending", "sent", "delayed", "bounced", "failed", "suppressed", "cancelled"]
    answer: str | None
    sent_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery) -> "MailDeliveryView":
        sending = delivery.state == "queued" and delivery.tries > 0
        return cls(
            id=delivery.id, user_id=delivery.recipient_id, name=delivery.name, address=delivery.address,
            field=delivery.field, state="sending" if sending else delivery.state, answer=delivery.answer,
            sent_at=delivery.sent_at,
        )  # fmt: skip

    @classmethod
    def planned(cls, recipient: Recipient, state: Literal["held", "queued"]) -> "MailDeliveryView":
        return cls(
            id=None, user_id=recipient.user_id, name=recipient.name, address=recipient.address, field=recipient.field,
            state="suppressed" if recipient.suppressed else state, answer=None, sent_at=None,
        )  # fmt: skip


class MailSender(Struct, frozen=True):
    """The sender that a mail names."""

    name: str
    address: str | None


class ReceivedMailView(Struct, frozen=True, kw_only=True, rename={"sender": "from", "kind": "class"}):
    """The mail that words came by. `verdict`: whether its sender is proven. `date` is the mail's own.

    `raw_url` is the mail as it came, `html_url` the whole of it as safe HTML; see `GET /mails/{id}` for the rest.
    """

    id: UUID
    sender: MailSender
    to: list[str]
    cc: list[str]
    subject: str
    date: datetime | None
    verdict: Verdict | None
    kind: Class | None
    state: State
    raw_url: str
    html_url: str

    @classmethod
    def of(cls, mail: ShownMail) -> "ReceivedMailView":
        return cls(
            id=mail.id, sender=MailSender(mail.from_name, mail.from_address), to=mail.to_addresses,
            cc=mail.cc_addresses, subject=mail.subject, date=mail.sent_at, verdict=mail.verdict, kind=mail.kind,
            state=mail.state, raw_url=f"/api/v1/mails/{mail.id}/raw", html_url=f"/api/v1/mails/{mail.id}/html",
        )  # fmt: skip


class CommentView(Struct, frozen=True, kw_only=True):
    """A public reply, or an internal note if `public` is false. `body_html` is `body` as safe HTML; of a mail, its own.

    `held`: only the staff see it until `send_at`, and its author may undo it. `failed`: it could not be sent; `failure` says why.
    For those who may read mail, a public reply of the staff has `deliveries`, one for each recipient of its mail; a comment that
    came by mail has `mail`, and in `quoted` what was cut from it: null for nothing, and for more than 10,000 characters.
    """

    id: UUID
    ticket_id: UUID
    author_id: UUID
    author: AuthorView
    body: str
    body_html: str
    public: bool
    channel: Channel
    attachments: list[AttachmentView]
    created_at: datetime
    edited_at: datetime | None
    version: int
    state: Literal["held", "sent", "failed"] = "sent"
    send_at: datetime | None = None
    failure: str | None = None
    deliveries: list[MailDeliveryView] | UnsetType = UNSET
    mail: ReceivedMailView | UnsetType = UNSET
    quoted: str | UnsetType | None = UNSET

    @classmethod
    def held(cls, held: HeldComment, recipients: Sequence[Recipient] | None = None) -> "CommentView":
        """A reply or note that is not sent yet."""
        return cls(
            id=held.id, ticket_id=held.ticket_id, author_id=held.author.id, author=AuthorView.of(held.author),
            body=held.body, body_html=to_html(held.body), public=held.public, channel=Channel.WEB,
            attachments=[AttachmentView(held.id, a.filename, a.url, a.mime_type, a.size) for a in held.attachments],
            created_at=held.created_at, edited_at=None, version=1, state="held" if held.failed is None else "failed",
            send_at=held.send_at, failure=held.failed,
            deliveries=UNSET if recipients is None else [MailDeliveryView.planned(each, "held") for each in recipients],
        )  # fmt: skip

    @classmethod
    def added(cls, comment: Comment, recipients: Sequence[Recipient] | None) -> "CommentView":
        """A new comment, whose mail is not made yet."""
        planned = UNSET if recipients is None else [MailDeliveryView.planned(each, "queued") for each in recipients]
        return replace(cls.of(comment), deliveries=planned)

    @classmethod
    def of(cls, comment: Comment, mails: ConversationMails | None = None) -> "CommentView":
        sent = None if mails is None else mails.deliveries.get(comment.id)
        came = None if mails is None else mails.received.get(comment.id)
        return cls(
            id=comment.id, ticket_id=comment.ticket_id, author_id=comment.author.id,
            author=AuthorView.of(comment.author), body=comment.body,
            body_html=to_html(comment.body) if comment.body_html is None else comment.body_html,
            public=comment.public, channel=comment.channel,
            attachments=[AttachmentView.of(each, comment.body_html or comment.body) for each in comment.attachments],
            created_at=comment.created_at,
            edited_at=comment.edited_at, version=comment.version,
            deliveries=UNSET if sent is None else [MailDeliveryView.of(each) for each in sent],
            mail=UNSET if came is None else ReceivedMailView.of(came), quoted=UNSET if came is None else comment.quoted,
        )  # fmt: skip


class AttachmentBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A file: the `url` returned by an upload, or a web address. The last five may be sent back and are ignored."""

    filename: Annotated[str, Meta(min_length=1, max_length=255)]
    url: Annotated[str, Meta(min_length=1, max_length=2_000)]
    mime_type: Annotated[str, Meta(min_length=1, max_length=200)]
    size: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    id: UUID | None = None
    uploaded_at: datetime | None = None
    width: int | None = None
    height: int | None = None
    thumbnail_url: str | None = None


class EditComment(Struct, frozen=True, forbid_unknown_fields=True):
    """A comment's new text."""

    body: Body


class HistoryUser(Struct, frozen=True):
    """The user who made the change."""

    id: UUID | None
    name: str


class ByView(Struct, frozen=True, omit_defaults=True):
    """The rule whose action a change is, and the macro that it or a person used, each in its version then."""

    rule: ByRule | UnsetType = UNSET
    macro: UsedMacro | UnsetType = UNSET


class HistoryView(Struct, frozen=True, kw_only=True):
    """A change of a ticket. `changes` holds each field's old and new value. `by` names a rule or macro to the staff."""

    id: str
    ticket_id: UUID
    user_id: UUID | None
    user: HistoryUser
    action: str
    changes: dict[str, Any]
    by: ByView | None
    created_at: datetime

    @classmethod
    def of(cls, entry: HistoryEntry) -> "HistoryView":
        return cls(
            id=str(entry.id), ticket_id=entry.ticket_id, user_id=entry.actor_id,
            user=HistoryUser(entry.actor_id, entry.actor_name or "Deskbell"), action=entry.step.action,
            changes=dict(entry.step.values), created_at=entry.at, by=_by(entry),
        )  # fmt: skip


def _by(entry: HistoryEntry) -> ByView | None:
    if entry.rule is None and entry.macro is None:
        return None
    return ByView(UNSET if entry.rule is None else entry.rule, UNSET if entry.macro is None else entry.macro)


class TimelineEntryView(Struct, frozen=True, kw_only=True):
    """A comment, or a step of the ticket's history. `event_id` is what `PUT /tickets/{id}/read` takes."""

    type: Literal["comment", "step"]
    event_id: int | None
    comment: CommentView | None
    step: HistoryView | None
    created_at: datetime

    @classmethod
    def held(cls, held: HeldComment) -> "TimelineEntryView":
        view = CommentView.held(held)
        return cls(type="comment", event_id=None, comment=view, step=None, created_at=held.created_at)

    @classmethod
    def of(cls, entry: TimelineEntry, mails: ConversationMails | None = None) -> "TimelineEntryView":
        return cls(
            type=entry.kind, event_id=entry.event_id, created_at=entry.at,
            comment=CommentView.of(entry.comment, mails) if entry.comment else None,
            step=HistoryView.of(entry.step) if entry.step else None,
        )  # fmt: skip


class TimelineView(Struct, frozen=True):
    """A part of a ticket's conversation and history, newest first; what is held or failed comes before, on the first page.

    `read_event_id` is the last event that you have read, null if you never looked. See `PUT /tickets/{id}/read`.
    """

    entries: list[TimelineEntryView]
    next_cursor: str | None
    read_event_id: int | None

    @classmethod
    def of(
        cls, timeline: Timeline, held: Sequence[HeldComment] = (), mails: ConversationMails | None = None
    ) -> "TimelineView":
        waiting = [TimelineEntryView.held(each) for each in reversed(held)]
        entries = waiting + [TimelineEntryView.of(each, mails) for each in timeline.entries]
        return cls(entries, timeline.next_cursor, timeline.read_event_id)


class RenderText(Struct, frozen=True, forbid_unknown_fields=True):
    """A text in Markdown."""

    body: Body


class RenderedText(Struct, frozen=True):
    """The text as safe HTML, as it is shown once it is sent."""

    html: str
