"""The demo organizations as records of the open format. The same moment and seed give the same records."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from msgspec.structs import replace

from deskbell.demo import rhythm
from deskbell.demo.content import OrganizationContent, Pools, Scenario, organization, pools, scenarios
from deskbell.demo.conversation import Cast, Conversation, Plan
from deskbell.features.transfer.format.records import (
    Category,
    Group,
    Organization,
    Person,
    PersonRef,
    Record,
    Tag,
    Ticket,
)
from deskbell.features.transfer.format.types import FORMAT_NAME, FORMAT_VERSION
from deskbell.kernel.words import Channel

DAYS = 90
_STAFF_SINCE = timedelta(days=400)
_OUTAGE_INCIDENTS = 6


def generate(now: datetime, seed: int = 1, organization_key: str = "outfitters") -> Iterator[Record]:
    """One organization in its state at `now`: settings, people, and the tickets of the past 90 days by number.

    `organization_key` is one of content.ORGANIZATIONS. No time in it is later than `now`.
    """
    frame = organization(organization_key)
    yield Organization(
        format=FORMAT_NAME, version=FORMAT_VERSION, name=frame.name, domain=frame.domain, time_zone=frame.time_zone
    )
    for group in frame.groups:
        yield Group(name=group.name, description=group.description, leads=group.leads, members=group.members)
    for category in frame.categories:
        yield Category(name=category.name, description=category.description)
    for name, colour in sorted(frame.tags.items()):
        yield Tag(name=name, color=colour)
    desk = _Desk(organization_key, rhythm.in_utc(now), Random(f"{organization_key} {seed}"))  # noqa: S311  # no secret
    tickets = desk.tickets()
    yield from desk.people(tickets)
    yield from tickets


class _Desk:
    """Draws what happens on one organization's desk."""

    def __init__(self, key: str, now: datetime, rng: Random) -> None:
        self._frame: OrganizationContent = organization(key)
        self._pools: Pools = pools(key)
        self._scenarios: dict[str, Scenario] = scenarios(key)
        self._now = now
        self._rng = rng
        self._staff = {person.email: person for person in self._frame.people if person.role != "customer"}
        self._customers = self._invent_customers()

    def tickets(self) -> list[Ticket]:
        """All tickets, numbered in the order in which they came in."""
        drawn = [*self._own_tickets(), *self._outage()]
        times = rhythm.arrivals(self._rng, self._now, DAYS, self._frame.tickets - len(drawn))
        common = [scenario for scenario in self._scenarios.values() if scenario.weight]
        weights = [scenario.weight for scenario in common]
        for created_at in times:
            scenario = self._rng.choices(common, weights)[0]
            drawn.append(self._draw(scenario, created_at, self._customer(company=scenario.company)))
        drawn.sort(key=lambda pair: pair[0])
        return [conversation.ticket(number) for number, (_, conversation) in enumerate(drawn, start=1)]

    def people(self, tickets: list[Ticket]) -> Iterator[Person]:
        """The people of the frame and every customer who has written; customers are known since their first ticket."""
        first_seen: dict[str, datetime] = {}
        for ticket in tickets:
            if ticket.created_at is not None:
                first_seen.setdefault(ticket.requester.email, ticket.created_at)
        for person in self._frame.people:
            since = first_seen.get(person.email, self._now) if person.role == "customer" else self._now - _STAFF_SINCE
            yield replace(person, created_at=since)
        for person in self._customers:
            if person.email in first_seen:
                yield replace(person, created_at=first_seen[person.email])

    def _own_tickets(self) -> Iterator[tuple[datetime, Conversation]]:
        people = {person.email: person for person in self._frame.people}
        for own in self._frame.own_tickets:
            created_at = self._now - timedelta(days=own.days_ago)
            yield self._draw(
                self._scenarios[own.scenario],
                created_at,
                people[own.customer],
                variant=own.variant,
                stops_after=own.turns,
                always_answers=True,
            )

    def _outage(self) -> Iterator[tuple[datetime, Conversation]]:
        """One bad Tuesday morning: a problem and the incidents that belong to it."""
        if "outage-problem" not in self._scenarios:
            return
        day = self._now - timedelta(days=21)
        while day.weekday() != 1:
            day -= timedelta(days=1)
        start = day.replace(hour=9, minute=7, second=12)
        admin = next(person for person in self._staff.values() if person.role == "admin")
        yield self._draw(self._scenarios["outage-problem"], start, admin, always_answers=True)
        for _ in range(_OUTAGE_INCIDENTS):
            at = start + timedelta(seconds=self._rng.randrange(120, 5400))
            scenario = self._scenarios["outage-incident"]
            yield self._draw(scenario, at, self._customer(company=False), always_answers=True)

    def _draw(
        self,
        scenario: Scenario,
        created_at: datetime,
        requester: Person,
        *,
        variant: int | None = None,
        stops_after: int | None = None,
        always_answers: bool = False,
    ) -> tuple[datetime, Conversation]:
        recent = self._now - created_at < timedelta(days=14)
        plan = Plan(
            scenario=scenario,
            variant=self._rng.randrange(len(scenario.openings)) if variant is None else variant,
            channel=Channel.WEB if always_answers and not scenario.by_staff else self._rng.choice(scenario.channels),
            created_at=created_at,
            values=self._values(scenario, requester),
            stops_after=stops_after,
            slowness=self._rng.choice([1, 2, 4, 9, 16, 24]) if recent and not always_answers else 1.0,
            abandoned=not always_answers and self._rng.random() < (0.35 if recent else 0.15),
        )
        cast = Cast(requester=_ref(requester), agent=self._agent(scenario), lead=self._lead())
        conversation = Conversation(plan, cast, self._pools, self._now, self._rng)
        conversation.play()
        return created_at, conversation

    def _values(self, scenario: Scenario, requester: Person) -> dict[str, str]:
        pool = self._pools
        size = self._rng.randrange(len(pool.sizes) - 1)
        return {
            "first": requester.name.partition(" ")[0],
            "name": requester.name,
            "order": f"{pool.order_prefix}{self._rng.randrange(204_000, 219_999)}",
            "item": self._rng.choice(pool.items[scenario.items]),
            "size": pool.sizes[size],
            "size2": pool.sizes[size + 1],
            "colour": self._rng.choice(pool.colours),
            "amount": f"£{self._rng.randrange(19, 260)}.{self._rng.choice(['00', '50', '90', '95'])}",
            "tracking": f"DX{self._rng.randrange(10**9, 10**10)}",
            "city": self._rng.choice(pool.cities),
            "code": self._rng.choice(pool.codes),
        }

    def _agent(self, scenario: Scenario) -> PersonRef:
        group = next(group for group in self._frame.groups if group.name == scenario.group)
        people = [*group.members, *group.leads]
        weights = [4 if self._staff[email].role == "agent" else 1 for email in people]
        return _ref(self._staff[self._rng.choices(people, weights)[0]])

    def _lead(self) -> PersonRef:
        leads = [person for person in self._staff.values() if person.role == "team_lead"]
        return _ref(leads[0] if leads else next(iter(self._staff.values())))

    def _customer(self, *, company: bool) -> Person:
        """Some write often, most once or twice."""
        fitting = [person for person in self._customers if (person.company is not None) == company]
        weights = [1 / (rank + 6) for rank in range(len(fitting))]
        return self._rng.choices(fitting, weights)[0]

    def _invent_customers(self) -> list[Person]:
        pool = self._pools
        names = [(first, last) for first in pool.first_names for last in pool.last_names]
        chosen = self._rng.sample(names, min(len(names), self._frame.tickets * 2 // 3))
        return [
            Person(
                email=_address(first, last, self._rng.choice(pool.mail_domains)),
                name=f"{first} {last}",
                phone=f"+44 1632 960{self._rng.randrange(1000):03}" if self._rng.random() < 0.4 else None,
                company=pool.companies[rank] if rank < len(pool.companies) else None,
            )
            for rank, (first, last) in enumerate(chosen)
        ]


def _address(first: str, last: str, domain: str) -> str:
    return f"{first}.{last}@{domain}".lower().replace("'", "")


def _ref(person: Person) -> PersonRef:
    return PersonRef(email=person.email, name=person.name, role=person.role)
