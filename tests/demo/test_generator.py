"""The demo's records: the same for the same moment, lawful, plausible, and none of them in the future."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from deskbell.demo.content import (
    ORGANIZATIONS,
    articles,
    canned_responses,
    organization,
    scenarios,
)
from deskbell.demo.generator import DAYS, generate
from deskbell.features.transfer.format.reading import RecordLine, decode
from deskbell.features.transfer.format.records import Person, Tag, Ticket, encode
from deskbell.features.transfer.format.types import WORDS
from deskbell.kernel.words import Status

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MOMENTS = [
    NOON,
    datetime(2026, 11, 22, 23, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 5, 0, 1, 999, tzinfo=timezone(timedelta(hours=11))),
    datetime(2025, 1, 1, 8, 0, tzinfo=UTC),
]


def tickets(now: datetime = NOON, seed: int = 1, key: str = "outfitters") -> list[Ticket]:
    """The tickets of one organization."""
    return [record for record in generate(now, seed, key) if isinstance(record, Ticket)]


def moments_of(ticket: Ticket) -> Iterator[datetime]:
    """Every time in a ticket."""
    times = [ticket.created_at, ticket.updated_at, ticket.first_response_at, ticket.solved_at, ticket.closed_at]
    times += [comment.created_at for comment in ticket.comments] + [change.at for change in ticket.changes]
    times += [ticket.feedback.at] if ticket.feedback else []
    return (moment for moment in times if moment is not None)


def test_the_same_moment_and_seed_give_the_same_bytes() -> None:
    first, again = ([encode(record) for record in generate(NOON, 5)] for _ in range(2))
    assert first == again
    assert first != [encode(record) for record in generate(NOON, 6)]


@pytest.mark.parametrize("key", ORGANIZATIONS)
@pytest.mark.parametrize("now", MOMENTS)
def test_every_record_is_lawful_and_says_what_its_line_says(now: datetime, key: str) -> None:
    for record in generate(now, 1, key):
        answer = decode(1, encode(record))
        assert isinstance(answer, RecordLine), answer
        assert answer.record == record


@pytest.mark.parametrize("key", ORGANIZATIONS)
@pytest.mark.parametrize("now", MOMENTS)
def test_times_are_in_order_and_none_is_later_than_now(now: datetime, key: str) -> None:
    found = tickets(now, 1, key)
    created = [ticket.created_at for ticket in found if ticket.created_at]
    assert created == sorted(created)
    assert [ticket.number for ticket in found] == list(range(1, organization(key).tickets + 1))
    for ticket in found:
        assert ticket.created_at
        assert ticket.updated_at
        assert now - timedelta(days=DAYS) <= ticket.created_at
        assert all(ticket.created_at <= moment <= now for moment in moments_of(ticket))
        assert all(change.at <= ticket.updated_at for change in ticket.changes)
        said = [comment.created_at for comment in ticket.comments if comment.created_at]
        assert said == sorted(said)
        assert [change.at for change in ticket.changes] == sorted(change.at for change in ticket.changes)


@pytest.mark.parametrize("now", MOMENTS)
def test_the_history_leads_from_new_to_the_state_that_the_ticket_shows(now: datetime) -> None:
    for ticket in tickets(now):
        state: dict[str, object] = {"status": "new", "assignee": None}
        for change in ticket.changes:
            assert state.get(change.field, change.was) == change.was
            state[change.field] = change.now
        assert state["status"] == ticket.status
        assert state["assignee"] == (ticket.assignee.email if ticket.assignee else None)
        answered = [
            comment.created_at for comment in ticket.comments if comment.public and _is_staff(comment.author.role)
        ]
        assert ticket.first_response_at == (answered[0] if answered else None)
        assert (ticket.solved_at is not None) == (ticket.status in {"solved", "closed"})
        assert (ticket.closed_at is not None) == (ticket.status == "closed")


@pytest.mark.parametrize("now", MOMENTS)
def test_the_desk_looks_alive_at_any_moment(now: datetime) -> None:
    found = tickets(now)
    statuses = Counter(ticket.status for ticket in found)
    assert set(statuses) == set(WORDS["status"])
    assert statuses[Status.CLOSED] > len(found) / 2
    assert {ticket.assignee.email for ticket in found if ticket.assignee} == {
        "admin@demo.example", "lead@demo.example", "agent@demo.example", "agent2@demo.example",
    }  # fmt: skip
    assert {ticket.priority for ticket in found} == set(WORDS["priority"])
    assert {ticket.type for ticket in found} == set(WORDS["type"])
    assert len({ticket.subject for ticket in found}) > len(found) / 2


@pytest.mark.parametrize("now", MOMENTS)
@pytest.mark.parametrize("customer", ["customer@demo.example", "customer2@demo.example"])
def test_the_demo_customers_have_tickets_in_several_states(customer: str, now: datetime) -> None:
    statuses = [ticket.status for ticket in tickets(now) if ticket.requester.email == customer]
    assert len(statuses) >= 4
    assert len(set(statuses)) >= 3


@pytest.mark.parametrize("key", ORGANIZATIONS)
def test_tickets_use_only_people_tags_groups_and_categories_that_were_declared(key: str) -> None:
    records = list(generate(NOON, 1, key))
    people = {record.email for record in records if isinstance(record, Person)}
    tags = {record.name for record in records if isinstance(record, Tag)}
    frame = organization(key)
    for ticket in (record for record in records if isinstance(record, Ticket)):
        assert ticket.group in {group.name for group in frame.groups}
        assert ticket.category in {category.name for category in frame.categories}
        assert set(ticket.tags) <= tags
        assert {ticket.requester.email, *(comment.author.email for comment in ticket.comments)} <= people


@pytest.mark.parametrize("key", ORGANIZATIONS)
def test_no_placeholder_is_left_and_every_address_is_reserved(key: str) -> None:
    for record in generate(NOON, 1, key):
        line = encode(record).decode()
        assert not re.search(r"\{\w+\}", line)
        assert all(host.endswith(".example") for host in re.findall(r"[\w.]+@([\w.]+)", line))


def test_there_are_many_different_conversations() -> None:
    found = scenarios("outfitters")
    assert len(found) >= 45
    assert {ticket.category for ticket in tickets()} == {
        category.name for category in organization("outfitters").categories
    }


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        list(generate(NOON.replace(tzinfo=None)))


def test_canned_responses_use_known_variables_only() -> None:
    found = canned_responses()
    assert len(found) >= 14
    assert len({canned.shortcut for canned in found}) == len(found)
    used = {name for canned in found for name in re.findall(r"\{\{(.+?)\}\}", canned.content)}
    assert used == {"requester.name", "ticket.number", "agent.name"}


def test_articles_have_titles_categories_and_something_to_say() -> None:
    found = articles()
    assert len(found) == 14
    assert len({article.title for article in found}) == 14
    assert all(len(article.content.split()) > 90 for article in found)


def _is_staff(role: str | None) -> bool:
    return role not in {None, "customer"}
