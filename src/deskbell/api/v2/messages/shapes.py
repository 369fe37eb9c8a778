"""v2: shapes of messages."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.api.v2.fields import Content
from deskbell.api.v2.vocabulary import MESSAGE_TYPES, MessageType, ShownRole, role_shown
from deskbell.features.tickets.comment_records import Attachment, Comment, NewAttachment, NewComment
from deskbell.features.tickets.records import Person
from deskbell.kernel.words import Channel

MAX_ATTACHMENT_BYTES: Final = 10 * 1024 * 1024


class SenderView(Struct, frozen=True, rename="camel"):
    """The author of a message."""

    id: UUID
    name: str
    avatar_url: str | None
    role: ShownRole

    @classmethod
    def of(cls, person: Person) -> "SenderView":
        """The public fields of a person and their role."""
        return cls(person.id, person.name, person.avatar_url, role_shown(person.role))


class AttachmentView(Struct, frozen=True, rename="camel"):
    """A file on a message."""

    id: UUID
    filename: str
    url: str
    mime_type: str
    size: int

    @classmethod
    def of(cls, attachment: Attachment) -> "AttachmentView":
        """Links an uploaded file by its path on this server, any other by its own URL."""
        url = attachment.url or f"/api/v1/uploads/{attachment.file_id}"
        return cls(attachment.id, attachment.filename, url, attachment.mime_type, attachment.size)


class MessageView(Struct, frozen=True, kw_only=True, rename="camel"):
    """A reply, or a note for staff only."""

    id: UUID
    ticket_id: UUID
    sender_id: UUID
    content: str
    type: MessageType
    attachments: list[AttachmentView]
    created_at: datetime
    updated_at: datetime
    sender: SenderView

    @classmethod
    def of(cls, comment: Comment) -> "MessageView":
        return cls(
            id=comment.id,
            ticket_id=comment.ticket_id,
            sender_id=comment.author.id,
            content=comment.body,
            type=MESSAGE_TYPES[comment.public],
            attachments=[AttachmentView.of(each) for each in comment.attachments],
            created_at=comment.created_at,
            updated_at=comment.edited_at or comment.created_at,
            sender=SenderView.of(comment.author),
        )


class AttachmentBody(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A file: the `url` returned by an upload, or a web address."""

    filename: Annotated[str, Meta(min_length=1, max_length=255)]
    url: Annotated[str, Meta(min_length=1, max_length=2_000)]
    mime_type: Annotated[str, Meta(min_length=1, max_length=200)]
    size: Annotated[int, Meta(ge=0, le=MAX_ATTACHMENT_BYTES, extra={"messages": {"too_large": "attachment.too_large"}})]


class CreateMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reply, or a note for staff only."""

    content: Content
    type: MessageType = "reply"
    attachments: Annotated[
        list[AttachmentBody], Meta(max_length=5, extra={"messages": {"too_long": "v2.attachments.too_many"}})
    ] = []

    def command(self) -> NewComment:
        return NewComment(
            body=self.content.strip(),
            public=self.type == "reply",
            attachments=[NewAttachment(a.filename, a.url, a.mime_type, a.size) for a in self.attachments],
            channel=Channel.API,
        )


class UpdateMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """A message's new text."""

    content: Content
