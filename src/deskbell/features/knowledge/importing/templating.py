"""Removes the template language of static sites (Liquid, as in Jekyll) from Markdown and keeps the visible text."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from deskbell.features.knowledge.importing.front import words_in

CODE: Final = re.compile(
    r"^[ \t]*(?:```+|~~~+).*?^[ \t]*(?:```+|~~~+)[ \t]*$"  # a fenced block
    r"|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)",  # a span
    re.DOTALL | re.MULTILINE,
)
_RAW: Final = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_COMMENT: Final = re.compile(r"\{%-?\s*comment\b.*?-?%\}.*?\{%-?\s*endcomment\s*-?%\}\n?|<!--.*?-->\n?", re.DOTALL)
_CAPTURE: Final = re.compile(r"\{%-?\s*capture\s+(\w+)\s*-?%\}(.*?)\{%-?\s*endcapture\s*-?%\}", re.DOTALL)
_ALERT: Final = re.compile(r"\{%-?\s*alert\b(.*?)-?%\}(.*?)\{%-?\s*endalert\s*-?%\}", re.DOTALL)
_TAG: Final = re.compile(r"\{%-?\s*(\w+)?(.*?)-?%\}", re.DOTALL)
_VALUE: Final = re.compile(r"\{\{-?.*?-?\}\}", re.DOTALL)
_ATTRIBUTES: Final = re.compile(r"^[ \t]*\{:[^}\n]*\}[ \t]*\n?|\{:[^}\n]*\}", re.MULTILINE)
_QUOTED: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_ARGUMENT: Final = re.compile(r"\b(?:content|items|text|message)\s*[=:]\s*([\w.]+)")
_STASH: Final = re.compile("\ue000([0-9]+)\ue001")


def without_templating(text: str, facts: Mapping[str, Any]) -> str:
    """Returns plain Markdown. Code is unchanged; links, channel names, alerts and captured texts keep their content.

    `facts` is the front matter, whose lists pages show by `items=page.name`.
    """
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(_restored(found[1] if found.re is _RAW else found[0], kept))
        return f"\ue000{len(kept) - 1}\ue001"

    text = text.replace("\ue000", "").replace("\ue001", "")
    text = CODE.sub(keep, _RAW.sub(keep, text))
    text = _COMMENT.sub("", text)
    captured: dict[str, str] = {}
    for name, said in _CAPTURE.findall(text):
        captured[name] = said.strip()
    text = _CAPTURE.sub("", text)
    text = _ALERT.sub(_alert, text)
    text = _TAG.sub(_tag_renderer(captured, facts), text)
    text = _ATTRIBUTES.sub("", _VALUE.sub("", text))
    return re.sub(r"\n{3,}", "\n\n", _restored(text, kept))


def _restored(text: str, kept: list[str]) -> str:
    return _STASH.sub(lambda found: kept[int(found[1])], text)


def _alert(found: re.Match[str]) -> str:
    title = next(iter(_texts(found[1])), "")
    return "\n" + _quoted((f"**{title}**\n\n" if title else "") + found[2].strip()) + "\n"


def _tag_renderer(captured: Mapping[str, str], facts: Mapping[str, Any]) -> Callable[[re.Match[str]], str]:
    """A function that returns the visible text of a tag: text, list, address or name; empty for all others."""

    def render_tag(found: re.Match[str]) -> str:
        name, rest = found[1] or "", found[2]
        if name == "include":
            return _included(rest, captured, facts)
        if name in {"page", "link", "url", "post_url"}:
            return next(iter(_texts(rest)), rest.strip())
        if name == "slack_channel":
            channel = [text for text in _texts(rest) if text]
            return f"#{channel[0].lstrip('#')}" if channel else ""
        return ""

    return render_tag


def _included(rest: str, captured: Mapping[str, str], facts: Mapping[str, Any]) -> str:
    for name in _ARGUMENT.findall(rest):
        if name in captured:
            return _quoted(captured[name])
        value = facts.get(name.removeprefix("page.").lower()) if name.startswith("page.") else None
        if isinstance(value, str) and value.strip():
            return _quoted(value.strip())
        if items := words_in(value) if isinstance(value, list) else []:
            return "\n".join("- " + " ".join(item.split()) for item in items)
    return ""


def _texts(arguments: str) -> list[str]:
    return [double or single for double, single in _QUOTED.findall(arguments)]


def _quoted(text: str) -> str:
    return "\n".join(f"> {line.strip()}".rstrip() for line in text.splitlines())
