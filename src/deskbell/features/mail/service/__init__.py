"""Commands on received and outgoing mail."""

from deskbell.features.mail.service.accepting import (
    accept,
    addressed,
    answered_and_waiting,
    claim,
    content_of,
    gets_own_tickets,
    give_to_first,
    postpone,
    routes,
)
from deskbell.features.mail.service.filing import file_mail, give_up, numbered, outcome_of

__all__ = [
    "accept",
    "addressed",
    "answered_and_waiting",
    "claim",
    "content_of",
    "file_mail",
    "gets_own_tickets",
    "give_to_first",
    "give_up",
    "numbered",
    "outcome_of",
    "postpone",
    "routes",
]
