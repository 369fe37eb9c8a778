"""v1: shapes of rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from deskbell.api.v1.fields import Name
from deskbell.features.rules.files import KIND as FILE
from deskbell.features.rules.files import MAX_KEPT
from deskbell.features.rules.records import (
    EffectOutcome,
    Firing,
    Kind,
    NewRule,
    Rule,
    RuleChanges,
    RuleVersion,
    SwitchedOff,
    TakenEffect,
)
from deskbell.features.tickets.rules import ACTIONS, OCCASIONS, Action, EffectKind, Repeat, Schedule, Timing
from deskbell.kernel.errors import Invalid
from deskbell.kernel.rules.vocabulary import OperatorKind, OperatorShape

When: TypeAlias = str | dict[str, Any] | None
"""A text of operators, or a group of them under `all`, `any` or `none`; null always holds."""
Occasions: TypeAlias = Annotated[list[str], Meta(examples=[["ticket.created", "comment.added"]])]
Actions: TypeAlias = Annotated[
    list[Action], Meta(examples=[[{"fill": {"priority": "high"}}, {"add_tags": ["invoice"]}]])
]

FileIds: TypeAlias = Annotated[
    list[UUID],
    Meta(
        max_length=MAX_KEPT,
        description="Files that replies and notes may name: those of the rule, and uploads of yours, which become its files",
    ),
]

Every: TypeAlias = Annotated[str, Meta(examples=["mon 08:00"])]
"""Days and a time: `day 08:00`, `weekday 08:00`, `mon,thu 08:00`, `month 1 08:00`, `month last 08:00`."""
Tickets: TypeAlias = Annotated[int, Meta(ge=0, le=100_000_000)]


class RuleFileView(Struct, frozen=True):
    """A file that a reply or note names. Each use attaches a copy."""

    id: UUID
    filename: str


class RuleView(Struct, frozen=True, kw_only=True):
    """A rule: the occasions that wake it, its condition, its actions, and its place among the others.

    `switched_off` says why Deskbell switched it off: `reference_gone` (an object that it names was deleted) or `failing`;
    `stopped` is a person's word.
    """

    id: UUID
    kind: Kind
    name: str
    enabled: bool
    on: Occasions
    when: When
    do: Actions
    after: str | None
    since: str | None
    repeat: Repeat | None
    last_actions: Actions = field(name="finally")
    catch_up: bool
    every: Every | None
    chosen: When = field(name="for")
    tickets: int | None
    next_at: datetime | None
    recomputing: bool
    stop: bool
    runs_as: str | None
    files: list[RuleFileView]
    place: int
    version: int
    switched_off: SwitchedOff | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, rule: Rule) -> "RuleView":
        """A rule as v1 shows it."""
        timing, schedule, condition = rule.timing, rule.schedule, rule.condition["when"]
        return cls(
            id=rule.id, kind=rule.kind, name=rule.name, enabled=rule.enabled, on=rule.occasions,
            when=None if schedule else condition, do=rule.actions, after=timing.after if timing else None,
            since=timing.since if timing else None, repeat=timing.repeat if timing else None,
            last_actions=timing.last_actions if timing else [], catch_up=timing is not None and timing.catch_up,
            every=schedule.every if schedule else None, chosen=condition if schedule else None,
            tickets=schedule.tickets if schedule else None, next_at=rule.next_at, recomputing=rule.recomputing,
            stop=rule.stop, runs_as=rule.runs_as,
            files=[RuleFileView(each.id, each.name) for each in rule.names if each.kind == FILE], place=rule.place,
            version=rule.version, switched_off=rule.switched_off, created_at=rule.created_at, updated_at=rule.updated_at,
            deleted_at=rule.deleted_at,
        )  # fmt: skip


class CreateRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new rule: a trigger with `on` (the occasions that wake it), an automation with `after` and `since`, or a schedule.

    A schedule has `every`, and `for` in place of `when`: it fires on the tickets that this finds. Where there are more than
    1,000, `tickets` confirms their number. A reply or note names its files, which `file_ids` brings.
    """

    name: Name
    on: Occasions = []
    do: Actions
    when: When = None
    enabled: bool = True
    stop: bool = False
    runs_as: Name | None = None
    after: str | None = None
    since: str | None = None
    repeat: Repeat | None = None
    last_actions: Actions = field(name="finally", default=[])
    catch_up: bool = False
    every: Every | None = None
    chosen: When = field(name="for", default=None)
    tickets: Tickets | None = None
    file_ids: FileIds = []

    def command(self) -> NewRule:
        """The rule for the service."""
        timing, schedule = None, None if self.every is None else Schedule(self.every, self.tickets)
        if self.after is not None or self.since is not None:
            timing = Timing(
                after=self.after or "", since=self.since or "", repeat=self.repeat, last_actions=self.last_actions,
                catch_up=self.catch_up,
            )  # fmt: skip
        unused = "for" if schedule is None and self.chosen is not None else "when" if schedule and self.when else None
        if unused is not None:
            raise Invalid.field(unused, "rule.one_kind")
        return NewRule(
            name=self.name, enabled=self.enabled, occasions=self.on, actions=self.do, stop=self.stop,
            when=self.when if schedule is None else self.chosen, runs_as=self.runs_as, timing=timing, schedule=schedule,
        )  # fmt: skip


class UpdateRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values. A rule stays of its kind; a schedule has `for`, others `when`."""

    name: Name | UnsetType = UNSET
    on: Occasions | UnsetType = UNSET
    do: Actions | UnsetType = UNSET
    when: When | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    stop: bool | UnsetType = UNSET
    runs_as: Name | UnsetType | None = UNSET
    after: str | UnsetType = UNSET
    since: str | UnsetType = UNSET
    repeat: Repeat | UnsetType | None = UNSET
    last_actions: Actions | UnsetType = field(name="finally", default=UNSET)
    catch_up: bool | UnsetType = UNSET
    every: Every | UnsetType = UNSET
    chosen: When | UnsetType = field(name="for", default=UNSET)
    tickets: Tickets | UnsetType | None = UNSET
    file_ids: FileIds | UnsetType = UNSET

    def command(self) -> RuleChanges:
        """The changes for the service."""
        return RuleChanges(
            name=self.name, enabled=self.enabled, occasions=self.on, when=self.when, actions=self.do, stop=self.stop,
            runs_as=self.runs_as, after=self.after, since=self.since, repeat=self.repeat,
            last_actions=self.last_actions, catch_up=self.catch_up, every=self.every, chosen=self.chosen,
            tickets=self.tickets, file_ids=self.file_ids,
        )  # fmt: skip


class OrderRules(Struct, frozen=True, forbid_unknown_fields=True):
    """The ids of all rules, in the order in which they are to fire."""

    rule_ids: Annotated[list[UUID], Meta(max_length=1_000)]


class CheckCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """A condition to read."""

    when: When


class RestoreRule(Struct, frozen=True, forbid_unknown_fields=True):
    """The version to make hold again; null for the last one of a deleted rule."""

    version: Annotated[int, Meta(ge=1)] | None = None


class RuleVersionView(Struct, frozen=True, kw_only=True):
    """A save of a rule. Without `saved_by` Deskbell itself made it."""

    version: int
    saved_at: datetime
    saved_by: UUID | None
    name: str
    enabled: bool
    on: Occasions
    when: When
    do: Actions
    stop: bool
    runs_as: str | None
    timing: Timing | None
    schedule: Schedule | None

    @classmethod
    def of(cls, saved: RuleVersion) -> "RuleVersionView":
        """A version as v1 shows it."""
        written = saved.definition
        return cls(
            version=saved.version, saved_at=saved.saved_at, saved_by=saved.saved_by, name=written.name,
            enabled=written.enabled, on=written.occasions, when=written.when, do=written.actions, stop=written.stop,
            runs_as=written.runs_as, timing=written.timing, schedule=written.schedule,
        )  # fmt: skip


class EffectView(Struct, frozen=True):
    """An effect of a rule. `reason` is the code why it was suppressed, refused or cancelled, or that it failed."""

    kind: EffectKind
    outcome: EffectOutcome
    reason: str | None
    at: datetime

    @classmethod
    def of(cls, effect: TakenEffect) -> "EffectView":
        """An effect as v1 shows it."""
        return cls(effect.kind, effect.outcome, effect.reason, effect.at)


class FiringView(Struct, frozen=True, kw_only=True):
    """A rule that fired on a ticket. `refused` has the codes of actions that were left out, `effects` those taken so far."""

    event_id: int
    at: datetime
    ticket_id: UUID
    operation_id: UUID | None
    version: int
    refused: list[str]
    effects: list[EffectView]

    @classmethod
    def of(cls, firing: Firing, effects: Sequence[TakenEffect]) -> "FiringView":
        """A firing as v1 shows it."""
        return cls(
            event_id=firing.id, at=firing.at, ticket_id=firing.ticket_id, operation_id=firing.operation_id,
            version=firing.version, refused=firing.refused, effects=[EffectView.of(each) for each in effects],
        )  # fmt: skip


class RuleUse(Struct, frozen=True):
    """A rule that names an object."""

    id: UUID
    name: str
    enabled: bool

    @classmethod
    def of(cls, rule: Rule) -> "RuleUse":
        """A rule by its name."""
        return cls(rule.id, rule.name, rule.enabled)


class OperatorView(Struct, frozen=True):
    """An operator of conditions. `words` are its values, if they are fixed; `none` says that it may ask for nothing."""

    name: str
    kind: OperatorKind
    words: list[str]
    none: bool


class VocabularyView(Struct, frozen=True):
    """The parts of rules. `since` has the moments for automations, `actions` the fields that each action takes."""

    occasions: list[str]
    since: list[str]
    operators: list[OperatorView]
    actions: dict[str, list[str]]

    @classmethod
    def of(cls, known: Sequence[OperatorShape], since: list[str]) -> "VocabularyView":
        """Everything that this version knows."""
        operators = [OperatorView(each.name, each.kind, list(each.words), each.none) for each in known]
        return cls(list(OCCASIONS), since, operators, {name: list(fields) for name, fields in ACTIONS.items()})
