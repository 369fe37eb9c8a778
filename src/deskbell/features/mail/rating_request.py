"""The question at the end of a mail about a solved ticket: how did we do?"""

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple
from uuid import UUID

from deskbell.features.tickets.records import Ticket
from deskbell.kernel.mail.ids import make_rating_token
from deskbell.kernel.words import Status
from deskbell.runtime.messages import language_of

_QUESTION: Final = {
    "en": "How did we do? Please rate us from 1 (poor) to 5 (very good):",
    "de": "Wie waren wir? Bitte bewerten Sie uns von 1 (schlecht) bis 5 (sehr gut):",
}
_RATINGS: Final = range(1, 6)


class RatingRequest(NamedTuple):
    """The question as text and as HTML; both empty where none is asked."""

    text: str = ""
    html: str = ""


def rating_request(
    ticket: Ticket | None, recipients: Sequence[UUID | None], keys: list[bytes], base_url: str, language: str
) -> RatingRequest:
    """Asks the requester of a solved ticket, and no other recipient: a link rates in the name of its recipient."""
    if ticket is None or ticket.status is not Status.SOLVED or list(recipients) != [ticket.requester.id]:
        return RatingRequest()
    token = make_rating_token(keys, ticket.organization_id, ticket.id, ticket.requester.id)
    link = f"{base_url}/portal/{ticket.organization_id}/rate?token={token}"
    question = _QUESTION[language_of(language)]
    links = " ".join(
        f'<a href="{escape(link)}&amp;rating={each}" style="padding: 4px 10px">{each}</a>' for each in _RATINGS
    )
    return RatingRequest(f"\n\n{question}\n{link}\n", f"<p>{escape(question)}<br>{links}</p>\n")
