"""Articles as safe HTML: CommonMark with tables, cleaned by an allow-list whatever its author wrote."""

import asyncio
from typing import Final

import nh3
from markdown_it import MarkdownIt

__all__ = ["as_html"]

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
_LONG: Final = 10_000
"""Characters beyond which rendering is no longer a matter of a millisecond and leaves the event loop."""


async def as_html(markdown: str) -> str:
    """The text as HTML without scripts, styles, frames or event handlers; links open without telling where from."""
    if len(markdown) > _LONG:
        return await asyncio.to_thread(_render, markdown)
    return _render(markdown)


def _render(markdown: str) -> str:
    return nh3.clean(_MARKDOWN.render(markdown), link_rel="noopener noreferrer nofollow")
