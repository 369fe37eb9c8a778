"""The words of an outgoing mail, as text and as HTML. Plain functions, no I/O."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

from babel.dates import format_datetime

from deskbell.features.canned import template
from deskbell.features.canned.context import context_of
from deskbell.features.canned.template import VARIABLES
from deskbell.features.mail import composing, templates
from deskbell.features.mail.facts import Facts
from deskbell.features.mail.guest_link import guest_link
from deskbell.features.mail.outgoing import AnsweredWords, SentFile
from deskbell.features.mail.rating_request import rating_request
from deskbell.features.mail.templates import TemplateTexts
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.file_links import FileLink, make_file_token
from deskbell.runtime.markdown import to_html
from deskbell.runtime.messages import language_of

_WROTE: Final = {"de": "Am {at} schrieb {name}:", "en": "On {at}, {name} wrote:"}
_TOO_LARGE: Final = {
    "de": "Zu groß für eine Mail; diese Links gelten 30 Tage:",
    "en": "Too large for mail; these links are good for 30 days:",
}


def words_of(facts: Facts, files: Sequence[SentFile], base_url: str, now: datetime) -> tuple[str, str | None]:
    """The mail as text and as HTML, with the question for a rating and the link of a guest below its own words.

    There is no HTML where a program for mail would not show all of it.
    """
    people, ticket, language = [each.recipient_id for each in facts.people], facts.ticket, facts.mail.language
    asked = rating_request(ticket, people, facts.keys, base_url, language)
    link = guest_link(ticket, people, facts.keys, base_url, language, now)
    below_text, below_html = asked.text + link.text, asked.html + link.html
    if facts.mail.words is not None or facts.comment is None or ticket is None:
        own = None if facts.mail.words_html is None else composing.with_content_ids(facts.mail.words_html, [])
        return (facts.mail.words or "") + below_text, None if own is None else _page(own + below_html)
    framed = _framed(facts, ticket, facts.comment, files, _links(facts, facts.comment, files, base_url, now))
    text, html = framed.text + below_text, framed.html + below_html
    quoted = [(_attribution(each, language), each.body) for each in facts.answered]
    if quoted:
        text += "\n" + composing.quoted_text(quoted) + "\n"
    while quoted and _page(html + composing.quoted_html(quoted)) is None:
        quoted.pop()  # the oldest words, which the mail's text still has
    return text, _page(html + composing.quoted_html(quoted))


def _attribution(words: AnsweredWords, language: str) -> str:
    at = format_datetime(words.at, "d MMMM y, HH:mm 'UTC'", locale=language_of(language))
    return _WROTE[language_of(language)].format(at=at, name=composing.one_line(words.name))


def _links(
    facts: Facts, comment: Comment, files: Sequence[SentFile], base_url: str, now: datetime
) -> list[tuple[str, str]]:
    """Names and addresses of the files that are too large for a mail: every reader of the mail may fetch this file."""
    found = []
    for file in files:
        if file.content is None:
            link = FileLink(
                organization_id=facts.organization_id, comment_id=comment.id, file_id=file.file_id, made_at=now
            )
            place = f"{base_url.rstrip('/')}/portal/{facts.organization_id}/mail-file"
            found.append((composing.one_line(file.name), f"{place}?token={make_file_token(facts.keys, link)}"))
    return found


def _framed(
    facts: Facts, ticket: Ticket, comment: Comment, files: Sequence[SentFile], links: Sequence[tuple[str, str]]
) -> TemplateTexts:
    """A reply's own words in the organization's template."""
    words = comment.body.strip()
    own = comment.body_html if comment.body_html is not None else to_html(comment.body)
    html = composing.with_content_ids(own, files)
    if links:
        head = _TOO_LARGE[language_of(facts.mail.language)]
        words += "\n\n" + "\n".join([head, *(f"{name}\n{address}" for name, address in links)])
        lines = [f'<a href="{escape(address)}">{escape(name)}</a>' for name, address in links]
        html += f"<p>{'<br>'.join([escape(head), *lines])}</p>\n"
    signature = _signature(facts, ticket, comment)
    own_values = {"words": words, "signature": f"-- \n{signature}" if signature else ""}
    values = templates.context("reply", ticket, comment.author, facts.organization, reply=own_values)
    return templates.render("reply", facts.texts or templates.shipped("reply", "en"), values, html)


def _signature(facts: Facts, ticket: Ticket, comment: Comment) -> str:
    """The author's signature, else the mailbox's, with the variables of canned responses in their places."""
    text = facts.signature.strip() or facts.mailbox.signature.strip()
    values = context_of(ticket, comment.author, facts.organization)
    return template.render(text, values, VARIABLES).text if "{{" in text else text


def _page(html: str) -> str | None:
    page = f"<!doctype html>\n<html><body>\n{html}</body></html>\n"
    return page if len(page.encode("utf-8", "replace")) <= composing.MAX_HTML else None
