"""v1: shapes of requests for deletion."""

from uuid import UUID

from msgspec import Struct


class AskForDeletion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The contact whose data is to be deleted."""

    contact_id: UUID
