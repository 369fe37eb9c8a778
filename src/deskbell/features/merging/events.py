"""Events of merging contacts."""

from typing import ClassVar
from uuid import UUID

from deskbell.features.access.events import AboutMember
from deskbell.kernel.events import DomainEvent


class ContactMerged(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """Another contact was merged into this one: its tickets, comments and addresses are this one's now."""

    type: ClassVar[str] = "member.merged"
    merged_id: UUID
    email: str
    tickets: int
    comments: int
