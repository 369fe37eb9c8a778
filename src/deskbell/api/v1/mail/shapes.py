"""v1: shapes of received mails, deliveries and the quarantine."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.api.v1.fields import Email
from deskbell.features.mail.log import LoggedMail, SentMail, Standing


class CommentMail(Struct, frozen=True, kw_only=True):
    """The mail that a comment came by (`received`), or the mail that brings it (`sent`); null for none."""

    received: LoggedMail | None
    sent: SentMail | None


class MailHtml(Struct, frozen=True):
    """A whole mail as safe HTML, whose pictures of other hosts are not loaded; null for one that became no words."""

    html: str | None


class Rejection(Struct, frozen=True, forbid_unknown_fields=True):
    """`block_sender` refuses further mail of the address."""

    block_sender: bool = False


class Review(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One decision about several mails in quarantine. `trust` releases and trusts the sender; `ticket` makes tickets."""

    ids: Annotated[list[UUID], Meta(min_length=1, max_length=100)]
    action: Literal["release", "trust", "ticket", "reject"]
    block_sender: bool = False


class Reviewed(Struct, frozen=True, kw_only=True):
    """The result for one mail: `code` is null on success."""

    id: UUID
    ok: bool
    code: str | None


class Suppress(Struct, frozen=True, forbid_unknown_fields=True):
    """An address that no mail is sent to any more."""

    address: Email


class JudgeSender(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether mail of a sender is refused, or filed whatever holds others back."""

    standing: Standing
