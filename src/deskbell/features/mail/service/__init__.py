"""Commands on received mail."""

from deskbell.features.mail.service.accepting import accept, routes
from deskbell.features.mail.service.filing import file_mail, give_up, outcome_of

__all__ = ["accept", "file_mail", "give_up", "outcome_of", "routes"]
