"""The words around outgoing mails: shipped in each language, and changed by admins.

Templates are written in the language of canned responses: variables with defaults, and nothing that is run. Values in HTML are
escaped, and what a template makes of them passes an allow-list.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from functools import cache
from html import escape
from importlib import resources
from typing import Any, Final, Literal, get_args
from uuid import UUID

import nh3
from msgspec import Struct

from deskbell.features.canned import template
from deskbell.features.canned.context import context_of
from deskbell.features.canned.template import VARIABLES
from deskbell.features.tickets.records import Person, Ticket
from deskbell.kernel.errors import Problem

TemplateKind = Literal["reply", "staff_notification", "customer_notification", "acknowledgement"]
TemplateLanguage = Literal["en", "de"]
KINDS: Final[tuple[TemplateKind, ...]] = get_args(TemplateKind)
TEMPLATE_LANGUAGES: Final[tuple[TemplateLanguage, ...]] = get_args(TemplateLanguage)

_ABOUT: Final = {
    "notification.title": "a sentence that says what happened",
    "notification.words": "the words that it is about",
    "person.name": "the name of the person who gets the mail",
}
_OWN: Final[Mapping[TemplateKind, Mapping[str, str]]] = {
    "reply": {
        "reply.words": "what the agent wrote; a template must have it",
        "reply.signature": "the signature of the author, else of the mailbox, below its mark",
    },
    "staff_notification": {**_ABOUT, "notification.link": "the address of the ticket in the agents' app"},
    "customer_notification": _ABOUT,
    "acknowledgement": {},
}
REQUIRED: Final[Mapping[TemplateKind, str | None]] = {
    "reply": "reply.words", "staff_notification": "notification.words", "customer_notification": "notification.words",
    "acknowledgement": None,
}  # fmt: skip
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_EMPTY: Final = re.compile(r"<(p|div)>\s*</\1>\n?")
_ATTRIBUTES: Final = deepcopy(nh3.ALLOWED_ATTRIBUTES)
for _tag in (
    "p",
    "div",
    "span",
    "a",
    "table",
    "tr",
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "img",
    "hr",
    "blockquote",
):
    _ATTRIBUTES.setdefault(_tag, set()).add("style")
for _tag in ("table", "td", "th", "tr"):
    _ATTRIBUTES[_tag] |= {"align", "valign", "width", "bgcolor", "cellpadding", "cellspacing"}
_CLEANER: Final = nh3.Cleaner(
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    filter_style_properties={
        "background-color", "border", "border-left", "border-radius", "border-top", "color", "font-family", "font-size",
        "font-weight", "line-height", "margin", "max-width", "padding", "padding-left", "text-align", "text-decoration", "width",
    },
)  # fmt: skip


class TemplateTexts(Struct, frozen=True):
    """A template in both forms."""

    text: str
    html: str


class MailTemplate(Struct, frozen=True, kw_only=True):
    """A template of an organization. One that is not `is_own` is shipped with Deskbell."""

    kind: TemplateKind
    language: TemplateLanguage
    text: str
    html: str
    is_own: bool = False
    updated_at: datetime | None = None
    updated_by: UUID | None = None
    variables: dict[str, str] = {}
    """The variables that it may use, with their meanings; besides, `ticket.field.<key>`."""


def variables_of(kind: TemplateKind) -> dict[str, str]:
    """The variables of a kind of template, with their meanings."""
    shared = {name: meaning for name, meaning in VARIABLES.items() if kind == "reply" or not name.startswith("agent.")}
    return {**_OWN[kind], **shared}


@cache
def shipped(kind: TemplateKind, language: TemplateLanguage) -> TemplateTexts:
    """The template that an organization has from its beginning."""
    folder = resources.files("deskbell.features.mail") / "templates" / language
    return TemplateTexts(*((folder / f"{kind}.{form}").read_text("utf-8") for form in ("txt", "html")))


def problems(kind: TemplateKind, texts: TemplateTexts) -> list[Problem]:
    """The errors to report when a template is saved: unknown variables, and a missing one that must be there."""
    known, required = variables_of(kind), REQUIRED[kind]
    found = []
    for field in ("text", "html"):
        content: str = getattr(texts, field)
        found += [
            Problem.at(field, "mail_template.wrong", message=each.message) for each in template.problems(content, known)
        ]
        if required is not None and required not in template.names_in(content):
            found.append(Problem.at(field, "mail_template.lacks", variable=required))
    return found


def render(kind: TemplateKind, texts: TemplateTexts, values: Mapping[str, Any], words_html: str = "") -> TemplateTexts:
    """Both forms with the values in their places, by group and name as `context` makes them.

    `words_html` is safe HTML for the variable that the kind requires; every other value is escaped.
    """
    required = REQUIRED[kind]
    known = variables_of(kind)
    text = template.render(texts.text, values, known).text
    rich = {
        group: {
            name: words_html if f"{group}.{name}" == required else "<br>\n".join(escape(value).split("\n"))
            for name, value in fields.items()
        }
        for group, fields in values.items()
    }
    html = _EMPTY.sub("", _CLEANER.clean(template.render(texts.html, rich, known).text))
    if kind != "reply":
        text = _BLANK_LINES.sub("\n\n", text)  # left by variables without a value
    return TemplateTexts(text.strip() + "\n", html.strip() + "\n")


def context(
    kind: TemplateKind, ticket: Ticket | None, agent: Person | None, organization: str, **own: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """The values of a kind's variables; those that nothing gives a value are empty."""
    found: dict[str, dict[str, str]] = {}
    for name in variables_of(kind):
        group, _, field = name.partition(".")
        found.setdefault(group, {})[field] = ""
    given = {"organization": {"name": organization}} if ticket is None else context_of(ticket, agent, organization)
    for group, fields in (*given.items(), *own.items()):
        found.setdefault(group, {}).update(fields)
    return found
