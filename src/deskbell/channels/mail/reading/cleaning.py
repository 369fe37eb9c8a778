"""The allow-list for HTML that is shown."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote, urlsplit

import nh3
from turbohtml import Element

_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_TAGS: Final = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
    ]
)
_ATTRIBUTES: Final = {
    "*": {"align", "bgcolor", "dir", "lang", "style", "title", "valign"},
    "a": {"href"},
    "col": {"span", "width"},
    "font": {"color", "face", "size"},
    "img": {"alt", "data-src", "height", "src", "width"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "td": {"colspan", "height", "nowrap", "rowspan", "width"},
    "th": {"colspan", "height", "nowrap", "rowspan", "width"},
}
# Nothing that positions, loads, or covers the page around it.
_STYLES: Final = frozenset(
    [
        "background-color",
        "border",
        "border-bottom",
        "border-collapse",
        "border-color",
        "border-left",
        "border-radius",
        "border-right",
        "border-spacing",
        "border-style",
        "border-top",
        "border-width",
        "color",
        "direction",
        "font",
        "font-family",
        "font-size",
        "font-style",
        "font-variant",
        "font-weight",
        "height",
        "letter-spacing",
        "line-height",
        "list-style-type",
        "margin",
        "margin-bottom",
        "margin-left",
        "margin-right",
        "margin-top",
        "max-width",
        "padding",
        "padding-bottom",
        "padding-left",
        "padding-right",
        "padding-top",
        "text-align",
        "text-decoration",
        "text-indent",
        "text-transform",
        "vertical-align",
        "white-space",
        "width",
        "word-break",
        "word-wrap",
    ]
)
PART_SCHEME: Final = "deskbell-part"


def clean(html: str) -> str:
    """The allow-list: no scripts, no forms, nothing that loads from outside, and links without a referrer."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto", "tel", PART_SCHEME},
        link_rel="noopener noreferrer nofollow",
        filter_style_properties=set(_STYLES),
        url_relative="deny",
        attribute_filter=_kept_attribute,
    )


def point_image(image: Element, reference_of: Callable[[str], str | None], hosts: list[str]) -> None:
    """Gives an image the placeholder of its file, or moves the address on another host to `data-src`."""
    source = _SPACES.sub("", image.attr("src") or "")
    image.attrs.pop("data-src", None)
    if not source:
        return
    reference = reference_of(unquote(source.removeprefix("cid:")))
    if reference is not None:
        image.attrs["src"] = reference
        return
    del image.attrs["src"]
    try:
        host = urlsplit(source).hostname if source.lower().startswith(("http://", "https://")) else None
    except ValueError:
        host = None
    if host:
        image.attrs["data-src"] = source
        hosts.append(host)


def _kept_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "src" and not value.startswith(f"{PART_SCHEME}:"):
        return None
    if name == "href" and value.startswith(f"{PART_SCHEME}:"):
        return None
    if name == "style" and ("url(" in value.lower() or "expression" in value.lower() or "\\" in value):
        return None
    return value
