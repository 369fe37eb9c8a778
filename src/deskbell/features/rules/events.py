"""Events of rules."""

from datetime import datetime
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


class RuleSwitchedOff(AboutRule, DomainEvent, frozen=True, kw_only=True):
    """Deskbell switched a rule off: what it names is gone, or it failed too often. Admins are notified."""

    type: ClassVar[str] = "rule.switched_off"
    name: str
    reason: str


class RuleStopped(AboutRule, DomainEvent, frozen=True, kw_only=True):
    """A person stopped a rule; what it had still to do is left out."""

    type: ClassVar[str] = "rule.stopped"
    name: str


class RuleUndone(AboutRule, DomainEvent, frozen=True, kw_only=True):
    """The changes that a rule made to tickets since a moment were taken back; with `redo`, made as the rule is now."""

    type: ClassVar[str] = "rule.undone"
    since: datetime
    redo: bool
    tickets: int


class RuleRestored(AboutRule, DomainEvent, frozen=True, kw_only=True):
    """A deleted rule is back, or an earlier version holds again."""

    type: ClassVar[str] = "rule.restored"
    name: str
    version: int
