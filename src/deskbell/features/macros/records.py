"""Rows of macros, and the results of applying one."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.tickets.rules import Call, Distribution, Escalation, Letter, Meaning, Notice
from deskbell.kernel.errors import Problem
from deskbell.kernel.events import Change
from deskbell.kernel.fields import FieldValue
from deskbell.kernel.words import Priority, Status, TicketType


class MacroFields(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Values for fields of a ticket: group, category and own status by name, own fields by key (null clears one)."""

    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    type: TicketType | UnsetType = UNSET
    group: str | UnsetType = UNSET
    category: str | UnsetType = UNSET
    custom_status: str | UnsetType = UNSET
    fields: dict[str, FieldValue] | UnsetType = UNSET


class MacroAction(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One action, under exactly one key, as in rules. `fill` sets what is empty; `assign` takes a name, an address, `me` or
    `nobody`; `snooze` takes how long (`2d`); `follow` and `unfollow` take names, addresses or `me`.
    """

    set: MacroFields | UnsetType = UNSET
    fill: MacroFields | UnsetType = UNSET
    add_tags: list[str] | UnsetType = UNSET
    remove_tags: list[str] | UnsetType = UNSET
    assign: str | UnsetType = UNSET
    snooze: str | UnsetType = UNSET
    escalate: Escalation | UnsetType = UNSET
    distribute: Distribution | UnsetType = UNSET
    follow: list[str] | UnsetType = UNSET
    unfollow: list[str] | UnsetType = UNSET
    notify: Notice | UnsetType = UNSET
    mail: Letter | UnsetType = UNSET
    webhook: Call | UnsetType = UNSET


class MacroComment(Struct, frozen=True, kw_only=True):
    """The comment of a macro: words in Markdown with variables, or those of a canned response."""

    public: bool = True
    body: str = ""
    canned_response_id: UUID | None = None


class MacroFile(Struct, frozen=True, kw_only=True):
    """A file of a macro's comment. Its content is the macro's own: each use copies it."""

    id: UUID
    macro_id: UUID
    position: int
    filename: str
    mime_type: str
    size: int
    sha256: bytes
    storage_key: str


class Macro(Struct, frozen=True, kw_only=True):
    """A macro. Without an owner it is shared; with a group it is for the members of that group alone."""

    id: UUID
    owner_id: UUID | None
    group_id: UUID | None
    title: str
    active: bool
    version: int = 1
    actions: list[MacroAction]
    names: list[Meaning]
    comment: MacroComment | None
    created_at: datetime
    updated_at: datetime


class NewMacro(Struct, frozen=True, kw_only=True):
    """A macro to create, as written."""

    title: str
    shared: bool = False
    group_id: UUID | None = None
    active: bool = True
    actions: list[MacroAction] = []
    comment: MacroComment | None = None
    file_ids: list[UUID] = []


class MacroChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET leaves a field unchanged."""

    title: str | UnsetType = UNSET
    shared: bool | UnsetType = UNSET
    group_id: UUID | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    actions: list[MacroAction] | UnsetType = UNSET
    comment: MacroComment | UnsetType | None = UNSET
    file_ids: list[UUID] | UnsetType = UNSET


class WholeMacro(Struct, frozen=True):
    """A macro with its files in their order."""

    macro: Macro
    files: list[MacroFile]


class Words(Struct, frozen=True):
    """The comment that a macro would write on a ticket. `unknown` are the variables that nothing replaces."""

    body: str
    public: bool
    unknown: list[str]


class Preview(Struct, frozen=True, kw_only=True):
    """The effect of a macro on a ticket, and why it would be refused.

    `changes` are by the journal's names of fields, those of own fields as `field.<key>`; `effects` are the actions that change no
    field of the ticket, with their variables replaced.
    """

    ticket_id: UUID
    changes: dict[str, Change]
    comment: Words | None
    effects: list[MacroAction] = []
    problems: list[Problem]


class EditedWords(Struct, frozen=True, kw_only=True):
    """Words in place of a macro's own. Variables in them are replaced as well."""

    body: str
    public: bool | None = None
    """None: as the macro says."""
