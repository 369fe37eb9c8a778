"""v1: shapes of the first set-up, and of the facts that are public."""

from typing import Annotated

from msgspec import Meta, Struct

from deskbell.api.v1.auth.shapes import NewPassword, SessionForm
from deskbell.api.v1.fields import Email, Name


class SetupState(Struct, frozen=True):
    """Whether the server still needs its first owner."""

    needed: bool


class FirstSetup(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first organization and its owner. `domain` is the organization's own, such as `shop.example`."""

    organization: Name
    domain: Annotated[str, Meta(min_length=1, max_length=253)] | None = None
    name: Name
    email: Email
    password: NewPassword
    session: SessionForm = "tokens"


class SignUpMeta(Struct, frozen=True):
    """Whether a visitor may sign up without naming an organization."""

    allowed: bool


class UploadMeta(Struct, frozen=True):
    """The largest file, in bytes, and the most files of one message."""

    max_bytes: int
    max_files: int


class UndoMeta(Struct, frozen=True):
    """The longest time for which a reply is held back, in seconds."""

    max_hold_seconds: int


class ServerMeta(Struct, frozen=True):
    """Facts that a client needs before it signs in. `languages` are those of messages, pages and mails."""

    version: str
    sign_up: SignUpMeta
    uploads: UploadMeta
    undo: UndoMeta
    languages: list[str]
