"""v1: shapes of drafts, and of a comment with all that is sent with it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.api.v1.comments.shapes import MAX_ATTACHMENTS, AttachmentBody
from deskbell.api.v1.fields import Body, Email
from deskbell.api.v1.tickets.shapes import UpdateTicket
from deskbell.features.drafts.records import MAX_DRAFT, MAX_HOLD, DraftWords
from deskbell.features.drafts.sending import Sending
from deskbell.features.tickets.comment_records import ReplyMail


class MailOfReply(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The recipients of the mail of a public reply, and what it quotes: no, one or all earlier messages.

    Without `to` the requester, without `cc` the followers, without `quote` what the mailbox says. Named people can answer,
    and do not become followers.
    """

    to: Annotated[list[Email], Meta(min_length=1, max_length=50)] | None = None
    cc: Annotated[list[Email], Meta(max_length=50)] | None = None
    quote: Literal["none", "one", "all"] | None = None

    def command(self) -> ReplyMail:
        return ReplyMail(to=self.to, cc=self.cc, quote=self.quote)


class CreateComment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public reply, or an internal note with `public: false`. `update` changes the ticket in the same transaction.

    With `hold_seconds` both wait, seen by the staff alone, and can be undone. `mentions` are notified. The draft goes with it.
    `mail` is for the staff.
    """

    body: Body
    public: bool = True
    attachments: Annotated[list[AttachmentBody], Meta(max_length=MAX_ATTACHMENTS)] = []
    update: UpdateTicket | None = None
    mentions: Annotated[list[UUID], Meta(max_length=50)] = []
    hold_seconds: Annotated[int, Meta(ge=0, le=MAX_HOLD)] = 0
    draft_id: UUID | None = None
    mail: MailOfReply | None = None

    def sending(self) -> Sending:
        return Sending(
            changes=None if self.update is None else self.update.command(), mentions=self.mentions,
            hold_seconds=self.hold_seconds, draft_id=self.draft_id,
        )  # fmt: skip


class SaveDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of a draft: Markdown, and the editor's own document. `version` is the one that it replaces, 0 for none;
    without it any is replaced. `file_ids` are your uploads.
    """

    body: Annotated[str, Meta(max_length=MAX_DRAFT)]
    document: dict[str, Any] | None = None
    file_ids: Annotated[list[UUID], Meta(max_length=MAX_ATTACHMENTS)] = []
    version: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None

    def words(self) -> DraftWords:
        return DraftWords(body=self.body, document=self.document, file_ids=self.file_ids)
