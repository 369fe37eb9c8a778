"""Events of imports and exports that people start."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import DomainEvent


class AboutTransfer(Struct, frozen=True, kw_only=True):
    """Fields of events about one import or export."""

    subject_type: ClassVar[str] = "transfer"
    subject_key: ClassVar[str] = "transfer_id"
    internal: ClassVar[bool] = True
    transfer_id: UUID
    direction: str
    format: str


class TransferStarted(AboutTransfer, DomainEvent, frozen=True, kw_only=True):
    """A person started an import or an export. Of an import the file is named."""

    type: ClassVar[str] = "transfer.started"
    filename: str


class TransferEnded(AboutTransfer, DomainEvent, frozen=True, kw_only=True):
    """An import or an export ended: done, cancelled or failed, with the tickets that it brought and the lines refused."""

    type: ClassVar[str] = "transfer.ended"
    state: str
    tickets: int
    refused: int


class TransferDownloaded(AboutTransfer, DomainEvent, frozen=True, kw_only=True):
    """The file of an export, or the refused lines of an import, was downloaded."""

    type: ClassVar[str] = "transfer.downloaded"
