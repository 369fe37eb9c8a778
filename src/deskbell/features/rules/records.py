"""Rows of rules."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.tickets.rules import Action, Meaning


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
    created_at: datetime
    updated_at: datetime


class NewRule(Struct, frozen=True, kw_only=True):
    """A rule to create, as written."""

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
