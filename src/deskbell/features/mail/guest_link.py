"""The link at the end of a customer's mail that opens the conversation without a sign-in."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final, NamedTuple
from uuid import UUID

from deskbell.features.tickets.records import Ticket
from deskbell.kernel.guest_links import GuestKind, GuestLink, make_guest_token
from deskbell.runtime.messages import language_of

_WORDS: Final = {"en": "Your whole request:", "de": "Ihre ganze Anfrage:"}


class LinkText(NamedTuple):
    """The link as text and as HTML; both empty where there is none."""

    text: str = ""
    html: str = ""


def guest_link(
    ticket: Ticket | None, recipients: Sequence[UUID | None], keys: list[bytes], base_url: str, language: str, now: datetime
) -> LinkText:  # fmt: skip
    """Links to the ticket for its requester, and for no other recipient: a link acts in the name of its recipient."""
    if ticket is None or list(recipients) != [ticket.requester.id]:
        return LinkText()
    link = GuestLink(
        kind=GuestKind.LINK, organization_id=ticket.organization_id, ticket_id=ticket.id, person_id=ticket.requester.id,
        made_at=now,
    )  # fmt: skip
    address = f"{base_url.rstrip('/')}/portal/{ticket.organization_id}/guest?token={make_guest_token(keys, link)}"
    words = _WORDS[language_of(language)]
    return LinkText(
        f"\n\n{words}\n{address}\n", f'<p><a href="{escape(address)}">{escape(words.removesuffix(":"))}</a></p>\n'
    )
