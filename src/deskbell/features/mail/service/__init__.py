"""Commands on received and outgoing mail."""

from deskbell.features.mail.service.accepting import accept, claim, postpone, raw_of, routes
from deskbell.features.mail.service.filing import file_mail, give_up, numbered, outcome_of

__all__ = ["accept", "claim", "file_mail", "give_up", "numbered", "outcome_of", "postpone", "raw_of", "routes"]
