"""Converts a Markdown file to an article's title and text."""

import re
from collections.abc import Mapping
from typing import Any, Final

from deskbell.features.knowledge.importing.links import without_relative_links
from deskbell.features.knowledge.importing.pictures import PicturesBeside
from deskbell.features.knowledge.importing.templating import without_templating

_PICTURE: Final = re.compile(r"!\[([^\]]*)\]\((?!https?:|//|data:)([^)]*)\)")
_HASHED: Final = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$")
_UNDERLINE: Final = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_FENCE: Final = re.compile(r"^ {0,3}(?:```|~~~)")
_BLOCKS: Final = r"address|article|aside|details|div|dl|figure|footer|header|main|nav|ol|p|section|table|ul"
_BLOCK: Final = re.compile(rf"<(?:{_BLOCKS})\b", re.IGNORECASE)
_EDGE: Final = re.compile(rf"<(/?)(?:{_BLOCKS})\b", re.IGNORECASE)
_LITERAL: Final = re.compile(r"<(/?)pre\b", re.IGNORECASE)


def clean(text: str, facts: Mapping[str, Any], pictures: PicturesBeside) -> str:
    """A page of a static site as plain Markdown.

    A picture of the folder is marked, another local one becomes its description, a link to another page its text.
    """

    def shown(found: re.Match[str]) -> str:
        mark = pictures.mark_for(found[2])
        if mark is not None:
            return f"![{found[1]}]({mark})"
        return f"*{found[1]}*" if found[1].strip() else ""

    text = _PICTURE.sub(shown, without_templating(text, facts))
    return _without_indented_html(without_relative_links(text)).strip()


def _without_indented_html(text: str) -> str:
    """The text with the tags inside of HTML at the start of their lines.

    Static site generators read HTML to its closing tag. In CommonMark a blank line ends it, and what is indented after that is
    code.
    """
    lines = []
    depth, fenced, literal = 0, False, False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (depth or _BLOCK.match(line)):
            flat = line.lstrip()
            lines.append(flat if flat.startswith("<") and not literal else line)
            depth = max(0, depth + sum(-1 if found[1] else 1 for found in _EDGE.finditer(line)))
            for found in _LITERAL.finditer(line):
                literal = not found[1]
            continue
        lines.append(line)
    return "\n".join(lines)


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
