"""v1: shapes of macros."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Body, Name
from deskbell.api.v1.operations.shapes import TicketIds
from deskbell.features.canned.template import problems
from deskbell.features.macros.checking import MAX_ACTIONS
from deskbell.features.macros.records import (
    EditedWords,
    MacroAction,
    MacroChanges,
    MacroComment,
    MacroFile,
    NewMacro,
    Preview,
    WholeMacro,
)
from deskbell.features.macros.service import MAX_FILES
from deskbell.runtime.markdown import to_html
from deskbell.runtime.messages import Say

Actions: TypeAlias = Annotated[
    list[MacroAction],
    Meta(
        max_length=MAX_ACTIONS, examples=[[{"set": {"status": "pending"}}, {"assign": "me"}, {"add_tags": ["parts"]}]]
    ),
]
FileIds: TypeAlias = Annotated[
    list[UUID],
    Meta(max_length=MAX_FILES, description="Files of the macro that stay, and uploads of yours that become its files"),
]


class MacroFileView(Struct, frozen=True):
    """A file of a macro's comment. Each use attaches a copy."""

    id: UUID
    filename: str
    mime_type: str
    size: int

    @classmethod
    def of(cls, file: MacroFile) -> "MacroFileView":
        return cls(file.id, file.filename, file.mime_type, file.size)


class MacroView(Struct, frozen=True, kw_only=True):
    """A macro: actions as in rules, and a comment. Each save is a `version`.

    `warnings` name the variables that cannot be replaced, and why.
    """

    id: UUID
    title: str
    shared: bool
    group_id: UUID | None
    active: bool
    version: int
    do: Actions
    comment: MacroComment | None
    files: list[MacroFileView]
    warnings: list[str]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, whole: WholeMacro) -> "MacroView":
        macro = whole.macro
        return cls(
            id=macro.id, title=macro.title, shared=macro.owner_id is None, group_id=macro.group_id, active=macro.active,
            version=macro.version, do=macro.actions, comment=macro.comment,
            files=[MacroFileView.of(each) for each in whole.files],
            warnings=[each.message for each in problems(macro.comment.body)] if macro.comment else [],
            created_at=macro.created_at, updated_at=macro.updated_at,
        )  # fmt: skip


class CommentBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A macro's comment: its words, or the canned response that has them. Variables are replaced on use."""

    public: bool = True
    body: Annotated[str, Meta(max_length=65_536)] = ""
    canned_response_id: UUID | None = None

    def record(self) -> MacroComment:
        """The comment for the service."""
        return MacroComment(public=self.public, body=self.body, canned_response_id=self.canned_response_id)


class CreateMacro(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new macro: your own, or with `macros:manage` one that is shared."""

    title: Name
    shared: bool = False
    group_id: UUID | None = None
    active: bool = True
    do: Actions = []
    comment: CommentBody | None = None
    file_ids: FileIds = []

    def command(self) -> NewMacro:
        """The macro for the service."""
        return NewMacro(
            title=self.title, shared=self.shared, group_id=self.group_id, active=self.active, actions=self.do,
            comment=self.comment.record() if self.comment else None, file_ids=self.file_ids,
        )  # fmt: skip


class UpdateMacro(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values. `file_ids` are all files that the macro is to have."""

    title: Name | UnsetType = UNSET
    shared: bool | UnsetType = UNSET
    group_id: UUID | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    do: Actions | UnsetType = UNSET
    comment: CommentBody | UnsetType | None = UNSET
    file_ids: FileIds | UnsetType = UNSET

    def command(self) -> MacroChanges:
        """The changes for the service."""
        return MacroChanges(
            title=self.title, shared=self.shared, group_id=self.group_id, active=self.active, actions=self.do,
            comment=self.comment.record() if isinstance(self.comment, CommentBody) else self.comment,
            file_ids=self.file_ids,
        )  # fmt: skip


class PreviewMacro(Struct, frozen=True, forbid_unknown_fields=True):
    """The tickets to look at."""

    ticket_ids: Annotated[list[UUID], Meta(min_length=1, max_length=100)]


class WordsView(Struct, frozen=True):
    """The comment that would be written. `unknown` names the variables that nothing replaces; such a comment is refused."""

    body: str
    body_html: str
    public: bool
    unknown: list[str]


class ProblemView(Struct, frozen=True):
    """A reason for which the macro would be refused."""

    path: str
    code: str
    message: str


class ChangeView(Struct, frozen=True):
    """A field's value before and after."""

    was: Any
    now: Any


class PreviewView(Struct, frozen=True, kw_only=True):
    """The effect of a macro on a ticket. `changes` are by field, those of own fields as `field.<key>`; groups, categories and
    people by id. `effects` are actions that change no field, such as followers, notifications and mails, with their texts.
    """

    ticket_id: UUID
    changes: dict[str, ChangeView]
    comment: WordsView | None
    effects: list[MacroAction]
    problems: list[ProblemView]

    @classmethod
    def of(cls, preview: Preview, say: Say) -> "PreviewView":
        words = preview.comment
        return cls(
            ticket_id=preview.ticket_id,
            changes={name: ChangeView(each.was, each.now) for name, each in preview.changes.items()},
            comment=WordsView(words.body, to_html(words.body), words.public, words.unknown) if words else None,
            effects=preview.effects, problems=[ProblemView(each.path, each.code, say(each)) for each in preview.problems],
        )  # fmt: skip


class EditedBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words in place of the macro's. Variables in them are replaced as well."""

    body: Body
    public: bool | None = None

    def record(self) -> EditedWords:
        """The words for the service."""
        return EditedWords(body=self.body, public=self.public)


class ApplyMacro(Struct, frozen=True, forbid_unknown_fields=True):
    """The tickets to apply the macro to."""

    ticket_ids: TicketIds
    comment: EditedBody | None = None
