"""Rules as they are written and stored, and as they are ready to fire."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field
from msgspec.structs import replace

from deskbell.kernel.durations import parse_length
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.fields import FieldValue
from deskbell.kernel.rules import plan
from deskbell.kernel.rules.facts import Occasion, TicketFacts
from deskbell.kernel.rules.gates import Gate, Gates, gate_of
from deskbell.kernel.rules.matching import compiled
from deskbell.kernel.rules.moments import Clock
from deskbell.kernel.rules.operators import Operators, joined
from deskbell.kernel.rules.vocabulary import RULES
from deskbell.kernel.search.groups import parse_group
from deskbell.kernel.words import Priority, Status, TicketType

OCCASIONS: Final = (
    "ticket.created", "ticket.updated", "ticket.assigned", "ticket.reopened", "ticket.woke", "ticket.merged", "comment.added",
    "sla.warning", "sla.breached", "feedback.received",
)  # fmt: skip
UNASSIGNED: Final = "nobody"
"""The word of `assign` that takes the assignee away."""
LAST: Final = "last"
"""The word of `assign` for the member of the staff who last answered this requester."""

ME: Final = "me"
"""The word of a macro's `assign` for the person who applies it."""

Kind: TypeAlias = str


class Fields(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Values for fields of a ticket: group, category and own status by name, own fields by key (null clears one)."""

    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    type: TicketType | UnsetType = UNSET
    group: str | UnsetType = UNSET
    category: str | UnsetType = UNSET
    custom_status: str | UnsetType = UNSET
    fields: dict[str, FieldValue] | UnsetType = UNSET


class Escalation(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The priority goes up by one, the ticket into a group if one is named, and the leads are notified."""

    group: str | UnsetType = UNSET


class Words(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Words to write on a ticket: a text with the variables of canned responses, or a canned response by its title.

    `files` are names of files of the rule. Each use attaches copies.
    """

    text: str | UnsetType = UNSET
    canned: str | UnsetType = UNSET
    files: list[str] = []


class Notice(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A notification in the app for members of the staff. `text` may hold variables."""

    text: str
    people: list[str] = []
    groups: list[str] = []
    assignee: bool = False
    leads: bool = False


class Call(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A call of a registered webhook, named by its address or id. Strings in `data` may hold variables."""

    webhook: str
    data: dict[str, Any] = {}


class Letter(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mail, not a comment: to addresses, or to `requester`, `assignee`, `group`, `leads`, `followers` (those of the staff).

    `subject` and `text` may hold variables.
    """

    to: list[str]
    subject: str
    text: str


class Distribution(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A member of the ticket's group, or of the one that is named, gets the ticket if it is unassigned.

    `round_robin`: who was given one longest ago; `least_open`: who has the fewest open tickets, then the same. With
    `present` only those count who are online.
    """

    group: str | UnsetType = UNSET
    by: Literal["round_robin", "least_open"] = "round_robin"
    present: bool = True


class Action(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One action, under exactly one key.

    `fill` sets what is empty; `assign` takes a name, an address, `last` (who last answered this requester) or
    `nobody`; `snooze` takes how long (`2d`). Those from `escalate` on are effects: they follow the change, from the journal;
    `escalate` and `macro`, which takes the title of a shared one, change the ticket as well.
    """

    set: Fields | UnsetType = UNSET
    fill: Fields | UnsetType = UNSET
    add_tags: list[str] | UnsetType = UNSET
    remove_tags: list[str] | UnsetType = UNSET
    assign: str | UnsetType = UNSET
    snooze: str | UnsetType = UNSET
    escalate: Escalation | UnsetType = UNSET
    macro: str | UnsetType = UNSET
    distribute: Distribution | UnsetType = UNSET
    follow: list[str] | UnsetType = UNSET
    unfollow: list[str] | UnsetType = UNSET
    reply: Words | UnsetType = UNSET
    note: Words | UnsetType = UNSET
    notify: Notice | UnsetType = UNSET
    mail: Letter | UnsetType = UNSET
    webhook: Call | UnsetType = UNSET


EffectKind = Literal[
    "escalate", "macro", "distribute", "follow", "unfollow", "reply", "note", "notify", "mail", "webhook"
]
EFFECTS: Final[tuple[EffectKind, ...]] = get_args(EffectKind)
"""The actions that follow the change; an escalation and a macro are part of it, too."""


def effect_of(action: Action) -> EffectKind | None:
    """The effect that an action is; None for one that is part of the change."""
    return next((name for name in EFFECTS if getattr(action, name) is not UNSET), None)


ACTIONS: Final = {
    "set": Fields.__struct_fields__, "fill": ("group", "category", "fields"), "add_tags": (), "remove_tags": (), "assign": (),
    "snooze": (), "escalate": Escalation.__struct_fields__,
    "macro": (), "distribute": Distribution.__struct_fields__, "follow": (), "unfollow": (),
    "reply": Words.__struct_fields__, "note": Words.__struct_fields__, "notify": Notice.__struct_fields__,
    "mail": Letter.__struct_fields__,
    "webhook": Call.__struct_fields__,
}  # fmt: skip
"""Every action, with the fields that it takes."""


class Meaning(Struct, frozen=True):
    """The object that a name in a rule means."""

    kind: Kind
    name: str
    id: UUID


class Repeat(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An automation fires again `every` so often (`1d`), `most` times for one moment, the first included."""

    every: str
    most: Annotated[int, Meta(ge=2, le=100)]


class Timing(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When an automation fires: `after` a moment of the ticket (`3d`, `3d working`), or before one (`-2h`).

    The last time it may carry out other actions (`finally`). `catch_up`: moments from before it was switched on count too.
    """

    after: str
    since: str
    repeat: Repeat | None = None
    last_actions: list[Action] = field(name="finally", default=[])
    catch_up: bool = False


SINCE: Final = (
    "created", "updated", "status", "assigned", "solved", "customer.wrote", "staff.wrote", "due.first_response",
    "due.resolution",
)  # fmt: skip
"""The moments of a ticket from which automations count, besides dates of its own: `field.<key>`."""
MOMENT: Final = "moment"
"""The occasion of automations."""
SCHEDULED: Final = "scheduled"
"""The occasion of schedules."""


class Schedule(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When a schedule fires (`mon 08:00`, by the organization's clock).

    `tickets` is the number of tickets that it may meet when it is switched on, where that is a large one.
    """

    every: str
    tickets: int | None = None


class MacroInForce(Struct, frozen=True):
    """The actions of a shared macro that may be used, with the objects that their names mean."""

    title: str
    version: int
    actions: list[Action]
    names: list[Meaning]


class StoredRule(Struct, frozen=True):
    """An enabled rule as the database has it."""

    id: UUID
    name: str
    occasions: list[str]
    condition: dict[str, Any]
    """The condition as written, under `when`; None there for one that always holds."""
    actions: list[Action]
    names: list[Meaning]
    stop: bool
    version: int
    timing: Timing | None = None
    armed_at: datetime | None = None
    schedule: Schedule | None = None

    @property
    def woken_on(self) -> list[str]:
        """The occasions that wake it."""
        if self.schedule is not None:
            return [SCHEDULED]
        return self.occasions if self.timing is None else [MOMENT]


class Trigger(Struct, frozen=True):
    """The actions of a compiled rule, and its name and version for the journal."""

    name: str
    version: int
    actions: list[Action]
    ids: dict[tuple[str, str], UUID]
    effects: list[int]
    """The places of the actions that follow the change."""
    calls: list[UUID]
    """The webhooks that they call."""
    clock: Clock | None = None
    since: str | None = None
    last: "Trigger | None" = None
    """The actions of the last time."""
    is_last: bool = False
    scheduled: bool = False


Rule: TypeAlias = plan.Rule[Trigger]


BEYOND_THE_ROW: Final = frozenset(
    {"has", "follower", "linked", "comment.has", "requester.company", "requester.field", "requester.open"}
)
"""The facts that a ticket's row does not hold."""


def asks_beyond_the_row(rules: Sequence[Rule]) -> bool:
    """Whether any of these rules asks for facts that a ticket's row does not hold."""
    return any(not rule.reads.isdisjoint(BEYOND_THE_ROW) for rule in rules)


class Awake(Struct, frozen=True):
    """The rules that some occasions wake, in their order; whether any of them asks for facts beyond the ticket's row."""

    rules: list[Rule]
    ask_beyond_the_row: bool
    gates: Gates

    def possible(self, ticket: TicketFacts, occasion: Occasion) -> list[Rule]:
        """Those whose conditions may hold: the others lack a word, or the requester, that they ask for."""
        return [self.rules[place] for place in self.gates.passed(ticket, occasion)]


class RuleBook:
    """The compiled rules of an organization."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = [rule for rule in rules if rule.actions.clock is None and not rule.actions.scheduled]
        self.automations = [rule for rule in rules if rule.actions.clock is not None]
        self.schedules = {rule.id: rule for rule in rules if rule.actions.scheduled}
        self._awake: dict[frozenset[str], Awake] = {}

    def awake(self, kinds: frozenset[str]) -> Awake:
        """The rules that occasions of these kinds wake."""
        found = self._awake.get(kinds)
        if found is None:
            rules = [rule for rule in self.rules if not rule.on.isdisjoint(kinds)]
            found = self._awake[kinds] = Awake(rules, asks_beyond_the_row(rules), Gates([rule.gate for rule in rules]))
        return found


NO_RULES: Final = RuleBook([])


def condition_of(written: Any, ids: dict[tuple[str, str], UUID], now: datetime) -> Operators:
    """A compiled condition; none is one that always holds. Raises `Invalid` for `when`."""
    return _read(written, ids, now)[0]


def _read(written: Any, ids: dict[tuple[str, str], UUID], now: datetime) -> tuple[Operators, Gate | None]:
    if written is None:
        return joined("all", ()), None
    try:
        tree = parse_group(written, now=now, vocabulary=RULES, path="when")
        return compiled(tree, ids), gate_of(tree)
    except Invalid as refused:
        raise Invalid([_below_when(problem) for problem in refused.problems]) from None


def _below_when(problem: Problem) -> Problem:
    if problem.path.partition(".")[0] == "when":
        return problem
    return msgspec.structs.replace(problem, path=f"when.{problem.path}" if problem.path else "when")


def ready(stored: StoredRule) -> Rule:
    """A stored rule, compiled."""
    ids = {(each.kind, each.name): each.id for each in stored.names}
    when, gate = _read(stored.condition["when"], ids, datetime.now(UTC))
    on = frozenset(stored.woken_on)
    return plan.Rule(
        id=stored.id, on=on, stop=stored.stop, when=when, reads=when.reads(), actions=trigger_of(stored, ids), gate=gate
    )  # fmt: skip


def trigger_of(stored: StoredRule, ids: dict[tuple[str, str], UUID]) -> Trigger:
    """The actions of a stored rule."""
    effects = [place for place, action in enumerate(stored.actions) if effect_of(action) is not None]
    calls = [
        ids["webhook", action.webhook.webhook] for action in stored.actions if not isinstance(action.webhook, UnsetType)
    ]
    trigger = Trigger(
        stored.name, stored.version, stored.actions, ids, effects, calls, scheduled=stored.schedule is not None
    )
    if stored.timing is None:
        return trigger
    last = None
    if stored.timing.last_actions:
        last = trigger_of(replace(stored, actions=stored.timing.last_actions, timing=None), ids)
        last = replace(last, is_last=True)
    return replace(trigger, clock=clock_of(stored.timing, stored.armed_at), since=stored.timing.since, last=last)


def clock_of(timing: Timing, armed_at: datetime | None) -> Clock:
    """A timing, read. Raises `ValueError` for a duration that cannot be read."""
    repeat = timing.repeat
    return Clock(
        after=parse_length(timing.after.removeprefix("-")),
        every=None if repeat is None else parse_length(repeat.every),
        most=1 if repeat is None else repeat.most,
        catch_up=timing.catch_up,
        armed_at=armed_at,
        before=timing.after.startswith("-"),
    )
