"""Variables in canned responses: `Hello {{requester.name|there}}, about your ticket #{{ticket.number}} …`.

Our own few lines and not a template library: Mustache and Jinja bring sections, loops, escaping for HTML and (Jinja)
code of the writer's choosing, none of which an answer to a customer needs, and neither can say which names it did not
know. Here a value is put in as it is and never looked at again, so a customer's name cannot bring variables of its own.
"""

import difflib
import re
from collections.abc import Mapping

from msgspec import Struct

__all__ = ["VARIABLES", "Problem", "Rendered", "problems", "render"]

VARIABLES: Mapping[str, str] = {
    "requester.name": "the name of the person who asks; empty when they gave none",
    "requester.first_name": "the first name in it, of `Maya Lindqvist` as of `Lindqvist, Maya`",
    "requester.email": "the e-mail address of the person who asks",
    "ticket.number": "the ticket's number",
    "ticket.subject": "the ticket's subject",
    "ticket.status": "the ticket's status",
    "ticket.priority": "the ticket's priority",
    "agent.name": "the name of the agent who answers",
    "agent.email": "the e-mail address of the agent who answers",
    "organization.name": "the name of your organization",
}
"""Every variable that a canned response may use, with its meaning."""

_PLACE = re.compile(r"\{\{([^{}\n]*)\}\}")
_NAME = re.compile(r"\s*([A-Za-z_]+\.[A-Za-z_]+)\s*(?:\|([^{}\n]*))?")


class Rendered(Struct, frozen=True):
    """The filled-in text, and the places that could not be filled and stand in it as they were written."""

    text: str
    unknown: list[str]


class Problem(Struct, frozen=True):
    """Something in a template that will not work; `position` and `length` in characters, from 0."""

    message: str
    position: int
    length: int


def render(text: str, context: Mapping[str, Mapping[str, str]]) -> Rendered:
    """Fill in `text` from `context`, for example `{"requester": {"name": "Jo"}}`.

    `{{requester.name|there}}` gives "there" when the name is empty or not in the context. Without such a default an
    empty value gives nothing, and one that is not in the context stays as written and is reported, each name once.
    """
    unknown: dict[str, None] = {}

    def fill(place: re.Match[str]) -> str:
        name, default = _read(place[1])
        group, _, field = name.partition(".")
        value = context.get(group, {}).get(field)
        if value or (value is not None and default is None):
            return value
        if default is not None and name in VARIABLES:
            return default
        unknown[name] = None
        return place[0]

    return Rendered(_PLACE.sub(fill, text), list(unknown))


def problems(text: str) -> list[Problem]:
    """What to tell somebody who saves `text`: unknown names, and braces that are opened or closed alone."""
    found = []
    for place in _PLACE.finditer(text):
        name, _ = _read(place[1])
        if name not in VARIABLES:
            close = difflib.get_close_matches(name.lower(), VARIABLES, n=1)
            hint = f"did you mean {{{{{close[0]}}}}}?" if close else f"there are {', '.join(VARIABLES)}"
            found.append(Problem(f"{place[0]} is not a variable; {hint}", place.start(), len(place[0])))
    rest = _PLACE.sub(lambda place: " " * len(place[0]), text)
    for brace in re.finditer(r"\{\{|\}\}", rest):
        message = f"{brace[0]} stands alone; a variable is written {{{{requester.name}}}}, on one line"
        found.append(Problem(message, brace.start(), 2))
    return sorted(found, key=lambda problem: problem.position)


def _read(inside: str) -> tuple[str, str | None]:
    """The name and the default between the braces; what has another form is a name that nobody knows."""
    parts = _NAME.fullmatch(inside)
    return (parts[1].lower(), None if parts[2] is None else parts[2].strip()) if parts else (inside.strip(), None)
