"""HTML of mails: its text by lines, what is cut of it, and a safe form for display."""

import re
from collections.abc import Callable, Sequence
from typing import Final

import turbohtml
from turbohtml import Element, Node, Text

from deskbell.channels.mail.reading.cleaning import clean, point_image

MAX_HTML_BYTES: Final = 2_000_000
MAX_LEVELS: Final = 256

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_SPACED: Final = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table", "pre"])
_SILENT: Final = frozenset(
    ["head", "style", "script", "title", "noscript", "template", "iframe", "object", "svg", "math"]
)
_DROPPED: Final = "script, style, title, noscript, template, iframe, object, embed, base, meta, link, form > input"
_CONTAINERS: Final = (
    "gmail_quote", "gmail_quote_container", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "tutanota_quote",
    "deskbell_quote", "zmail_extra", "freebirdquote",
)  # fmt: skip
_REST: Final = frozenset(
    {
        "divrplyfwdmsg", "x_divrplyfwdmsg", "appendonsend", "x_appendonsend", "oldcontent", "original-content",
        "mail-editor-reference-message-container",
    }
)  # fmt: skip
_OUTLOOK_RULE: Final = re.compile(r"border:\s*none;\s*border-top:\s*solid\s+#[0-9a-f]{6}", re.IGNORECASE)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")


class Line:
    """A line of the page's text, with the nodes that make it up."""

    __slots__ = ("contained", "nodes", "text")

    def __init__(self, depth: int, *, contained: bool) -> None:
        self.text = "> " * min(depth, 9)
        self.nodes: list[Node] = []
        self.contained = contained


class Page:
    """A parsed mail body. Raises `PageTooDeep` beyond `MAX_LEVELS`."""

    def __init__(self, html: str) -> None:
        self._document = turbohtml.parse(html, positions=False)
        _check_depth(self._document)
        self.lines: list[Line] = []
        self._hidden: list[Element] = []
        self._rest = False
        self._open: Line | None = None
        self._blank_before = False
        root = self._document.root
        if root is not None:
            self._walk(root, 0, contained=False, preformatted=False)
        self._close()
        while self.lines and not self.lines[-1].text.strip("> "):
            self.lines.pop()

    @property
    def text(self) -> str:
        """All words, quotations marked with `>`."""
        return "\n".join(line.text.rstrip() for line in self.lines)

    def cut(self, cut_lines: Sequence[bool]) -> None:
        """Removes these lines from the page, and what they leave empty."""
        for line, is_cut in zip(self.lines, cut_lines, strict=True):
            if is_cut:
                for node in line.nodes:
                    _remove(node)

    def safe_html(self, reference_of: Callable[[str], str | None], hosts: list[str]) -> str:
        """The page for display. `reference_of` gives the placeholder of a file for a `cid:` or name.

        Images of other hosts move to `data-src`; their hosts are appended to `hosts`.
        """
        for element in [*self._hidden, *self._document.select(_DROPPED)]:
            element.decompose()
        for image in self._document.select("img"):
            point_image(image, reference_of, hosts)
        body = self._document.select_one("body")
        return clean(body.inner_html if body is not None else "")

    def _walk(self, node: Node, depth: int, *, contained: bool, preformatted: bool) -> None:
        """Depth is bounded by `_check_depth`, so this may recurse."""
        for child in node.children:
            if isinstance(child, Text):
                self._add_text(child, depth, contained=contained or self._rest, preformatted=preformatted)
            elif isinstance(child, Element):
                self._walk_element(child, depth, contained=contained, preformatted=preformatted)

    def _walk_element(self, element: Element, depth: int, *, contained: bool, preformatted: bool) -> None:
        tag = element.tag
        if tag in _SILENT:
            return
        if _HIDDEN.search(element.attr("style") or ""):
            self._hidden.append(element)
            return
        if (element.attr("id") or "").lower() in _REST or _OUTLOOK_RULE.search(element.attr("style") or ""):
            self._close()
            self._rest = True
        contained = contained or self._rest or _is_container(element)
        if tag in {"br", "hr", "img"}:
            self._single(element, depth, contained=contained)
            return
        if tag in {"td", "th"} and self._open is not None and self._open.text.strip():
            self._open.text += "  "
        is_block = tag in _BLOCKS
        if is_block:
            self._close()
            self._blank_before |= tag in _SPACED
        if tag == "blockquote" and (contained or not element.has_class("gmail_quote")):
            depth += 1  # Gmail's class outside of its container is an indented block of the writer's own
        if tag == "li":
            self._line(depth, contained=contained).text += "• "
        self._walk(element, depth, contained=contained, preformatted=preformatted or tag == "pre")
        if is_block:
            self._close()
            self._blank_before |= tag in _SPACED

    def _single(self, element: Element, depth: int, *, contained: bool) -> None:
        if element.tag == "img":
            self._line(depth, contained=contained).nodes.append(element)
            return
        line = self._line(depth, contained=contained)
        line.nodes.append(element)
        if element.tag == "hr":
            line.text += "________________________________"
        self._close()

    def _add_text(self, node: Text, depth: int, *, contained: bool, preformatted: bool) -> None:
        if preformatted:
            pieces = node.data.split("\n")
            for number, piece in enumerate(pieces):
                line = self._line(depth, contained=contained)
                line.text += piece
                line.nodes.append(node)
                if number < len(pieces) - 1:
                    self._close()
            return
        words = _SPACES.sub(" ", node.data).replace("\u00a0", " ")
        if self._open is None:
            words = words.lstrip(" ")
        if not words:
            return
        line = self._line(depth, contained=contained)
        line.text += words[1:] if words[0] == " " and line.text.endswith(" ") else words
        line.nodes.append(node)

    def _line(self, depth: int, *, contained: bool) -> Line:
        if self._open is None:
            if self._blank_before and self.lines and self.lines[-1].text.strip("> "):
                self.lines.append(Line(min(depth, self._depth_before(depth)), contained=contained))
            self._blank_before = False
            self._open = Line(depth, contained=contained)
        return self._open

    def _depth_before(self, depth: int) -> int:
        """The depth to which the last line is quoted, so that a blank line between belongs to the shallower one."""
        before = self.lines[-1].text
        return min(depth, len(before[: len(before) - len(before.lstrip("> "))].replace(" ", "")))

    def _close(self) -> None:
        if self._open is not None:
            self.lines.append(self._open)
            self._open = None


class PageTooDeep(Exception):
    """The HTML has more levels than are cleaned."""


def html_text(html: str) -> str:
    """The words of HTML that is not shown itself."""
    try:
        return Page(html).text
    except PageTooDeep:
        return turbohtml.parse(html, positions=False).to_text()


def _is_container(element: Element) -> bool:
    if element.tag == "blockquote":
        return (element.attr("type") or "").lower() == "cite"
    return any(element.has_class(name) for name in _CONTAINERS)


def _check_depth(document: Node) -> None:
    waiting: list[tuple[Node, int]] = [(document, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_LEVELS:
            raise PageTooDeep
        waiting.extend((child, depth + 1) for child in node.children if isinstance(child, Element))


def _remove(node: Node) -> None:
    """The node, and each container that is empty without it."""
    while True:
        parent = node.parent
        if parent is None:
            return
        node.extract()
        if not isinstance(parent, Element) or parent.tag in {"body", "html", "td", "th"}:
            return
        if any(not isinstance(child, Text) or child.data.strip() for child in parent.children):
            return
        node = parent
