"""v2's words for the core's states, priorities, roles and fields: the one place where they meet."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

from deskbell.kernel.errors import Invalid
from deskbell.kernel.filters import bounded
from deskbell.kernel.permissions import Role

Status: TypeAlias = Literal["open", "pending", "resolved", "closed"]
Priority: TypeAlias = Literal["low", "medium", "high", "urgent"]
MessageType: TypeAlias = Literal["reply", "internal_note"]
SortBy: TypeAlias = Literal["createdAt", "updatedAt", "priority", "status"]
ShownRole: TypeAlias = Literal["customer", "agent", "admin", "owner"]

_STATUS_SHOWN: Final[Mapping[str, Status]] = {
    "new": "open",
    "open": "open",
    "pending": "pending",
    "hold": "pending",
    "solved": "resolved",
    "closed": "closed",
}
_STATUS_WRITTEN: Final[Mapping[Status, str]] = {
    "open": "open",
    "pending": "pending",
    "resolved": "solved",
    "closed": "closed",
}
_PRIORITY_SHOWN: Final[Mapping[str, Priority]] = {
    "low": "low",
    "normal": "medium",
    "high": "high",
    "urgent": "urgent",
}
_PRIORITY_WRITTEN: Final = {shown: core for core, shown in _PRIORITY_SHOWN.items()}
_ROLE_SHOWN: Final[Mapping[Role, ShownRole]] = {
    Role.CUSTOMER: "customer",
    Role.AGENT: "agent",
    Role.SENIOR_AGENT: "agent",
    Role.TEAM_LEAD: "agent",
    Role.ADMIN: "admin",
    Role.OWNER: "owner",
}

MESSAGE_TYPES: Final[Mapping[bool, MessageType]] = {True: "reply", False: "internal_note"}
"""A message's type by whether the core's comment is public."""

SORTS: Final[Mapping[SortBy, Literal["created_at", "updated_at", "priority", "status"]]] = {
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "priority": "priority",
    "status": "status",
}

FIELDS: Final[Mapping[str, str]] = {
    "subject": "title",
    "body": "content",
    "ticket_id": "id",
    "message_id": "id",
    "member_id": "id",
    "policy_id": "id",
    "response_id": "id",
    "assignee_id": "assigneeId",
    "requester_id": "customerId",
    "group_id": "groupId",
    "category_id": "categoryId",
    "organization_id": "organizationId",
    "mime_type": "mimeType",
    "avatar_url": "avatarUrl",
    "new_password": "newPassword",
    "organization_name": "organizationName",
    "time_zone": "timeZone",
    "signup_allowed": "signupAllowed",
    "business_name": "businessName",
    "support_email": "supportEmail",
    "first_response_seconds": "firstResponseTime",
    "resolution_seconds": "resolutionTime",
}
"""v2's names of the core's fields, for refusals."""


def shown_status(core: str) -> Status:
    """The word for a state."""
    return _STATUS_SHOWN[core]


def core_status(shown: Status) -> str:
    """The state that writing a word sets."""
    return _STATUS_WRITTEN[shown]


def shown_priority(core: str) -> Priority:
    """The word for a priority."""
    return _PRIORITY_SHOWN[core]


def core_priority(shown: Priority) -> str:
    """The priority that a word means."""
    return _PRIORITY_WRITTEN[shown]


def role_shown(role: Role) -> ShownRole:
    """The word for a role: every kind of agent is an agent."""
    return _ROLE_SHOWN[role]


def core_role(shown: ShownRole, present: Role | None = None) -> Role:
    """The role that writing a word gives; one that shows as that word already is left as it is."""
    return present if present is not None and _ROLE_SHOWN[present] == shown else Role(shown)


def roles_showing(values: Sequence[str]) -> tuple[Role, ...]:
    """The roles that a filter by shown words means. Raises `Invalid` for any other word."""
    return tuple(Role(role) for role in _showing("role", {r.value: word for r, word in _ROLE_SHOWN.items()}, values))


def statuses_showing(values: Sequence[str]) -> tuple[str, ...]:
    """The states that a filter by shown words means. Raises `Invalid` for any other word."""
    return _showing("status", _STATUS_SHOWN, values)


def priorities_showing(values: Sequence[str]) -> tuple[str, ...]:
    """The priorities that a filter by shown words means. Raises `Invalid` for any other word."""
    return _showing("priority", _PRIORITY_SHOWN, values)


def _showing(field: str, shown: Mapping[str, str], values: Sequence[str]) -> tuple[str, ...]:
    """`values` are a query parameter given once or repeatedly, each one word or several divided by commas."""
    words = bounded(field, dict.fromkeys(word.strip() for value in values for word in value.split(",")))
    if any(word not in shown.values() for word in words):
        raise Invalid.field(field, "enum", allowed=tuple(dict.fromkeys(shown.values())))
    return tuple(core for core, word in shown.items() if word in words)
