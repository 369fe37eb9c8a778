"""Enumerations of tickets: status, priority, type and channel, each in its order."""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """The statuses of a ticket, from new to closed."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"


class Priority(StrEnum):
    """The priorities of a ticket, lowest first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class TicketType(StrEnum):
    """The type of a ticket."""

    QUESTION = "question"
    INCIDENT = "incident"
    PROBLEM = "problem"
    TASK = "task"


class Channel(StrEnum):
    """The channel through which a ticket or comment was created."""

    WEB = "web"
    API = "api"
    EMAIL = "email"
    CHAT = "chat"
    PHONE = "phone"
    IMPORT = "import"


STATUSES: Final = tuple(Status)
PRIORITIES: Final = tuple(Priority)
TYPES: Final = tuple(TicketType)
CHANNELS: Final = tuple(Channel)
DONE: Final = frozenset({Status.SOLVED, Status.CLOSED})
"""The statuses of finished tickets."""
