"""v1: shapes of rules."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Name
from deskbell.features.rules.records import NewRule, Rule, RuleChanges
from deskbell.features.tickets.rules import Action

When: TypeAlias = str | dict[str, Any] | None
"""A text of operators, or a group of them under `all`, `any` or `none`; null always holds."""
Occasions: TypeAlias = Annotated[list[str], Meta(examples=[["ticket.created", "comment.added"]])]
Actions: TypeAlias = Annotated[
    list[Action], Meta(examples=[[{"fill": {"priority": "high"}}, {"add_tags": ["invoice"]}]])
]


class RuleView(Struct, frozen=True):
    """A rule: the occasions that wake it, its condition, its actions, and its place among the others."""

    id: UUID
    name: str
    enabled: bool
    on: Occasions
    when: When
    do: Actions
    stop: bool
    place: int
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, rule: Rule) -> "RuleView":
        """A rule as v1 shows it."""
        return cls(
            rule.id, rule.name, rule.enabled, rule.occasions, rule.condition["when"], rule.actions, rule.stop, rule.place,
            rule.version, rule.created_at, rule.updated_at,
        )  # fmt: skip


class CreateRule(Struct, frozen=True, forbid_unknown_fields=True):
    """A new rule."""

    name: Name
    on: Occasions
    do: Actions
    when: When = None
    enabled: bool = True
    stop: bool = False

    def command(self) -> NewRule:
        """The rule for the service."""
        return NewRule(
            name=self.name, enabled=self.enabled, occasions=self.on, when=self.when, actions=self.do, stop=self.stop
        )


class UpdateRule(Struct, frozen=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values."""

    name: Name | UnsetType = UNSET
    on: Occasions | UnsetType = UNSET
    do: Actions | UnsetType = UNSET
    when: When | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    stop: bool | UnsetType = UNSET

    def command(self) -> RuleChanges:
        """The changes for the service."""
        return RuleChanges(
            name=self.name, enabled=self.enabled, occasions=self.on, when=self.when, actions=self.do, stop=self.stop
        )


class OrderRules(Struct, frozen=True, forbid_unknown_fields=True):
    """The ids of all rules, in the order in which they are to fire."""

    rule_ids: Annotated[list[UUID], Meta(max_length=1_000)]


class CheckCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """A condition to read."""

    when: When
