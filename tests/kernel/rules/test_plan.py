"""Any set of rules ends, is deterministic, and fires each rule at most once."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deskbell.kernel.rules.facts import Occasion, TicketFacts
from deskbell.kernel.rules.matching import compiled
from deskbell.kernel.rules.plan import MAX_FIRINGS, Applied, Outcome, Rule, run
from deskbell.kernel.rules.vocabulary import RULES
from deskbell.kernel.rules.words import Words
from deskbell.kernel.search.groups import parse_group

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TICKET = TicketFacts(
    number=7, status="new", priority="normal", type="question", channel="web", requester_id=UUID(int=1), assignee_id=None,
    group_id=None, category_id=None, tags=(), created_at=NOW, updated_at=NOW, solved_at=None, subject=Words("Boots"),
    description=Words("too small"),
)  # fmt: skip
CREATED = Occasion(kinds=frozenset({"ticket.created"}))
Sets = dict[str, Any]


def rule(number: int, when: Any, sets: Sets, *, stop: bool = False, on: str = "ticket.created") -> Rule[Sets]:
    tree = parse_group(when, now=NOW, vocabulary=RULES)
    asked = compiled(tree, {})
    return Rule(id=UUID(int=number), on=frozenset({on}), when=asked, reads=asked.reads(), actions=sets, stop=stop)


def act(fired: Rule[Sets], ticket: TicketFacts) -> Applied:
    changed = {name for name, value in fired.actions.items() if getattr(ticket, name) != value}
    return Applied(replace(ticket, **fired.actions), frozenset(changed))


def outcome(*rules: Rule[Sets], spent: frozenset[UUID] = frozenset()) -> Outcome:
    return run(rules, TICKET, CREATED, NOW, act, spent=spent)


def numbers(found: Outcome) -> list[int]:
    return [each.int for each in found.fired]


def test_a_rule_that_sets_what_it_asks_for_fires_once() -> None:
    found = outcome(rule(1, "status:new,open", {"status": "open"}))
    assert (numbers(found), found.ended, found.ticket.status) == ([1], "done", "open")


def test_a_rule_sees_what_those_above_set_and_is_asked_again_after_those_below() -> None:
    below = rule(3, "status:new", {"priority": "high"})
    found = outcome(
        rule(1, "priority:urgent", {"type": "task"}), rule(2, "priority:high", {"priority": "urgent"}), below
    )
    assert numbers(found) == [3, 2, 1]


def test_two_rules_that_undo_each_other_end() -> None:
    found = outcome(rule(1, "priority:normal", {"priority": "high"}), rule(2, "priority:high", {"priority": "normal"}))
    assert (numbers(found), found.ticket.priority) == ([1, 2], "normal")


def test_a_rule_is_not_asked_again_by_changes_that_it_does_not_read() -> None:
    asked = []

    def counted(fired: Rule[Sets], ticket: TicketFacts) -> Applied:
        asked.append(fired.id.int)
        return act(fired, ticket)

    rules = [rule(1, "-status:new", {}), rule(2, "status:new", {"type": "task"})]
    assert numbers(run(rules, TICKET, CREATED, NOW, counted)) == [2] == asked


def test_after_a_rule_with_stop_no_later_rule_fires() -> None:
    found = outcome(
        rule(1, "status:new", {}), rule(2, "status:new", {}, stop=True), rule(3, "status:new", {"type": "task"})
    )
    assert (numbers(found), found.ended) == ([1, 2], "stopped")


def test_a_rule_with_stop_that_does_not_fire_stops_nothing() -> None:
    assert numbers(outcome(rule(1, "status:closed", {}, stop=True), rule(2, "status:new", {}))) == [2]


def test_rules_fire_on_the_occasions_that_they_name_and_not_again_in_an_operation() -> None:
    found = outcome(
        rule(1, "status:new", {}), rule(2, "status:new", {}, on="comment.added"), rule(3, "status:new", {}),
        spent=frozenset({UUID(int=1)}),
    )  # fmt: skip
    assert numbers(found) == [3]


def test_a_rule_that_raises_is_skipped_and_listed() -> None:
    found = outcome(rule(1, "status:new", {"colour": "red"}), rule(2, "status:new", {"type": "task"}))
    assert (numbers(found), [each.int for each in found.failed], found.ticket.type) == ([2], [1], "task")


@pytest.mark.parametrize(("count", "ended"), [(MAX_FIRINGS, "done"), (MAX_FIRINGS + 1, "halted")])
def test_more_firings_than_the_bound_are_halted(count: int, ended: str) -> None:
    found = outcome(*(rule(n, "status:new", {}) for n in range(1, count + 1)))
    assert (len(found.fired), found.ended) == (MAX_FIRINGS, ended)


STATES = {"status": ["new", "open", "pending"], "priority": ["low", "normal", "high"], "type": ["question", "task"]}
conditions = st.lists(
    st.sampled_from([f"{sign}{name}:{value}" for name, values in STATES.items() for value in values for sign in ("", "-")]),
    min_size=1, max_size=2,
).map(" ".join)  # fmt: skip
groups = conditions | st.dictionaries(
    st.sampled_from(["all", "any", "none"]), st.lists(conditions, min_size=1, max_size=3), min_size=1
)
changes = st.dictionaries(st.sampled_from(list(STATES)), st.integers(0, 1), max_size=2).map(
    lambda drawn: {name: STATES[name][place] for name, place in drawn.items()}
)
drafts = st.lists(st.tuples(groups, changes, st.integers(0, 9).map(lambda n: n == 0)), max_size=50)


@given(drafts)
def test_any_set_of_rules_ends_is_deterministic_and_fires_each_at_most_once(
    drawn: list[tuple[Any, Sets, bool]],
) -> None:
    rules = [rule(n, when, sets, stop=stop) for n, (when, sets, stop) in enumerate(drawn, 1)]
    found = outcome(*rules)
    assert len(set(found.fired)) == len(found.fired)
    assert found == outcome(*rules)
    if found.ended == "done":
        left = [each for each in rules if each.id not in found.fired]
        assert not any(each.when.holds(found.ticket, CREATED, NOW) for each in left)
