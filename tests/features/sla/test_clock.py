import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from deskbell.features.sla.history import History, measure, replay
from deskbell.kernel.sla_clock import (
    DEFAULT_POLICIES,
    RUNNING,
    Clock,
    Policy,
    answered,
    due_at,
    elapsed,
    on_status,
    opened,
    read,
    read_ticket,
    status_changed,
)

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = Policy(first_response_seconds=3_600, resolution_seconds=4 * 3_600)


def hours(count: float) -> datetime:
    return NINE + count * HOUR


# -- by example --------------------------------------------------------------------------------------------------------


def test_a_new_ticket_is_due_one_target_after_its_creation() -> None:
    first, resolution = read_ticket(opened(NINE), POLICY, hours(0.5))
    assert (first.due_at, first.elapsed, first.remaining) == (hours(1), HOUR / 2, HOUR / 2)
    assert first.running
    assert not first.breached
    assert resolution.due_at == hours(4)


@pytest.mark.parametrize("waiting", ["pending", "hold"])
def test_waiting_for_others_stops_both_clocks_and_moves_both_deadlines(waiting: str) -> None:
    clocks = status_changed(opened(NINE), hours(0.5), waiting)
    first, resolution = read_ticket(clocks, POLICY, hours(10))
    assert (first.due_at, first.remaining, first.breached, first.running) == (None, HOUR / 2, False, False)
    assert resolution.remaining == 3.5 * HOUR
    first, resolution = read_ticket(status_changed(clocks, hours(10), "open"), POLICY, hours(10))
    assert (first.due_at, resolution.due_at) == (hours(10.5), hours(13.5))


def test_the_moment_itself_is_late_and_the_one_before_is_not() -> None:
    clock = opened(NINE).first_response
    assert not read(clock, HOUR, hours(1) - timedelta(microseconds=1)).breached
    assert read(clock, HOUR, hours(1)).breached


def test_an_answer_ends_the_first_response_clock_for_good() -> None:
    clocks = answered(opened(NINE), hours(0.75))
    later = answered(status_changed(status_changed(clocks, hours(1), "pending"), hours(2), "open"), hours(5))
    first, resolution = read_ticket(later, POLICY, hours(5))
    assert (first.elapsed, first.breached, first.running) == (0.75 * HOUR, False, False)
    assert later.first_responded_at == hours(0.75)
    assert (resolution.elapsed, resolution.breached) == (4 * HOUR, True)


def test_reopening_resumes_the_resolution_clock_where_it_stood() -> None:
    solved = status_changed(opened(NINE), hours(3), "solved")
    assert read_ticket(solved, POLICY, hours(100))[1].elapsed == 3 * HOUR
    assert read_ticket(status_changed(solved, hours(100), "open"), POLICY, hours(100))[1].due_at == hours(101)


def test_another_priority_changes_the_target_and_not_the_time_used() -> None:
    clocks = opened(NINE)
    before, after = (read_ticket(clocks, DEFAULT_POLICIES[priority], hours(2))[0] for priority in ("normal", "urgent"))
    assert before.elapsed == after.elapsed == 2 * HOUR
    assert (before.breached, after.breached) == (False, True)
    assert (after.due_at, after.remaining) == (hours(1), -HOUR)


def test_without_a_target_nothing_is_due_and_nothing_is_missed() -> None:
    first, _ = read_ticket(opened(NINE), Policy(None, None), hours(1000))
    assert (first.due_at, first.remaining, first.breached, first.elapsed) == (None, None, False, 1000 * HOUR)


def test_a_target_of_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one second"):
        Policy(0, 60)


def test_a_solved_ticket_is_held_against_the_priority_that_it_was_solved_with() -> None:
    history = History(
        created_at=NINE,
        priority="low",
        status_changes=((hours(20), "solved"),),
        priority_changes=((hours(30), "urgent"),),
        first_responded_at=hours(20),
    )
    first, resolution = measure(history, DEFAULT_POLICIES, hours(40))
    assert (first.breached, resolution.breached) == (False, False)
    reopened = replace(history, status_changes=((hours(20), "solved"), (hours(31), "open")))
    first, resolution = measure(reopened, DEFAULT_POLICIES, hours(40))
    assert (first.breached, resolution.breached) == (False, True)


def test_what_comes_later_does_not_change_how_things_stood() -> None:
    history = History(
        created_at=NINE, priority="urgent", status_changes=((hours(2), "solved"),), first_responded_at=hours(2)
    )
    first, resolution = measure(history, DEFAULT_POLICIES, hours(1.5))
    assert (first.breached, first.running, resolution.running) == (True, True, True)


