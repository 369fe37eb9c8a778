"""Renders the Markdown of tickets and comments as safe HTML.

Marks are CommonMark with tables and strikethrough. A line break is a break, because people write mails that way; HTML is shown
as written; only pictures of this server are shown, others become links, so that reading never calls another host.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

T = TypeVar("T")
_LONG: Final = 10_000
"""The number of characters from which rendering takes so long that it runs in a thread."""
_CACHED: Final = 2_000
"""The longest text, in characters, whose HTML is kept in memory."""
_OWN_PICTURE: Final = re.compile(r"/api/v1/uploads/[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'`]{1,2000}", re.IGNORECASE)
_AFTER_ADDRESS: Final = ".,:;!?*_)]}"
"""Signs at the end of an address that belong to the sentence around it."""


def _picture(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    source = str(token.attrGet("src") or "")
    words = escapeHtml(renderer.renderInlineAsText(token.children or [], options, env))
    if _OWN_PICTURE.fullmatch(source):
        return f'<img src="{escapeHtml(source)}" alt="{words}">'
    return f'<a href="{escapeHtml(source)}">{words or escapeHtml(source)}</a>'


def _link_addresses(state: StateCore) -> None:
    """Makes links of bare web addresses outside of links and code."""
    for block in state.tokens:
        if block.type == "inline" and block.children and "://" in block.content:
            block.children = list(_linked(block.children))


def _linked(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not depth:
            yield from _split(token.content)
        else:
            yield token


def _split(text: str) -> Iterator[Token]:
    done = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_AFTER_ADDRESS)
        yield Token("text", "", 0, content=text[done : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield Token("text", "", 0, content=address)
        yield Token("link_close", "a", -1)
        done = found.start() + len(address)
    yield Token("text", "", 0, content=text[done:])


_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_MARKDOWN.add_render_rule("image", _picture)
_MARKDOWN.core.ruler.push("link_addresses", _link_addresses)
_CLEANER: Final = nh3.Cleaner(url_schemes={"http", "https", "mailto", "tel"}, link_rel="noopener noreferrer nofollow")


def to_html(text: str) -> str:
    """A text as HTML without scripts, styles, frames, event handlers and pictures of other hosts."""
    return _kept(text) if len(text) <= _CACHED else _rendered(text)


async def rendered(shape: Callable[[], T], length: int) -> T:
    """A shape that renders texts of this many characters together, in a thread where they are long."""
    return await asyncio.to_thread(shape) if length > _LONG else shape()


@lru_cache(maxsize=2_048)
def _kept(text: str) -> str:
    return _rendered(text)


def _rendered(text: str) -> str:
    return _CLEANER.clean(_MARKDOWN.render(text)).strip()
