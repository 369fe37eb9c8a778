"""The parts of the text, as they are written. Everything is named, nothing has an id."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from deskbell.features.macros.records import MacroAction
from deskbell.features.rules.text import Difference
from deskbell.kernel.fields import Kind, Limits, Option, Shown, Target
from deskbell.kernel.forms import Required
from deskbell.kernel.permissions import Role
from deskbell.kernel.words import Status
from deskbell.kernel.working_time import OpeningHours


class TextField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A field by its key."""

    field: str
    type: Kind
    label: str
    target: Target = "ticket"
    help: str = ""
    customer: Shown = "hidden"
    limits: Limits = Limits()
    options: list[Option] = []


class TextStatus(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A status of the organization's own by its name."""

    status: str
    category: Status
    customer_name: str | None = None
    retired: bool = False


class TextStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A step between statuses: one of the six, or an own one by its name."""

    start: str = field(name="from")
    to: str
    roles: list[Role] = []


class TextItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A field in a form."""

    field: str
    required: Required = "never"
    customer: Shown | None = None
    show: Any = None


class TextForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A form by its name, with the names of its categories."""

    form: str
    default: bool = False
    categories: list[str] = []
    items: list[TextItem] = []


class TextComment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The comment of a macro; a canned response by its title."""

    public: bool = True
    body: str = ""
    canned: str | None = None


class TextMacro(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A shared macro by its title. Of its files the text has the names alone: they stay as they are."""

    macro: str
    group: str | None = None
    active: bool = True
    do: list[MacroAction] = []
    comment: TextComment | None = None
    files: tuple[str, ...] = ()


class Document(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole text. A part that is missing stays as it is; an empty one is emptied."""

    hours: OpeningHours | UnsetType | None = UNSET
    fields: list[TextField] | None = None
    statuses: list[TextStatus] | None = None
    steps: list[TextStep] | None = None
    forms: list[TextForm] | None = None
    macros: list[TextMacro] | None = None
    rules: list[dict[str, Any]] | None = None


class Differences(Struct, frozen=True, kw_only=True):
    """The changes of an import. A part that the text leaves out has none."""

    hours: Difference = Difference()
    fields: Difference = Difference()
    statuses: Difference = Difference()
    steps: Difference = Difference()
    forms: Difference = Difference()
    macros: Difference = Difference()
    rules: Difference = Difference()
