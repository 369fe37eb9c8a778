"""The first words of a text in one line, for lists. Plain functions, no I/O."""

import re
from typing import Final

LENGTH: Final = 160
"""The longest preview, in characters."""
_QUOTED: Final = re.compile(r"^[ \t]{0,3}>.*$", re.MULTILINE)
_FENCE: Final = re.compile(r"^[ \t]{0,3}(?:`{3,}|~{3,}).*$", re.MULTILINE)
_LINE_MARK: Final = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+)", re.MULTILINE)
_LINK: Final = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,500}\)")
_MARKS: Final = re.compile(r"\\([!-/:-@\[-`{-~])|\*\*|__|~~|`|(?<!\w)[*_]|[*_](?!\w)")
"""An escaped sign, which stays, or a mark of emphasis or code."""


def preview_of(text: str) -> str:
    """A Markdown text as plain words in one line of at most `LENGTH` characters, quotes of earlier mails left out.

    It reads marks by their form and renders nothing: a list has a hundred of them.
    """
    own = _QUOTED.sub("", text)
    words = _LINK.sub(r"\1", _LINE_MARK.sub("", _FENCE.sub("", own if own.strip() else text)))
    line = " ".join(_MARKS.sub(lambda mark: mark[1] or "", words).split())
    return line if len(line) <= LENGTH else f"{line[: LENGTH - 1].rstrip()}…"
