"""Links of imported pages. Links to other files of the site have no target here and become their text."""

import re
from collections.abc import Callable
from typing import Final

from deskbell.features.knowledge.importing.templating import CODE

_KEPT: Final = r"(?:https?:|mailto:|tel:|//|#)"
_WORDS: Final = r"((?:[^\[\]]|\[[^\[\]]*\])*)"
_TARGET: Final = r"(?:<[^<>\n]*>|(?:[^()\s<>]|\([^()\s<>]*\))*)"
_TITLE: Final = r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?"

_INLINE: Final = re.compile(rf"(?<!!)\[{_WORDS}\]\(\s*(?!<?{_KEPT}){_TARGET}{_TITLE}\s*\)", re.IGNORECASE)
_DEFINITION: Final = re.compile(
    rf"^ {{0,3}}\[(?!\^)([^\[\]\n]+)\]:[ \t]*(?!<?{_KEPT})\S+{_TITLE}[ \t]*(?:\n|$)", re.IGNORECASE | re.MULTILINE
)
_REFERENCE: Final = re.compile(rf"\[{_WORDS}\](?:\[([^\[\]]*)\])?(?![(:])")
_HTML: Final = re.compile(
    rf"<a\s(?:[^>]*?\s)?href\s*=\s*([\"'])(?!{_KEPT})[^\"'>]*\1[^>]*>(.*?)</a\s*>", re.IGNORECASE | re.DOTALL
)


def is_kept(address: str) -> bool:
    """Whether a link stays valid in the help centre: a full URL, or an anchor in the page."""
    return re.match(_KEPT, address, re.IGNORECASE) is not None


def without_relative_links(text: str) -> str:
    """Markdown with links to other files replaced by their text. Code is unchanged."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\ue000{len(kept) - 1}\ue001"

    text = CODE.sub(keep, text.replace("\ue000", "").replace("\ue001", ""))
    labels = {_label(name) for name in _DEFINITION.findall(text)}
    text = _HTML.sub(r"\2", _INLINE.sub(r"\1", _DEFINITION.sub("", text)))
    if labels:
        text = _REFERENCE.sub(_without_labels(labels), text)
    return re.sub("\ue000([0-9]+)\ue001", lambda found: kept[int(found[1])], text)


def _without_labels(labels: set[str]) -> Callable[[re.Match[str]], str]:
    return lambda found: found[1] if _label(found[2] or found[1]) in labels else found[0]


def _label(text: str) -> str:
    """Labels match in any case and spacing (CommonMark)."""
    return " ".join(text.split()).casefold()
