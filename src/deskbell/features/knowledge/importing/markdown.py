"""Converts a Markdown file to an article's title and text."""

import re
from collections.abc import Mapping
from typing import Any, Final

from deskbell.features.knowledge.importing.links import without_relative_links
from deskbell.features.knowledge.importing.templating import without_templating

_PICTURE: Final = re.compile(r"!\[([^\]]*)\]\((?!https?:|//|data:)[^)]*\)")
_HASHED: Final = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$")
_UNDERLINE: Final = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_FENCE: Final = re.compile(r"^ {0,3}(?:```|~~~)")


def clean(text: str, facts: Mapping[str, Any]) -> str:
    """A page of a static site as plain Markdown.

    A local image becomes its description, a link to another page its text.
    """
    text = _PICTURE.sub(lambda found: f"*{found[1]}*" if found[1].strip() else "", without_templating(text, facts))
    return without_relative_links(text).strip()


def headed(text: str) -> tuple[str, str]:
    """The first heading, "" for none, and the text, without that heading if it was at the top."""
    lines = text.splitlines()
    fenced = False
    for at, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        if fenced:
            continue
        if found := _HASHED.match(line):
            return _plain(found[1]), _rest(lines, at, at + 1)
        if (
            line.strip()
            and at + 1 < len(lines)
            and _UNDERLINE.match(lines[at + 1])
            and not line.startswith((" ", "\t", "|", "-", ">"))
        ):
            return _plain(line), _rest(lines, at, at + 2)
    return "", text


def _rest(lines: list[str], start: int, end: int) -> str:
    on_top = not any(line.strip() for line in lines[:start])
    return "\n".join(lines[end:] if on_top else lines).strip()


def _plain(heading: str) -> str:
    """A heading's text without links and emphasis."""
    heading = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", heading).strip()
