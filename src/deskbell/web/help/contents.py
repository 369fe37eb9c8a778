"""The table of contents of an article, read from its cleaned HTML."""

import html
import re
from typing import Final, NamedTuple

_HEADING: Final = re.compile(r'<h([1-6]) id="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_DEEPEST: Final = 2
"""Headings of this many levels are listed."""


class Entry(NamedTuple):
    """A heading: its id in the page, its words, and its depth from 0."""

    id: str
    words: str
    depth: int


def table_of_contents(article: str) -> list[Entry]:
    """The upper two levels of an article's headings; empty for fewer than two, which need no table."""
    found = [
        (int(level), html.unescape(each_id), html.unescape(_TAG.sub("", words)).strip())
        for level, each_id, words in _HEADING.findall(article)
    ]
    found = [each for each in found if each[2]]
    levels = sorted({level for level, _, _ in found})[:_DEEPEST]
    entries = [Entry(each_id, words, levels.index(level)) for level, each_id, words in found if level in levels]
    return entries if len(entries) > 1 else []


def reachable(article: str) -> str:
    """The article with tables that the keyboard reaches: wide ones scroll sideways.

    What is added has no quotes: the text of an attribute may look like a tag.
    """
    return re.sub(r"<table(?=[ >])", "<table tabindex=0", article)


def below_title(article: str) -> str:
    """The article with its headings moved down so that the highest is of level 2, below the page's title."""
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", article)]
    if not levels or min(levels) > 1:
        return article
    return re.sub(r"<(/?)h([1-6])(?=[ >])", lambda found: f"<{found[1]}h{min(int(found[2]) + 1, 6)}", article)
