"""The words of tickets: states, priorities, types and channels, each in its order."""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """States of a ticket, from new to closed."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"


class Priority(StrEnum):
    """Priorities of a ticket, the lowest first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class TicketType(StrEnum):
    """What a ticket is."""

    QUESTION = "question"
    INCIDENT = "incident"
    PROBLEM = "problem"
    TASK = "task"


class Channel(StrEnum):
    """The way by which a ticket or comment came in."""

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
"""The states in which nothing is left to do."""
