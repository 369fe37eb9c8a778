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
    """The number of tickets assigned to an agent: open (new, open, pending, hold), resolved (solved, closed) and total."""

    open: int
    resolved: int
    total: int


class AgentView(Struct, frozen=True, kw_only=True):
    """An agent. `rating` is the mean of `ratings` customer ratings from 1 to 5. `sla_compliance` is the percentage of
    `sla_measured` SLA targets that were met. Both cover the last 90 days and are 0 without data. `two_factor_enabled` is
    null without the permission `agents:manage`.
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
    two_factor_enabled: bool | None
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
        agent = profile.agent
        tickets = AgentTickets(agent.open_tickets, agent.resolved_tickets, agent.open_tickets + agent.resolved_tickets)
        return cls(
            id=agent.id, name=agent.name, email=agent.email, role=agent.role, department=agent.department,
            status=agent.availability, phone=agent.phone, title=agent.title, avatar_url=agent.avatar_url,
            verified=agent.verified, two_factor_enabled=agent.second_factor,
            groups=[Named(*each) for each in profile.groups], tickets=tickets,
            **msgspec.structs.asdict(scores), created_at=agent.created_at, updated_at=agent.updated_at,
            last_login_at=agent.last_login_at,
        )  # fmt: skip


class CreateAgent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new agent. Without a password, the invitation's link lets them choose one."""

    name: Name
    email: Email
    password: Password | None = None
    role: StaffRole = "agent"
    department: Line | None = None
    phone: Phone | None = None
    title: Line | None = None
    groups: GroupIds = []


class UpdateAgent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values. `groups` replaces all of the agent's groups."""

    name: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    role: StaffRole | UnsetType = UNSET
    department: Line | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    title: Line | UnsetType | None = UNSET
    status: Availability | UnsetType = UNSET
    groups: GroupIds | UnsetType = UNSET

    def command(self) -> AgentChanges:
        return AgentChanges(
            name=self.name, email=self.email, role=UNSET if self.role is UNSET else Role(self.role),
            department=self.department, phone=self.phone, title=self.title, availability=self.status,
            group_ids=self.groups,
        )  # fmt: skip


class StatusBody(Struct, frozen=True, forbid_unknown_fields=True):
    """An agent's availability."""

    status: Availability
