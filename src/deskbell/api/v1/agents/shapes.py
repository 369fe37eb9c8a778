"""v1: shapes of agents."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Email, Name
from deskbell.features.people.records.agents import AgentChanges, Availability
from deskbell.features.people.service.agents import AgentProfile
from deskbell.features.reports.scores import Scores
from deskbell.features.tickets.records import Named
from deskbell.kernel.permissions import Role

Line = Annotated[str, Meta(max_length=200)]


Phone = Annotated[str, Meta(max_length=50)]


Password = Annotated[str, Meta(min_length=8, max_length=200)]


GroupIds = Annotated[list[UUID], Meta(max_length=200)]


StaffRole = Literal["agent", "senior_agent", "team_lead", "admin", "owner"]


class AgentTickets(Struct, frozen=True):
    """How many tickets are assigned to an agent: open (new, open, pending, hold), resolved (solved, closed), all."""

    open: int
    resolved: int
    total: int


class AgentView(Struct, frozen=True, kw_only=True):
    """An agent. `rating` is the mean of customers' marks from 1 to 5, of which there are `ratings`; `sla_compliance` the
    promises kept, in per cent of `sla_measured`; both over the last 90 days, and 0 before there are any.
    """

    id: UUID
    name: str
    email: str
    role: Role
    department: str | None
    status: Availability
    phone: str | None
    title: str | None
    avatar_url: str | None
    verified: bool
    groups: list[Named]
    tickets: AgentTickets
    rating: float
    ratings: int
    sla_compliance: int
    sla_measured: int
    created_at: datetime
    updated_at: datetime
    last_login_at: datetime | None

    @classmethod
    def of(cls, profile: AgentProfile, scores: Scores) -> "AgentView":
        """An agent in v1's form."""
        agent = profile.agent
        tickets = AgentTickets(agent.open_tickets, agent.resolved_tickets, agent.open_tickets + agent.resolved_tickets)
        return cls(
            id=agent.id, name=agent.name, email=agent.email, role=agent.role, department=agent.department,
            status=agent.availability, phone=agent.phone, title=agent.title, avatar_url=agent.avatar_url,
            verified=agent.verified, groups=[Named(*each) for each in profile.groups], tickets=tickets,
            **msgspec.structs.asdict(scores), created_at=agent.created_at, updated_at=agent.updated_at,
            last_login_at=agent.last_login_at,
        )  # fmt: skip


class CreateAgent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new agent. Without a password they choose one by the link in their invitation."""

    name: Name
    email: Email
    password: Password | None = None
    role: StaffRole = "agent"
    department: Line | None = None
    phone: Phone | None = None
    title: Line | None = None
    groups: GroupIds = []


class UpdateAgent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values of some fields; what is left out stays. `groups` is the whole list of their groups."""

    name: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    role: StaffRole | UnsetType = UNSET
    department: Line | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    title: Line | UnsetType | None = UNSET
    status: Availability | UnsetType = UNSET
    groups: GroupIds | UnsetType = UNSET

    def command(self) -> AgentChanges:
        """The same in the core's words."""
        return AgentChanges(
            name=self.name, email=self.email, role=UNSET if self.role is UNSET else Role(self.role),
            department=self.department, phone=self.phone, title=self.title, availability=self.status,
            group_ids=self.groups,
        )  # fmt: skip


class StatusBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether an agent is there."""

    status: Availability
