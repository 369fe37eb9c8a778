"""v2: canned responses."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.shared.routing import Uow, delete, get, patch, post
from deskbell.api.v2.envelope import Many, One
from deskbell.api.v2.fields import LimitParam, Name, PageParam, ResponseId, SearchParam, numbered
from deskbell.features.canned import service
from deskbell.features.canned.records import CannedChanges, CannedResponse, NewCanned
from deskbell.kernel.paging import DEFAULT_LIMIT
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["Canned responses"]
Content = Annotated[
    str, Meta(min_length=1, max_length=10_000, pattern=r"\S", extra={"pattern": "This field must not be empty"})
]
Shortcut = Annotated[str, Meta(max_length=50)]


class CannedView(Struct, frozen=True, kw_only=True, rename="camel"):
    """Words to answer with again and again."""

    id: UUID
    title: str
    content: str
    shortcut: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, response: CannedResponse) -> "CannedView":
        """A canned response in v2's form."""
        return cls(
            id=response.id,
            title=response.title,
            content=response.content,
            shortcut=response.shortcut,
            created_at=response.created_at,
            updated_at=response.updated_at,
        )


class CreateCanned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new canned response; no two have the same shortcut."""

    title: Name
    content: Content
    shortcut: Shortcut | None = None


class UpdateCanned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values for some fields; what is left out stays."""

    title: Name | UnsetType = UNSET
    content: Content | UnsetType = UNSET
    shortcut: Shortcut | UnsetType | None = UNSET


@get("/canned-responses", permission=Permission.CANNED_READ, tags=TAG, summary="List canned responses")
async def list_canned(
    uow: Uow, page: PageParam = 1, limit: LimitParam = DEFAULT_LIMIT, search: SearchParam = None
) -> Many[CannedView]:
    """The organization's canned responses, by title."""
    return Many.of(await service.list_responses(uow, search, numbered(page, limit)), CannedView.of)


@post("/canned-responses", permission=Permission.CANNED_WRITE, tags=TAG, summary="Create a canned response")
async def create_canned(uow: Uow, data: JSONBody[CreateCanned]) -> One[CannedView]:
    """Keeps words to answer with. `{{requester.name}}` and its kin are filled in when it is used."""
    new = NewCanned(title=data.title, content=data.content, shortcut=data.shortcut)
    return One(CannedView.of(await service.create(uow, new)))


@patch(
    "/canned-responses/{response_id:str}", permission=Permission.CANNED_WRITE, tags=TAG,
    summary="Update a canned response",
)  # fmt: skip
async def update_canned(uow: Uow, response_id: ResponseId, data: JSONBody[UpdateCanned]) -> One[CannedView]:
    """Sets the fields that are given; `shortcut: null` takes the shortcut away."""
    changes = CannedChanges(title=data.title, content=data.content, shortcut=data.shortcut)
    return One(CannedView.of(await service.update(uow, response_id, changes)))


@delete(
    "/canned-responses/{response_id:str}", permission=Permission.CANNED_WRITE, tags=TAG,
    summary="Delete a canned response",
)  # fmt: skip
async def delete_canned(uow: Uow, response_id: ResponseId) -> None:
    """Forgets a canned response; what was answered with it stays."""
    await service.delete(uow, response_id)


ROUTES = [list_canned, create_canned, update_canned, delete_canned]
