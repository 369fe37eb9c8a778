"""Rules decide with the change that wakes them: what they set is part of the same write."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.events import RuleFired
from deskbell.features.tickets.facts import beyond_of, facts_of, requester_of
from deskbell.features.tickets.queries import rules as queries
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.rules import Rule, RuleBook, asks_beyond_the_row
from deskbell.features.tickets.service.acting import Decision, Run
from deskbell.kernel.access import step
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.kernel.rules.facts import CommentFacts, Occasion, TicketFacts
from deskbell.kernel.rules.fuse import LOOKS_BACK, resting_since
from deskbell.kernel.rules.words import Words
from deskbell.kernel.words import Channel
from deskbell.runtime.database import UnitOfWork

MAX_ROUNDS: Final = 5
"""The maximum number of rounds in which effects of rules wake further rules."""


@step("`create` and `write`")
async def decide(
    uow: UnitOfWork,
    book: RuleBook,
    was: Ticket | None,
    ticket: Ticket,
    comment: Comment | None,
    changed: set[str],
    *,
    by_rule: bool = False,
    more: frozenset[str] = frozenset(),
) -> Decision:
    """Fires rules on a ticket as a change leaves it; `was` is the ticket before, None for a creation.

    `more` are occasions besides those that follow from the change.
    """
    kinds = kinds_of(was, ticket, comment, changed) | more
    awake = book.awake(kinds)
    if not awake.rules:
        return Decision(ticket, [])
    occasion = occasion_of(uow, kinds, was, ticket, comment, changed, by_rule=by_rule)
    facts = facts_of(ticket)
    rules = awake.possible(facts, occasion)
    if not rules:
        return Decision(ticket, [])
    beyond = awake.ask_beyond_the_row and asks_beyond_the_row(rules)
    run = await prepared(uow, ticket, occasion, beyond=beyond, is_new=was is None, facts=facts)
    decision = await run.settled(rules)
    if decision.firings and was is not None:
        decision = await bounded(uow, run, rules, decision)
    return replace(decision, automatic=occasion.automatic, woken_by=sorted(occasion.woken_by))


@step("`create`, `write` and the watch of automations")
async def prepared(
    uow: UnitOfWork,
    ticket: Ticket,
    occasion: Occasion,
    *,
    beyond: bool,
    is_new: bool = False,
    facts: TicketFacts | None = None,
) -> Run:
    """A run of rules on a ticket, with facts beyond its row if they are asked for. `facts` are those of its row, if known."""
    known = facts_of(ticket) if facts is None else facts
    more = await queries.more_facts(uow.db, ticket.requester.id, ticket.id) if beyond else None
    if more is not None:
        occasion = replace(occasion, requester=requester_of(ticket, more, is_new=is_new))
    return Run(uow, ticket, known if more is None else replace(known, beyond=beyond_of(more)), occasion)


@step("`create`, `write` and the watch of automations")
async def bounded(uow: UnitOfWork, run: Run, rules: Sequence[Rule], decision: Decision) -> Decision:
    """The decision without rules that have fired in this operation before, or too often: loops end here."""
    fired = [firing.rule.id for firing in decision.firings]
    ticket_id, operation_id = run.start.id, uow.origin.operation_id
    # Of all rules: without one that ends the pass, others fire that have fired in this operation as well.
    before = await queries.fired_before(
        uow.db, ticket_id, [rule.id for rule in rules], operation_id, uow.now - LOOKS_BACK
    )
    if before.round >= MAX_ROUNDS and uow.origin.rule_id is not None:
        return Decision(run.start, [], bound="rounds")
    spent = {each.rule_id for each in before.rules if each.in_operation} | _fired_in_unit(uow, ticket_id)
    began = {each.rule_id: resting_since(each.fired, uow.now) for each in before.rules}
    resting = {rule_id for rule_id, since in began.items() if since is not None}
    if not spent.isdisjoint(fired) or not resting.isdisjoint(fired):
        decision = await run.settled([rule for rule in rules if rule.id not in spent and rule.id not in resting])
    halted = [each.rule_id for each in before.rules if each.rule_id in fired and _is_news(each, began[each.rule_id])]
    return replace(decision, halted=halted, round=before.round + 1 if uow.origin.rule_id is not None else 1)


def _is_news(rule: queries.FiredBefore, resting: datetime | None) -> bool:
    """Whether a rule rests, and this rest is not recorded yet."""
    return resting is not None and (rule.halted_at is None or rule.halted_at < resting)


def _fired_in_unit(uow: UnitOfWork, ticket_id: UUID) -> set[UUID]:
    """The rules that earlier writes of this unit fired on a ticket."""
    return {
        each.rule_id
        for each in uow.recorded
        if each.rule_id is not None and isinstance(each.event, RuleFired) and each.event.ticket_id == ticket_id
    }


def kinds_of(was: Ticket | None, ticket: Ticket, comment: Comment | None, changed: set[str]) -> frozenset[str]:
    """The occasions that a change is."""
    kinds = {"ticket.created"} if was is None else set()
    if comment is not None:
        kinds.add("comment.added")
    if was is not None and changed:
        kinds |= {"ticket.assigned"} if changed & {"assignee", "group"} else set()
        kinds |= {"ticket.updated"} if changed - {"assignee", "group"} else set()
        kinds |= {"ticket.reopened"} if was.done and not ticket.done else set()
    return frozenset(kinds)


@step("`create` and `write`")
def occasion_of(
    uow: UnitOfWork,
    kinds: frozenset[str],
    was: Ticket | None,
    ticket: Ticket,
    comment: Comment | None,
    changed: set[str],
    *,
    by_rule: bool = False,
) -> Occasion:
    """A change as conditions see it."""
    actor = uow.actor
    by_staff = (
        actor.is_staff if actor.user_id is not None else comment is not None and comment.author.role in STAFF_ROLES
    )
    channel = ticket.channel if comment is None else comment.channel
    way = "mail" if channel == Channel.EMAIL else "api"
    if actor.user_id is not None:
        way = "person" if actor.api_key_id is None else "api"
    if by_rule or uow.origin.rule_id is not None:
        way = "rule"
    mail = None if by_rule else uow.origin.mail
    woken_by = {way, "staff" if by_staff else "customer"}
    if actor.api_key_id is not None:
        woken_by.add(str(actor.api_key_id))
    return Occasion(
        kinds=kinds, woken_by=frozenset(woken_by), actor_id=actor.user_id,
        automatic=(comment is not None and comment.automatic) or (mail is not None and mail.automatic), mail=mail,
        was=None if was is None else facts_of(was), changed=frozenset(changed),
        requester=requester_of(ticket, None),
        comment=None if comment is None else comment_facts(ticket, comment, by_staff=by_staff),
    )  # fmt: skip


def comment_facts(ticket: Ticket, comment: Comment, *, by_staff: bool) -> CommentFacts:
    """A comment as conditions see it."""
    author = {"staff" if by_staff else "customer"} | (
        {"requester"} if comment.author.id == ticket.requester.id else set()
    )
    return CommentFacts(
        public=comment.public, author_id=comment.author.id, written_by=frozenset(author), body=Words(comment.body),
        has_attachment=bool(comment.attachments),
    )  # fmt: skip
