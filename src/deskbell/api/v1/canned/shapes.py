"""v1: shapes of canned responses."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Body, Name
from deskbell.features.canned.records import CannedResponse
from deskbell.features.canned.template import problems

Shortcut: TypeAlias = Annotated[str, Meta(max_length=50)]


class CannedView(Struct, frozen=True, kw_only=True):
    """Words to answer with again and again. `warnings` say which of its variables will not be filled in, and why."""

    id: UUID
    title: str
    content: str
    shortcut: str | None
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime
    warnings: list[str]

    @classmethod
    def of(cls, response: CannedResponse) -> "CannedView":
        """A canned response in v1's form."""
        return cls(
            id=response.id, title=response.title, content=response.content, shortcut=response.shortcut,
            created_by=response.created_by, created_at=response.created_at, updated_at=response.updated_at,
            warnings=[problem.message for problem in problems(response.content)],
        )  # fmt: skip


class RenderedView(Struct, frozen=True):
    """The words as they would be sent; `unknown` names the variables that stand in them as they were written."""

    content: str
    unknown: list[str]


class CreateCanned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new canned response; no two have the same shortcut. `{{requester.name}}` and its kin are filled in when used."""

    title: Name
    content: Body
    shortcut: Shortcut | None = None


class UpdateCanned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values of some fields; what is left out stays, a null shortcut is taken away."""

    title: Name | UnsetType = UNSET
    content: Body | UnsetType = UNSET
    shortcut: Shortcut | UnsetType | None = UNSET


class RenderBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The ticket that is to be answered."""

    ticket_id: UUID
