"""The words of a chat as a mail."""

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

from babel.dates import format_time

from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.records import Ticket
from deskbell.runtime.messages import language_of

_INTRODUCTION: Final = {
    "en": "This was our chat. If you want to add something, please answer this mail.",
    "de": "Das war unser Chat. Möchten Sie etwas ergänzen, dann antworten Sie bitte auf diese Mail.",
}


class Transcript(NamedTuple):
    """A chat as text and as HTML."""

    text: str
    html: str


def transcript(ticket: Ticket, comments: Sequence[Comment], language: str) -> Transcript:
    """The public words of a chat, the first on top. `comments` are without internal notes."""
    locale = language_of(language)
    said = [(ticket.requester.name, ticket.created_at, ticket.description)]
    said += [(each.author.name, each.created_at, each.body) for each in comments]
    introduction = _INTRODUCTION[locale]
    lines = [(f"{name}, {format_time(at, 'short', locale=locale)} UTC", words.strip()) for name, at, words in said]
    text = "\n\n".join([introduction, *(f"{head}\n{words}" for head, words in lines)]) + "\n"
    html = f"<p>{escape(introduction)}</p>\n" + "".join(
        f"<p><strong>{escape(head)}</strong><br>\n{'<br>'.join(map(escape, words.splitlines()))}</p>\n"
        for head, words in lines
    )
    return Transcript(text, html)
