"""The stored service level of a ticket: step by step it agrees with what the whole history says."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from deskbell.features.sla.history import History, measure
from deskbell.features.sla.recomputing import recomputed
from deskbell.kernel.deadlines import Alarm, advanced, alarms_between, marked_due, opened
from deskbell.kernel.sla_clock import Policy

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = Policy(first_response_seconds=3_600, resolution_seconds=4 * 3_600)
URGENT = Policy(first_response_seconds=600, resolution_seconds=1_800)
POLICIES = {"normal": POLICY, "urgent": URGENT, "low": Policy(None, None)}


def hours(count: float) -> datetime:
    return NINE + count * HOUR


def test_the_next_moment_is_the_first_warning_then_the_first_deadline() -> None:
    fresh = opened(NINE, "new", POLICY)
    assert (fresh.first_response_due_at, fresh.resolution_due_at) == (hours(1), hours(4))
    assert fresh.next_at == hours(0.8)
    warned = marked_due(fresh, hours(0.8))
    assert alarms_between(fresh, warned) == [Alarm("warning", "first_response", hours(1))]
    assert warned.next_at == hours(1)
    late = marked_due(warned, hours(1))
    assert alarms_between(warned, late) == [Alarm("breach", "first_response", hours(1))]
    assert late.next_at == hours(3.2)


def test_a_late_watch_reports_the_breach_without_the_warning_before_it() -> None:
    fresh = opened(NINE, "new", POLICY)
    late = marked_due(fresh, hours(2))
    assert [(alarm.kind, alarm.target) for alarm in alarms_between(fresh, late)] == [("breach", "first_response")]
    assert late.first_response_breached_at == hours(1)
    assert marked_due(late, hours(3)) == late


def test_a_pause_takes_the_deadlines_away_and_gives_them_back_later() -> None:
    paused = advanced(opened(NINE, "new", POLICY), hours(0.5), "pending")
    assert paused.paused
    assert (paused.first_response_due_at, paused.resolution_due_at, paused.next_at) == (None, None, None)
    resumed = advanced(paused, hours(10), "open")
    assert (resumed.first_response_due_at, resumed.resolution_due_at) == (hours(10.5), hours(13.5))


def test_an_answer_ends_the_first_clock_and_keeps_its_deadline() -> None:
    answered = advanced(opened(NINE, "new", POLICY), hours(0.5), "open", answered=True)
    assert answered.first_response_due_at == hours(1)
    assert answered.next_at == hours(3.2)
    assert marked_due(answered, hours(2)).first_response_breached_at is None


def test_an_answer_at_the_very_moment_is_late() -> None:
    answered = advanced(opened(NINE, "new", POLICY), hours(1), "open", answered=True)
    assert answered.first_response_breached_at == hours(1)


def test_a_higher_priority_may_breach_immediately_and_a_lower_one_takes_that_back() -> None:
    raised = advanced(opened(NINE, "new", POLICY), hours(0.5), "new", policy=URGENT)
    assert raised.first_response_breached_at == hours(0.5)
    assert raised.resolution_breached_at == hours(0.5)
    lowered = advanced(raised, hours(0.6), "new", policy=POLICY)
    assert (lowered.first_response_breached_at, lowered.first_response_due_at) == (None, hours(1))


def test_what_is_solved_is_judged_for_good_until_it_is_opened_again() -> None:
    solved = advanced(opened(NINE, "new", POLICY), hours(0.5), "solved", answered=True)
    raised = advanced(solved, hours(0.6), "solved", policy=URGENT)
    assert raised.resolution_breached_at is None
    reopened = advanced(raised, hours(9), "open", policy=URGENT)
    assert reopened.resolution_breached_at == hours(9)
    assert reopened.first_response_breached_at is None


MOMENTS = st.integers(0, 60 * 12).map(lambda minutes: NINE + timedelta(minutes=minutes))
STATUSES = st.sampled_from(["new", "open", "pending", "hold", "solved", "closed"])
PRIORITIES = st.sampled_from(sorted(POLICIES))
HISTORIES = st.builds(
    History,
    created_at=st.just(NINE),
    status=STATUSES,
    priority=PRIORITIES,
    status_changes=st.lists(st.tuples(MOMENTS, STATUSES), max_size=6, unique_by=lambda step: step[0]).map(tuple),
    priority_changes=st.lists(st.tuples(MOMENTS, PRIORITIES), max_size=3, unique_by=lambda step: step[0]).map(tuple),
    first_responded_at=st.none() | MOMENTS,
)


@given(HISTORIES, MOMENTS)
def test_step_by_step_and_from_the_whole_history_the_same_is_late(history: History, at: datetime) -> None:
    first, resolution = measure(history, POLICIES, at)
    stored = recomputed(history, POLICIES, at)
    assert (stored.first_response_breached_at is not None) == first.breached
    assert (stored.resolution_breached_at is not None) == resolution.breached
    assert stored.running == resolution.running
    if resolution.running:
        assert stored.resolution_due_at == resolution.due_at
    if first.running:
        assert stored.first_response_due_at == first.due_at


@given(HISTORIES, MOMENTS)
def test_the_next_moment_is_never_missed(history: History, at: datetime) -> None:
    stored = recomputed(history, POLICIES, at)
    if stored.next_at is None:
        assert marked_due(stored, at + 100 * HOUR) == stored
    else:
        assert stored.next_at > at
        assert marked_due(stored, stored.next_at - timedelta(microseconds=1)) == stored
        assert alarms_between(stored, marked_due(stored, stored.next_at))
