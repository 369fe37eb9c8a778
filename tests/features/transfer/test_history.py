"""A history keeps its meaning between the two forms, and has one spelling."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from deskbell.features.transfer.format.history import changes_of, events_of, flattened, steps_of
from deskbell.features.transfer.format.records import Change, PersonRef

FIELDS = ("subject", "status", "assignee", "group", "tags", "reason", "deleted")
ACTORS = st.none() | st.sampled_from([PersonRef(email="a@x.example"), PersonRef(email="b@x.example")])
WORDS = ["new", "open", "closed"]


def change(field: str, hour: int, actor: PersonRef | None, was: str, now: str) -> Change:
    at = datetime(2026, 1, 1, hour, tzinfo=UTC)
    if field == "assignee":
        was, now = f"{was}@x.example", f"{now}@x.example"
    if field == "deleted":
        return Change(at=at, actor=actor, field="deleted", was=was == "new", now=was != "new")
    return Change(at=at, actor=actor, field=field, was=was, now=now)  # type: ignore[arg-type]  # one of FIELDS


changes = st.lists(
    st.builds(
        change, st.sampled_from(FIELDS), st.integers(0, 3), ACTORS, st.sampled_from(WORDS), st.sampled_from(WORDS)
    ),
    max_size=12,
)


@given(changes)
def test_what_was_grouped_and_taken_apart_groups_to_the_same(history: list[Change]) -> None:
    steps = steps_of(history)
    assert steps_of(flattened(steps)) == steps


@given(changes)
def test_no_change_is_lost_and_each_field_keeps_its_order(history: list[Change]) -> None:
    def by_field(given: list[Change]) -> dict[str, list[Change]]:
        found: dict[str, list[Change]] = defaultdict(list)
        for each in sorted(given, key=lambda each: each.at):
            found[each.field].append(each)
        return found

    assert by_field(flattened(steps_of(history))) == by_field(history)


@given(changes)
def test_journal_events_give_back_the_changes(history: list[Change]) -> None:
    expected = flattened(steps_of(history))
    returned: list[Change] = []
    for step in steps_of(history):
        for event in events_of(step, UUID(int=1), lambda _, value: f"id of {value}"):
            actor = PersonRef(email=step.actor) if step.actor else None
            returned += changes_of(event, step.at, actor, lambda _, value: value.removeprefix("id of "))
    assert flattened(steps_of(returned)) == expected


def test_a_field_that_changed_twice_in_a_moment_makes_two_steps() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    both = [
        Change(at=moment, field="status", was="new", now="open"),
        Change(at=moment, field="status", was="open", now="closed"),
    ]
    assert [len(step.changes) for step in steps_of(both)] == [1, 1]
    later = Change(at=moment + timedelta(seconds=1), field="group", now="A")
    assert [len(step.changes) for step in steps_of([later, *both])] == [1, 1, 1]
