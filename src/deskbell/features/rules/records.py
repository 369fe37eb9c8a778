"""Rows of rules."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.tickets.rules import Action, EffectKind, Meaning, Repeat, Schedule, Timing

SwitchedOff = Literal["reference_gone", "failing", "stopped"]
"""The reason why a rule is off without a save: an object that it names is gone, it failed often, or a person stopped it."""


Kind = Literal["trigger", "automation", "schedule"]


class Rule(Struct, frozen=True, kw_only=True):
    """A trigger, an automation, which has a `timing`, or a schedule.

    `condition` holds under `when` what was written there, for a schedule under `for`; `names` are the objects that the texts
    name. `armed_at` is since when it is enabled; while it is `recomputing`, a job computes when it fires. `next_at` is the
    next moment of an enabled schedule.
    """

    id: UUID
    place: int
    kind: Kind
    name: str
    enabled: bool
    occasions: list[str]
    condition: dict[str, Any]
    actions: list[Action]
    names: list[Meaning]
    stop: bool
    timing: Timing | None
    schedule: Schedule | None = None
    armed_at: datetime | None
    next_at: datetime | None = None
    recomputing: bool = False
    runs_as: str | None
    stopped_at: datetime | None = None
    version: int
    switched_off: SwitchedOff | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None


class NewRule(Struct, frozen=True, kw_only=True):
    """A rule as it is written."""

    name: str
    enabled: bool
    occasions: list[str]
    when: Any
    actions: list[Action]
    stop: bool
    runs_as: str | None = None
    """The author of its words, by name or address; without one, the person who saves it."""
    timing: Timing | None = None
    """When an automation fires; others have none."""
    schedule: Schedule | None = None
    """When a schedule fires; others have none. Its `when` chooses the tickets."""

    @property
    def kind(self) -> Kind:
        """The kind of rule that its timing or schedule makes it."""
        if self.schedule is not None:
            return "schedule"
        return "trigger" if self.timing is None else "automation"


class RuleFile(Struct, frozen=True, kw_only=True):
    """A file that a reply or note of a rule, or of one of its versions, names. Each use copies its content."""

    id: UUID
    rule_id: UUID
    filename: str
    mime_type: str
    size: int
    sha256: bytes
    storage_key: str


class RuleChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET keeps the present one."""

    name: str | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    occasions: list[str] | UnsetType = UNSET
    when: Any = UNSET
    actions: list[Action] | UnsetType = UNSET
    stop: bool | UnsetType = UNSET
    runs_as: str | UnsetType | None = UNSET
    after: str | UnsetType = UNSET
    since: str | UnsetType = UNSET
    repeat: Repeat | UnsetType | None = UNSET
    last_actions: list[Action] | UnsetType = UNSET
    catch_up: bool | UnsetType = UNSET
    every: str | UnsetType = UNSET
    chosen: Any = UNSET
    """The `for` of a schedule; others have a `when`."""
    tickets: int | UnsetType | None = UNSET
    file_ids: list[UUID] | UnsetType = UNSET
    """The files that actions may name: the rule's own, and uploads."""


class RuleVersion(Struct, frozen=True, kw_only=True):
    """A save of a rule. Deskbell itself made it where `saved_by` is None."""

    rule_id: UUID
    version: int
    definition: NewRule
    names: list[Meaning]
    saved_at: datetime
    saved_by: UUID | None


class Firing(Struct, frozen=True, kw_only=True):
    """A rule that fired on a ticket, from the journal."""

    id: int
    at: datetime
    ticket_id: UUID
    operation_id: UUID | None
    version: int
    refused: list[str]


EffectOutcome = Literal["done", "suppressed", "refused", "cancelled", "failed"]
"""`suppressed` by a limit on automatic mail, `refused` where it could not be done, `cancelled` with the rule, `failed` after the
last attempt to call a webhook."""


class TakenEffect(Struct, frozen=True, kw_only=True):
    """An effect of a firing, or of a person's use of a macro, which has no `rule_id`.

    `reason` is a code, `address` that of the customer who was written to.
    """

    event_id: int
    place: int
    rule_id: UUID | None
    ticket_id: UUID
    kind: EffectKind
    outcome: EffectOutcome
    reason: str | None = None
    address: str | None = None
    at: datetime
