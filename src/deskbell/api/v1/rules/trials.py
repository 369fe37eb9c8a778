"""v1: trials of rules over the past, and taking back what a rule did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct

from deskbell.api.shared.requests import DeskbellRequest, say_for
from deskbell.api.shared.routing import Uow, post
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.fields import MOMENT, moment_of
from deskbell.api.v1.operations.shapes import OperationDetails
from deskbell.api.v1.rules.shapes import CreateRule
from deskbell.features.effects.recipients import Destination, destinations_of
from deskbell.features.operations import service as operations
from deskbell.features.rules import trials
from deskbell.features.rules.trials import MAX_TICKETS, NewTrial, Trial, Tried
from deskbell.features.rules.undoing import RuleUndo
from deskbell.features.tickets.rules import EffectKind
from deskbell.kernel.errors import Invalid
from deskbell.kernel.events import Change
from deskbell.kernel.permissions import Permission
from deskbell.kernel.rules.values import Asked

TAG: Final = ["Rules"]
_Moment = Annotated[str, Meta(description=MOMENT)]


class TryRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule and a time to try it over: a saved one by `rule_id`, a draft as `rule`, or a draft in place of a saved one.

    The time is 7 days at most; with `ticket_ids` it may be longer. Without `until` it ends now. `after` is `next_after` of the
    page before.
    """

    rule_id: UUID | None = None
    rule: CreateRule | None = None
    since: _Moment
    until: _Moment | None = None
    ticket_ids: Annotated[list[UUID], Meta(min_length=1, max_length=MAX_TICKETS)] | None = None
    after: UUID | None = None


class DestinationView(Struct, frozen=True):
    """An effect that would follow, and its recipients as of today: addresses of people, or that of a webhook."""

    kind: EffectKind
    to: list[str]


class TriedView(Struct, frozen=True, kw_only=True):
    """A change at which the rule would have fired, or did.

    `difference` compares with what it did: the `same`, a `new` firing, one that would be `gone`, or `other` changes. `held` are
    the operators that hold, `effects` what would follow, and `destinations` the recipients of each; `did` are the changes that
    were made.
    """

    ticket_id: UUID
    number: int
    subject: str
    event_id: int
    at: datetime
    difference: Literal["same", "new", "gone", "other"]
    held: list[Asked]
    changes: dict[str, Change]
    refused: list[str]
    effects: list[EffectKind]
    destinations: list[DestinationView]
    did: dict[str, Change] | None

    @classmethod
    def of(cls, tried: Tried, destinations: Sequence[Destination]) -> "TriedView":
        """A change as v1 shows it."""
        shown = {name: getattr(tried, name) for name in cls.__struct_fields__ if name in tried.__struct_fields__}
        return cls(
            **shown, effects=[each.kind for each in tried.to_come],
            destinations=[DestinationView(each.kind, each.to) for each in destinations],
        )  # fmt: skip


class TrialView(Struct, frozen=True, kw_only=True):
    """A page of a trial: how many tickets and changes were looked at. With `next_after` there are more.

    `left_out` are the numbers of tickets that have more than 10,000 events.
    """

    tickets: int
    occasions: int
    tried: list[TriedView]
    left_out: list[int]
    next_after: UUID | None

    @classmethod
    def of(cls, trial: Trial, destinations: Sequence[Sequence[Destination]]) -> "TrialView":
        """A page as v1 shows it."""
        tried = [TriedView.of(*each) for each in zip(trial.tried, destinations, strict=True)]
        return cls(
            tickets=trial.tickets, occasions=trial.occasions, tried=tried,
            left_out=trial.left_out, next_after=trial.next_after,
        )  # fmt: skip


class UndoRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The firings to take back: those since a moment, until another, of one version or of all.

    With `redo`, tickets get what the rule as it is now would have done; then neither `until` nor `version` may be given.
    """

    since: _Moment
    until: _Moment | None = None
    version: Annotated[int, Meta(ge=1)] | None = None
    redo: bool = False


@post(
    "/rules/trials", permission=(Permission.RULE_MANAGE, Permission.TICKET_READ, Permission.TICKET_EXPLAIN), tags=TAG,
    summary="Try a rule over the past", status_code=200,
)  # fmt: skip
async def try_rule(uow: Uow, data: JSONBody[TryRule]) -> Success[TrialView]:
    """Lists the changes at which a rule would have fired, and where that differs from what it did. Writes nothing.

    Each ticket is rebuilt as it was at each of its changes. Up to 200 tickets, with 10,000 events together, are looked at in
    one answer.
    """
    since = await _moment(uow, "since", data.since)
    until = uow.now if data.until is None else await _moment(uow, "until", data.until)
    draft = None if data.rule is None else data.rule.command()
    asked = NewTrial(
        rule_id=data.rule_id,
        draft=draft,
        since=since,
        until=until,
        ticket_ids=data.ticket_ids,
        after=data.after,
        file_ids=UNSET if data.rule is None or not data.rule.file_ids else data.rule.file_ids,
    )
    trial = await trials.try_rule(uow, asked)
    return Success(TrialView.of(trial, await destinations_of(uow, trial)))


@post(
    "/rules/{rule_id:str}/undo",
    permission=(Permission.RULE_MANAGE, Permission.TICKET_READ, Permission.TICKET_UPDATE, Permission.TICKET_ASSIGN),
    tags=TAG, summary="Undo what a rule did", status_code=200,
)  # fmt: skip
async def undo_rule(
    uow: Uow, request: DeskbellRequest, rule_id: FromPath[UUID], data: JSONBody[UndoRule]
) -> Success[OperationDetails]:
    """Takes back what a rule did to fields of tickets in the last 7 days; what was changed since is kept and listed.

    It wakes no rule, and the operation can be undone itself. More than 100 tickets are a job: follow the operation.
    """
    if data.redo and (data.until is not None or data.version is not None):
        raise Invalid.field("redo", "rule.undo_or_redo")
    until = uow.now if data.until is None else await _moment(uow, "until", data.until)
    since = await _moment(uow, "since", data.since)
    undo = RuleUndo(rule_id=rule_id, since=since, until=until, version=data.version, redo=data.redo)
    return Success(OperationDetails.with_results(await operations.undo_rule(uow, undo), say_for(request)))


async def _moment(uow: Uow, name: str, text: str) -> datetime:
    moment = await moment_of(uow, name, text)
    if moment is None:
        raise Invalid.field(name, "missing")
    return moment


ROUTES = [try_rule, undo_rule]
