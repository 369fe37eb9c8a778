"""Comments of a ticket and their attachments."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.records import Person
from deskbell.kernel.words import Channel


class NewAttachment(Struct, frozen=True):
    """A file to attach to a comment: an earlier upload (its address or id), or an address elsewhere."""

    filename: str
    url: str
    mime_type: str
    size: int


class ReplyMail(Struct, frozen=True, kw_only=True):
    """The recipients of a reply's mail and what it quotes; None: the requester, the followers, and as its mailbox says."""

    to: list[str] | None = None
    cc: list[str] | None = None
    quote: Literal["none", "one", "all"] | None = None


class NewComment(Struct, frozen=True, kw_only=True):
    """Words to add to a ticket; not public means: for staff only. See `Comment` for what mails have besides."""

    body: str
    public: bool = True
    attachments: list[NewAttachment] = []
    channel: Channel = Channel.WEB
    external_id: str | None = None
    body_html: str | None = None
    quoted: str | None = None
    automatic: bool = False
    mail: ReplyMail | None = None


class Attachment(Struct, frozen=True):
    """A file on a comment. `file_id` is set when we hold it; otherwise `url` leads elsewhere.

    `width` and `height` are those of a picture, in pixels.
    """

    id: UUID
    comment_id: UUID | None
    file_id: UUID | None
    filename: str
    url: str | None
    mime_type: str
    size: int
    width: int | None = None
    height: int | None = None


class Comment(Struct, frozen=True, kw_only=True):
    """Words on a ticket.

    Of a mail, `body` is what its sender wrote, `body_html` the same as safe HTML, `quoted` what was cut from it.
    `automatic`: a mail that no person wrote, which changed nothing.
    """

    id: UUID
    ticket_id: UUID
    author: Person
    body: str
    public: bool
    channel: Channel
    external_id: str | None
    created_at: datetime
    edited_at: datetime | None
    body_html: str | None = None
    quoted: str | None = None
    automatic: bool = False
    version: int = 1
    mentions: list[UUID] = []
    attachments: list[Attachment] = []
