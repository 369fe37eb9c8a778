"""Events of own data. Internal: only admins see them in the audit log."""

from typing import ClassVar

from deskbell.features.access.events import AboutMember
from deskbell.kernel.events import DomainEvent


class DownloadRequested(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A customer asked for a file of all their data."""

    type: ClassVar[str] = "own_data.download_requested"
    internal: ClassVar[bool] = True


class DeletionRequested(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A customer asked for the deletion of their data, or an admin did for them."""

    type: ClassVar[str] = "own_data.deletion_requested"
    internal: ClassVar[bool] = True


class DeletionWithdrawn(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """The customer took the request back."""

    type: ClassVar[str] = "own_data.deletion_withdrawn"
    internal: ClassVar[bool] = True


class DeletionDeclined(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """An admin declined the request."""

    type: ClassVar[str] = "own_data.deletion_declined"
    internal: ClassVar[bool] = True


class DeletionConfirmed(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """An admin confirmed the request. The data is deleted soon after."""

    type: ClassVar[str] = "own_data.deletion_confirmed"
    internal: ClassVar[bool] = True


class PersonErased(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """The data is deleted. `user_id` is that of the anonymous person in whose name the tickets remain."""

    type: ClassVar[str] = "own_data.person_erased"
    internal: ClassVar[bool] = True
