"""Rows of agents."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.permissions import Role

AgentSort = Literal["name", "created_at"]
Availability = Literal["online", "busy", "away", "offline"]
Presence = Literal["online", "away", "offline"]
"""Whether a member is connected to the live events: `away` means that no page of theirs is being used."""
AVAILABILITIES: Final = ("online", "busy", "away", "offline")


class Agent(Struct, frozen=True):
    """A staff member. Tickets assigned to them are open (new, open, pending, hold) or resolved (solved, closed).

    `second_factor` is whether signing in requires a code; None for actors who do not manage agents.
    """

    id: UUID
    name: str
    email: str
    role: Role
    phone: str | None
    avatar_url: str | None
    title: str | None
    department: str | None
    availability: Availability
    verified: bool
    second_factor: bool | None
    open_tickets: int
    resolved_tickets: int
    created_at: datetime
    updated_at: datetime
    last_login_at: datetime | None


class StaffMember(Struct, frozen=True):
    """A member of the staff as lists of people to choose from show them."""

    id: UUID
    name: str
    email: str
    role: Role
    avatar_url: str | None
    availability: Availability
    presence: Presence


class AgentFilter(Struct, frozen=True):
    """The agents to list; empty fields do not filter."""

    availabilities: tuple[str, ...] = ()
    department: str | None = None
    search: str | None = None


class NewAgent(Struct, frozen=True, kw_only=True):
    """The fields of a new agent. Without a password the agent chooses one by the link in the invitation."""

    name: str
    email: str
    role: Role = Role.AGENT
    password: str | None = None
    department: str | None = None
    phone: str | None = None
    title: str | None = None
    group_ids: list[UUID] = []


class AgentChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET leaves a field unchanged. `group_ids` replaces all of the agent's groups."""

    name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    department: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    availability: Availability | UnsetType = UNSET
    group_ids: list[UUID] | UnsetType = UNSET
