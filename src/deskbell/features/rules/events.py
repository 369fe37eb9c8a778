"""Events of rules."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutRule(Struct, frozen=True, kw_only=True):
    """Fields of events about one rule."""

    subject_type: ClassVar[str] = "rule"
    subject_key: ClassVar[str] = "rule_id"
    internal: ClassVar[bool] = True
    rule_id: UUID


class RuleCreated(AboutRule, DomainEvent, frozen=True, kw_only=True):
    """A rule was created."""

    type: ClassVar[str] = "rule.created"
    name: str


class RuleUpdated(AboutRule, DomainEvent, frozen=True, kw_only=True):
    """Some of its fields changed."""

    type: ClassVar[str] = "rule.updated"
    changes: dict[str, Change]


class RuleDeleted(AboutRule, DomainEvent, frozen=True, kw_only=True):
    """A rule was deleted."""

    type: ClassVar[str] = "rule.deleted"
    name: str