# -- laws --------------------------------------------------------------------------------------------------------------

STATUSES = st.sampled_from(["new", "open", "pending", "hold", "solved", "closed"])
GAPS = st.timedeltas(timedelta(0), timedelta(days=40))
STEPS = st.lists(st.tuples(GAPS, STATUSES), max_size=12)
TARGETS = st.timedeltas(timedelta(seconds=1), timedelta(days=60))


def at_moments(steps: list[tuple[timedelta, str]]) -> list[tuple[datetime, str]]:
    moment, result = NINE, []
    for gap, status in steps:
        moment += gap
        result.append((moment, status))
    return result


def summed(changes: list[tuple[datetime, str]], until: datetime, first: str = "new") -> timedelta:
    """The definition, written out: the lengths of all stretches of the history in which the ticket waits for staff."""
    edges = [(NINE, first), *changes, (until, "closed")]
    stretches = [
        (status, min(end, until) - min(start, until)) for (start, status), (end, _) in itertools.pairwise(edges)
    ]
    return sum((length for status, length in stretches if status in RUNNING), timedelta(0))


@given(STEPS, STATUSES, GAPS, st.none() | GAPS)
def test_step_by_step_gives_what_the_whole_history_gives(
    steps: list[tuple[timedelta, str]], first: str, rest: timedelta, answer_after: timedelta | None
) -> None:
    changes = at_moments(steps)
    end = (changes[-1][0] if changes else NINE) + rest
    answer = None if answer_after is None else min(NINE + answer_after, end)
    clocks = opened(NINE, first)
    for moment, status in changes:
        if answer is not None and answer <= moment:
            clocks = answered(clocks, answer)  # again and again: only the first one may count
        clocks = status_changed(clocks, moment, status)
    clocks = clocks if answer is None else answered(clocks, answer)
    assert elapsed(clocks.resolution, end) == summed(changes, end, first)
    assert elapsed(clocks.first_response, end) == summed(changes, answer or end, first)
    history = History(
        created_at=NINE,
        status=first,
        priority="low",
        status_changes=tuple(reversed(changes))
        if len({moment for moment, _ in changes}) == len(changes)
        else tuple(changes),
        first_responded_at=answer,
    )
    assert replay(history, end) == clocks


@given(STEPS, TARGETS, GAPS)
def test_pausing_for_a_while_moves_the_deadline_by_just_that_while(
    steps: list[tuple[timedelta, str]], target: timedelta, pause: timedelta
) -> None:
    changes = at_moments(steps)
    clock = opened(NINE).resolution
    for moment, status in changes:
        clock = on_status(clock, moment, status)
    due = due_at(clock, target)
    assume(due is not None)
    assert due is not None
    now = (changes[-1][0] if changes else NINE) + HOUR
    resumed = on_status(on_status(clock, now, "hold"), now + pause, "open")
    assert due_at(resumed, target) == due + pause


@given(STEPS, st.lists(st.timedeltas(timedelta(days=-9), timedelta(days=9)), min_size=12, max_size=12), TARGETS)
def test_time_used_is_never_negative_and_never_shrinks_even_if_moments_jump_back(
    steps: list[tuple[timedelta, str]], jumps: list[timedelta], target: timedelta
) -> None:
    clock = opened(NINE).resolution
    for (moment, status), jump in zip(at_moments(steps), jumps, strict=False):
        before = clock.consumed
        clock = on_status(clock, moment + jump, status)
        assert clock.consumed >= before >= timedelta(0)
        assert elapsed(clock, NINE - 99 * HOUR) >= timedelta(0)
        assert read(clock, target, moment).elapsed >= timedelta(0)


@given(STEPS, TARGETS, GAPS)
def test_the_deadline_is_the_first_moment_of_the_breach(
    steps: list[tuple[timedelta, str]], target: timedelta, rest: timedelta
) -> None:
    clock = opened(NINE).resolution
    last = NINE
    for last, status in at_moments(steps):
        clock = on_status(clock, last, status)
    now = last + rest
    reading = read(clock, target, now)
    assert reading.breached == (reading.remaining is not None and reading.remaining <= timedelta(0))
    if reading.due_at is not None:
        assert reading.breached == (now >= reading.due_at)
        assert reading.remaining == reading.due_at - now


@given(STATUSES, GAPS)
def test_a_repeated_status_changes_nothing(status: str, gap: timedelta) -> None:
    once = on_status(Clock(), NINE, status)
    assert on_status(once, NINE + gap, status) == once
