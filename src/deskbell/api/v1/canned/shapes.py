"""v1: shapes of canned responses."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Body, Name
from deskbell.features.canned.keeping import MAX_FILES
from deskbell.features.canned.records import CannedFile, CannedResponse
from deskbell.features.canned.template import problems

Shortcut: TypeAlias = Annotated[str, Meta(max_length=50)]
FileIds: TypeAlias = Annotated[
    list[UUID],
    Meta(
        max_length=MAX_FILES, description="Files of the response that stay, and uploads of yours that become its files"
    ),
]


class CannedFileView(Struct, frozen=True):
    """A file of a canned response. Each use copies it."""

    id: UUID
    filename: str
    mime_type: str
    size: int

    @classmethod
    def of(cls, file: CannedFile) -> "CannedFileView":
        return cls(file.id, file.filename, file.mime_type, file.size)


class CannedView(Struct, frozen=True, kw_only=True):
    """A canned response: your own, or one that the whole team or the members of a group share.

    `version` is also its `ETag`. `warnings` name the variables that cannot be replaced, and why.

    `used_count` is how often agents put it into a reply or note, `last_used_at` when they last did.
    """

    id: UUID
    title: str
    content: str
    shortcut: str | None
    shared: bool
    group_id: UUID | None
    files: list[CannedFileView]
    version: int
    used_count: int
    last_used_at: datetime | None
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime
    warnings: list[str]

    @classmethod
    def of(cls, response: CannedResponse) -> "CannedView":
        return cls(
            id=response.id, title=response.title, content=response.content, shortcut=response.shortcut,
            shared=response.owner_id is None, group_id=response.group_id,
            files=[CannedFileView.of(each) for each in response.files], version=response.version,
            used_count=response.used_count, last_used_at=response.last_used_at,
            created_by=response.created_by, created_at=response.created_at, updated_at=response.updated_at,
            warnings=[problem.message for problem in problems(response.content)],
        )  # fmt: skip


class RenderedView(Struct, frozen=True):
    """The rendered text, also as safe HTML. `unknown` names the variables that were left unchanged."""

    content: str
    content_html: str
    unknown: list[str]


class CreateCanned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new canned response. The shortcut must be unique. Variables such as `{{requester.name}}` are replaced on use.

    Without `shared` it is your own and no other member sees it. With `group_id` a shared one is for the members of that
    group, and leads see it.
    """

    title: Name
    content: Body
    shortcut: Shortcut | None = None
    shared: bool = True
    group_id: UUID | None = None
    file_ids: FileIds = []


class UpdateCanned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values. `shortcut: null` removes the shortcut.

    `file_ids` are all files that the response is to have.

    A shared one that becomes your own leaves its group. Rules that name it are switched off.
    """

    title: Name | UnsetType = UNSET
    content: Body | UnsetType = UNSET
    shortcut: Shortcut | UnsetType | None = UNSET
    shared: bool | UnsetType = UNSET
    group_id: UUID | UnsetType | None = UNSET
    file_ids: FileIds | UnsetType = UNSET


class RenderBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The ticket to render the response for."""

    ticket_id: UUID
