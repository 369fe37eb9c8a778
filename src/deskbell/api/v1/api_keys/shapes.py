"""v1: shapes of API keys."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.api.v1.fields import Name
from deskbell.features.access.records import ApiKey


class CreateApiKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A new key. A scope is `*`, a resource (`tickets:*`) or a permission (`tickets:read`)."""

    name: Name
    scopes: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=100)]
    expires_at: datetime | None = None


class ApiKeyView(Struct, frozen=True):
    """A key for integrations. `hint` is the last part of the key, which is not shown in full again."""

    id: UUID
    name: str
    hint: str
    scopes: list[str]
    user_id: UUID
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> "ApiKeyView":
        return cls(
            key.id, key.name, key.hint, key.scopes, key.user_id, key.created_at, key.expires_at, key.last_used_at
        )


class CreatedApiKey(Struct, frozen=True):
    """A new key. `key` is shown only once."""

    id: UUID
    name: str
    key: str
    hint: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
