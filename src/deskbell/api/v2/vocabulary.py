"""Maps v2's statuses, priorities, roles and field names to those of the services."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, Literal, TypeAlias, TypeVar

from deskbell.kernel import words as core
from deskbell.kernel.errors import Invalid
from deskbell.kernel.filters import bounded
from deskbell.kernel.permissions import Role

W = TypeVar("W", bound=StrEnum)

Status: TypeAlias = Literal["open", "pending", "resolved", "closed"]
Priority: TypeAlias = Literal["low", "medium", "high", "urgent"]
MessageType: TypeAlias = Literal["reply", "internal_note"]
SortBy: TypeAlias = Literal["createdAt", "updatedAt", "priority", "status"]
ShownRole: TypeAlias = Literal["customer", "agent", "admin", "owner"]

_STATUS_SHOWN: Final[Mapping[core.Status, Status]] = {
    core.Status.NEW: "open",
    core.Status.OPEN: "open",
    core.Status.PENDING: "pending",
    core.Status.HOLD: "pending",
    core.Status.SOLVED: "resolved",
    core.Status.CLOSED: "closed",
}
_STATUS_WRITTEN: Final[Mapping[Status, core.Status]] = {
    "open": core.Status.OPEN,
    "pending": core.Status.PENDING,
    "resolved": core.Status.SOLVED,
    "closed": core.Status.CLOSED,
}
_PRIORITY_SHOWN: Final[Mapping[core.Priority, Priority]] = {
    core.Priority.LOW: "low",
    core.Priority.NORMAL: "medium",
    core.Priority.HIGH: "high",
    core.Priority.URGENT: "urgent",
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
"""Message types, by whether the comment is public."""

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
"""v2's names of the services' fields, for errors."""


def shown_status(status: core.Status) -> Status:
    """v2's name of a status."""
    return _STATUS_SHOWN[status]


def core_status(shown: Status) -> core.Status:
    """The status to store for v2's name."""
    return _STATUS_WRITTEN[shown]


def shown_priority(priority: core.Priority) -> Priority:
    """v2's name of a priority."""
    return _PRIORITY_SHOWN[priority]


def core_priority(shown: Priority) -> core.Priority:
    """The priority to store for v2's name."""
    return _PRIORITY_WRITTEN[shown]


def role_shown(role: Role) -> ShownRole:
    """v2's name of a role. All agent roles are shown as `agent`."""
    return _ROLE_SHOWN[role]


def core_role(shown: ShownRole, present: Role | None = None) -> Role:
    """The role to store for v2's name. A present role that is already shown with this name stays."""
    return present if present is not None and _ROLE_SHOWN[present] == shown else Role(shown)


def roles_showing(values: Sequence[str]) -> tuple[Role, ...]:
    """The roles that match a filter. Raises `Invalid` for an unknown value."""
    return _showing("role", _ROLE_SHOWN, values)


def statuses_showing(values: Sequence[str]) -> tuple[core.Status, ...]:
    """The statuses that match a filter. Raises `Invalid` for an unknown value."""
    return _showing("status", _STATUS_SHOWN, values)


def priorities_showing(values: Sequence[str]) -> tuple[core.Priority, ...]:
    """The priorities that match a filter. Raises `Invalid` for an unknown value."""
    return _showing("priority", _PRIORITY_SHOWN, values)


def _showing(field: str, shown: Mapping[W, str], values: Sequence[str]) -> tuple[W, ...]:
    """Parses a query parameter that may be repeated or comma-separated."""
    words = bounded(field, dict.fromkeys(word.strip() for value in values for word in value.split(",")))
    if any(word not in shown.values() for word in words):
        raise Invalid.field(field, "enum", allowed=tuple(dict.fromkeys(shown.values())))
    return tuple(each for each, word in shown.items() if word in words)
