"""Rows of rules."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.tickets.rules import Action, Meaning

SwitchedOff = Literal["reference_gone", "failing", "stopped"]
"""The reason why a rule is off without a save: an object that it names is gone, it failed often, or a person stopped it."""


class Rule(Struct, frozen=True, kw_only=True):
    """A trigger. `condition` holds under `when` what was written there; `names` are the objects that the texts name."""

    id: UUID
    place: int
    name: str
    enabled: bool
    occasions: list[str]
    condition: dict[str, Any]
    actions: list[Action]
    names: list[Meaning]
    stop: bool
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


class RuleChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET keeps the present one."""

    name: str | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    occasions: list[str] | UnsetType = UNSET
    when: Any = UNSET
    actions: list[Action] | UnsetType = UNSET
    stop: bool | UnsetType = UNSET


class RuleVersion(Struct, frozen=True, kw_only=True):
    """A save of a rule. Deskbell itself made it where `saved_by` is None."""

    rule_id: UUID
    version: int
    definition: NewRule
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
