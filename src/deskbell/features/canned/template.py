"""Variables in canned responses: `Hello {{requester.name|there}}, about your ticket #{{ticket.number}} …`.

Not a template library: Mustache and Jinja bring sections, loops, escaping for HTML and (Jinja) code of the author,
none of which an answer needs, and neither reports unknown names. Values are inserted verbatim and never parsed again,
so a customer's name cannot inject variables.
"""

import difflib
import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

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
"""Every variable that a canned response or a macro may use, with its meaning; besides, `ticket.field.<key>`: a field's value."""
FIELD = "ticket.field."

_PLACE = re.compile(r"\{\{([^{}\n]*)\}\}")
_NAME = re.compile(r"\s*([A-Za-z_]+\.[A-Za-z_]+(?:\.[A-Za-z0-9_]+)?)\s*(?:\|([^{}\n]*))?")


class Rendered(Struct, frozen=True):
    """The rendered text, and the names that could not be replaced and remain in it."""

    text: str
    unknown: list[str]


class Problem(Struct, frozen=True):
    """An error in a template; `position` and `length` are in characters, from 0."""

    message: str
    position: int
    length: int


def render(text: str, context: Mapping[str, Mapping[str, str]], known: Mapping[str, str] = VARIABLES) -> Rendered:
    """Replaces the variables in `text` by values of `context`, for example `{"requester": {"name": "Jo"}}`.

    `{{requester.name|there}}` gives "there" when the name is empty or missing. Without such a default an empty value
    gives nothing, and a missing one remains as written and is reported, each name once. `known` are the variables.
    """
    unknown: dict[str, None] = {}

    def fill(place: re.Match[str]) -> str:
        name, default = _read(place[1])
        group, _, field = name.partition(".")
        value = context.get(group, {}).get(field)
        if value or (value is not None and default is None):
            return value
        if default is not None and _is_variable(name, known):
            return default
        unknown[name] = None
        return place[0]

    return Rendered(_PLACE.sub(fill, text), list(unknown))


def rendered_in(data: Any, context: Mapping[str, Mapping[str, str]]) -> Any:
    """JSON with the variables in its strings replaced."""
    if isinstance(data, str):
        return render(data, context).text
    if isinstance(data, dict):
        return {key: rendered_in(value, context) for key, value in data.items()}
    return [rendered_in(value, context) for value in data] if isinstance(data, list) else data


def names_in(text: str) -> set[str]:
    """The names of the variables in a text, known or not."""
    return {_read(place[1])[0] for place in _PLACE.finditer(text)}


def problems(text: str, known: Mapping[str, str] = VARIABLES) -> list[Problem]:
    """The errors to report when `text` is saved: names that are not `known`, and unpaired braces."""
    found = []
    for place in _PLACE.finditer(text):
        name, _ = _read(place[1])
        if not _is_variable(name, known):
            close = difflib.get_close_matches(name.lower(), known, n=1)
            hint = f"did you mean {{{{{close[0]}}}}}?" if close else f"there are {', '.join(known)}"
            found.append(Problem(f"{place[0]} is not a variable; {hint}", place.start(), len(place[0])))
    rest = _PLACE.sub(lambda place: " " * len(place[0]), text)
    for brace in re.finditer(r"\{\{|\}\}", rest):
        message = f"{brace[0]} is unpaired; a variable is written {{{{requester.name}}}}, on one line"
        found.append(Problem(message, brace.start(), 2))
    return sorted(found, key=lambda problem: problem.position)


def _is_variable(name: str, known: Mapping[str, str]) -> bool:
    return name in known or name.startswith(FIELD)


def _read(inside: str) -> tuple[str, str | None]:
    """The name and the default between the braces; text of another form is an unknown name."""
    parts = _NAME.fullmatch(inside)
    return (parts[1].lower(), None if parts[2] is None else parts[2].strip()) if parts else (inside.strip(), None)
