"""Plays a scenario: creates a ticket with the comments, history and state that it has at `now`."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from deskbell.demo import rhythm
from deskbell.demo.content import Pools, Scenario, Turn
from deskbell.features.transfer.format.records import Change, Comment, Feedback, PersonRef, Ticket
from deskbell.features.transfer.format.types import ChangedField
from deskbell.kernel.words import Channel, Priority, Status

CLOSES_AFTER = timedelta(days=5)
GIVES_UP_AFTER = timedelta(days=8)
_DONE = ("solved", "closed")


class Cast(Struct, frozen=True):
    """Who takes part in a conversation."""

    requester: PersonRef
    agent: PersonRef
    lead: PersonRef


class Plan(Struct, frozen=True):
    """The properties of a ticket that are drawn before its scenario is played."""

    scenario: Scenario
    variant: int
    channel: Channel
    created_at: datetime
    values: Mapping[str, str]
    stops_after: int | None = None
    slowness: float = 1.0
    abandoned: bool = False


class Conversation:
    """A ticket under construction. No event in it is later than `now`."""

    def __init__(self, plan: Plan, cast: Cast, pools: Pools, now: datetime, rng: Random) -> None:
        self._plan = plan
        self._cast = cast
        self._pools = pools
        self._now = now
        self._rng = rng
        self._clock = plan.created_at
        self._status: Status = Status.NEW
        self._priority: Priority = plan.scenario.priority
        self._assignee: PersonRef | None = None
        self._solved_at: datetime | None = None
        self._closed_at: datetime | None = None
        self._first_response_at: datetime | None = None
        self._comments: list[Comment] = []
        self._changes: list[Change] = []

    def play(self) -> None:
        """Plays the scenario up to `now`."""
        for index, turn in enumerate(self._plan.scenario.steps()):
            if self._plan.stops_after is not None and index >= self._plan.stops_after:
                return
            if turn.who == "customer" and self._plan.abandoned and self._status == "pending":
                self._give_up()
                break
            if not self._take(turn):
                break
        self._close_in_time()

    def ticket(self, number: int) -> Ticket:
        """The ticket in its current state."""
        scenario = self._plan.scenario
        key = f"demo:{number:04}"
        on_phone = self._plan.channel == "phone" and not scenario.by_staff
        subject = self._fill(self._variant_subject())
        return Ticket(
            external_id=key,
            number=number,
            subject=subject[:1].upper() + subject[1:],
            description=self._opening(on_phone=on_phone),
            status=self._status,
            priority=self._priority,
            type=scenario.type,
            channel=self._plan.channel,
            requester=self._cast.requester,
            created_by=self._cast.agent if on_phone else None,
            assignee=self._assignee,
            group=scenario.group,
            category=scenario.category,
            tags=scenario.tags,
            custom_fields={"order_number": self._plan.values["order"]} if self._names_order() else {},
            created_at=self._plan.created_at,
            updated_at=self._clock,
            first_response_at=self._first_response_at,
            solved_at=self._solved_at,
            closed_at=self._closed_at,
            feedback=self._feedback(),
            comments=self._said(key),
            changes=self._changes,
        )

    def _said(self, key: str) -> list[Comment]:
        return [
            Comment(
                external_id=f"{key}:{position}",
                author=said.author,
                body=said.body,
                public=said.public,
                channel=said.channel,
                created_at=said.created_at,
            )
            for position, said in enumerate(self._comments, start=1)
        ]

    def _take(self, turn: Turn) -> bool:
        """Plays one turn; False when it would lie in the future."""
        author = {"customer": self._cast.requester, "agent": self._cast.agent, "lead": self._cast.lead}[turn.who]
        staff = turn.who != "customer"
        hours = turn.hours * (
            self._rng.uniform(0.2, 1.2) * self._plan.slowness if staff else self._rng.uniform(0.5, 1.8)
        )
        meant = self._clock + max(timedelta(seconds=round(hours * 3600)), timedelta(minutes=3))
        at = rhythm.at_work(self._rng, meant) if staff else rhythm.awake(self._rng, meant)
        if at > self._now:
            if staff and self._status == "new" and self._rng.random() < 0.55:
                self._take_up(author)
            return False
        if staff and self._assignee != author and (turn.public or self._assignee is None):
            self._assign(author, at)
        self._say(author, turn, at)
        self._clock = at
        if turn.who == "customer":
            status = turn.status or (self._status if self._status in (*_DONE, Status.NEW) else Status.OPEN)
        else:
            status = turn.status or self._status
        self._set_status(status, author, at)
        return True

    def _assign(self, agent: PersonRef, answered_at: datetime) -> None:
        taken_at = max(self._clock, answered_at - timedelta(seconds=self._rng.randrange(60, 1200)))
        was = self._assignee.email if self._assignee else None
        self._change("assignee", was, agent.email, agent, taken_at)
        self._assignee = agent
        if self._status == "new":
            self._set_status(Status.OPEN, agent, taken_at)
            if self._priority == "normal" and self._rng.random() < 0.05:
                self._change("priority", "normal", "high", agent, taken_at)
                self._priority = Priority.HIGH

    def _take_up(self, agent: PersonRef) -> None:
        """The agent has the ticket but has not answered yet."""
        at = rhythm.at_work(self._rng, self._clock + timedelta(minutes=self._rng.randrange(10, 90)))
        if at <= self._now:
            self._assign(agent, at)
            self._clock = at

    def _say(self, author: PersonRef, turn: Turn, at: datetime) -> None:
        staff = turn.who != "customer"
        text = self._fill(turn.texts[self._plan.variant % len(turn.texts)], agent=author.name or "")
        if turn.public and staff:
            text = self._courtesies(text, author)
            self._first_response_at = self._first_response_at or at
        channel: Channel = Channel.WEB if staff else self._plan.channel
        comment = Comment(author=author, body=text, public=turn.public, channel=channel, created_at=at)
        self._comments.append(comment)

    def _give_up(self) -> None:
        """The customer never answers; a week later the agent says so and solves the ticket."""
        at = rhythm.at_work(self._rng, self._clock + GIVES_UP_AFTER)
        if at > self._now or self._assignee is None:
            return
        goodbye = Turn(
            who="agent", public=True, hours=0, status=Status.SOLVED, texts=[self._rng.choice(self._pools.goodbyes)]
        )
        self._say(self._assignee, goodbye, at)
        self._clock = at
        self._set_status(Status.SOLVED, self._assignee, at)

    def _close_in_time(self) -> None:
        """Closes a solved ticket automatically, without an actor."""
        if self._status != "solved" or self._solved_at is None:
            return
        at = max(self._solved_at + CLOSES_AFTER, self._clock)
        if at <= self._now:
            self._clock = at
            self._set_status(Status.CLOSED, None, at)

    def _set_status(self, status: Status, actor: PersonRef | None, at: datetime) -> None:
        if status == self._status:
            return
        self._change("status", self._status, status, actor, at)
        if status in _DONE:
            self._solved_at = self._solved_at or at
        else:
            self._solved_at = None
        self._closed_at = at if status == "closed" else None
        self._status = status

    def _change(
        self, field: ChangedField, was: str | None, now: str | None, actor: PersonRef | None, at: datetime
    ) -> None:
        self._changes.append(Change(at=at, actor=actor, field=field, was=was, now=now))

    def _feedback(self) -> Feedback | None:
        if self._solved_at is None or self._rng.random() > 0.4:
            return None
        at = self._solved_at + timedelta(minutes=self._rng.randrange(20, 2000))
        if at > self._now:
            return None
        rating = self._rng.choices([5, 4, 3, 2, 1], [60, 24, 9, 4, 3])[0]
        comment = self._rng.choice(self._pools.verdicts) if rating >= 4 and self._rng.random() < 0.5 else ""
        return Feedback(rating=rating, comment=comment or None, at=at)

    def _variant_subject(self) -> str:
        scenario = self._plan.scenario
        count = len(scenario.openings)
        fitting = [text for index, text in enumerate(scenario.subjects) if index % count == self._plan.variant % count]
        return self._rng.choice(fitting or scenario.subjects)

    def _opening(self, *, on_phone: bool) -> str:
        scenario = self._plan.scenario
        text = self._fill(scenario.openings[self._plan.variant % len(scenario.openings)])
        if on_phone:
            return f"Noted on the phone:\n\n{text}"
        if self._plan.channel == "chat" or scenario.by_staff:
            return text
        greeting = self._rng.choice(self._pools.greetings["customer"])
        signature = self._fill(self._rng.choice(self._pools.signatures["customer"]))
        return "\n\n".join(part for part in (greeting, text, signature) if part)

    def _courtesies(self, text: str, author: PersonRef) -> str:
        if self._plan.channel == "chat" or self._plan.scenario.by_staff:
            return text
        first = self._first_response_at is None
        greeting = self._rng.choice(self._pools.greetings["agent"]) if first or self._rng.random() < 0.6 else ""
        signature = (
            self._rng.choice(self._pools.signatures["agent"]) if first or self._rng.random() < 0.6 else "{agent}"
        )
        parts = [part for part in (greeting, text, signature) if part]
        return self._fill("\n\n".join(parts), agent=author.name or "")

    def _names_order(self) -> bool:
        scenario = self._plan.scenario
        return any("{order}" in text for text in scenario.openings + scenario.subjects)

    def _fill(self, text: str, agent: str = "") -> str:
        values = {**self._plan.values, "agent": agent.partition(" ")[0]}
        return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], text)
