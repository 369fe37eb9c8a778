"""The facts of a mail that conditions of rules ask."""

from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import Final

from deskbell.features.mail.records import Judged
from deskbell.kernel.mail.records import address_key
from deskbell.kernel.rules.facts import MailFacts

MAX_HEADERS: Final = 100
MAX_VALUE: Final = 500
"""The longest value of a header, in characters."""
_LEFT_OUT: Final = (
    "received",
    "dkim-",
    "arc-",
    "domainkey-",
    "x-google-dkim-",
    "x-gm-message-state",
    "authentication-results",
)
"""The beginnings of headers that are long, say nothing to people, or that a sender can forge."""


def facts_of_mail(judged: Judged) -> MailFacts:
    """The mail as conditions see it: of a header that is there several times, the values one after the other."""
    mail = judged.mail
    headers: dict[str, str] = {}
    for name, value in mail.headers:
        if name.startswith(_LEFT_OUT) or (name not in headers and len(headers) == MAX_HEADERS):
            continue
        headers[name] = " ".join((headers.get(name, "") + " " + _decoded(value[:MAX_VALUE])).split())[:MAX_VALUE]
    named = [*mail.delivered_to, *(person.address for person in (*mail.to, *mail.cc))]
    return MailFacts(
        sender=mail.author.key if mail.author else "", recipients=frozenset(map(address_key, named)),
        verdict=judged.verdict, automatic=judged.kind in ("automatic", "auto_reply"), headers=headers,
    )  # fmt: skip


def _decoded(value: str) -> str:
    """A header with its encoded words as people read them; one that is broken stays as it is."""
    if "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return value
