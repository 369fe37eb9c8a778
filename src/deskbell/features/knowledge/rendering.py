"""Renders articles: as safe HTML (CommonMark with tables, cleaned by an allow-list) and as plain text."""

import asyncio
import html
import re
from copy import deepcopy
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.anchors import anchors_plugin

ID_PREFIX: Final = "article-"
"""The prefix of ids in an article, so that none equals an id of the surrounding page."""
_LONG: Final = 10_000
"""The number of characters above which rendering takes over a millisecond and runs in a thread."""
_ALIGNMENT: Final = re.compile(r"text-align:(left|center|right)")
_SPACES: Final = re.compile(r"\s+")
_BREAKS: Final = re.compile(r"<(?=/?(?:br|p|div|h[1-6]|li|td|th|tr|dt|dd|pre|blockquote|hr|summary)\b)", re.IGNORECASE)
"""The start of a tag that separates words."""


def _align_cells(state: StateCore) -> None:
    """Sets the alignment of a table's cells as `align`: the cleaner removes styles, and pages allow none inline."""
    for token in state.tokens:
        if token.type in {"th_open", "td_open"} and (found := _ALIGNMENT.fullmatch(str(token.attrGet("style") or ""))):
            token.attrs = {"align": found[1]}


_MARKDOWN: Final = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
_MARKDOWN.use(anchors_plugin, max_level=6)
_MARKDOWN.core.ruler.push("align_cells", _align_cells)

_ATTRIBUTES: Final = deepcopy(nh3.ALLOWED_ATTRIBUTES)
_ATTRIBUTES.setdefault("*", set()).add("id")
_ATTRIBUTES["a"].add("name")


def _within_the_article(tag: str, attribute: str, value: str) -> str:
    """Prefixes links to places in the article, and `name` attributes, as ids are prefixed."""
    if tag == "a" and attribute == "href" and value.startswith("#") and len(value) > 1:
        return f"#{ID_PREFIX}{value[1:]}"
    if tag == "a" and attribute == "name":
        return f"{ID_PREFIX}{value}"
    return value


_CLEANER: Final = nh3.Cleaner(
    attributes=_ATTRIBUTES,
    attribute_filter=_within_the_article,
    id_prefix=ID_PREFIX,
    link_rel="noopener noreferrer nofollow",
)
_TEXT: Final = nh3.Cleaner(tags=set())


async def as_html(markdown: str) -> str:
    """The text as HTML without scripts, styles, frames or event handlers; links send no referrer.

    Headings get ids from their words, so that `[see there](#step-two)` links to "Step two".
    """
    if len(markdown) > _LONG:
        return await asyncio.to_thread(_render, markdown)
    return _render(markdown)


async def as_text(markdown: str) -> str:
    """The visible words, on one line, for search and snippets."""
    if len(markdown) > _LONG:
        return await asyncio.to_thread(_plain, markdown)
    return _plain(markdown)


def _render(markdown: str) -> str:
    return _CLEANER.clean(_MARKDOWN.render(markdown))


def _plain(markdown: str) -> str:
    rendered = _BREAKS.sub(" <", _MARKDOWN.render(markdown))
    return _SPACES.sub(" ", html.unescape(_TEXT.clean(rendered))).strip()
