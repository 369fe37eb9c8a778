"""Which parts of a mail are its words, and which are files."""

import re
from typing import Final, NamedTuple

from deskbell.channels.mail.reading.charsets import decode
from deskbell.channels.mail.reading.pages import html_text
from deskbell.channels.mail.reading.splitting import Node, uu_decoded
from deskbell.channels.mail.reading.tnef import TYPES, BadTnef, read_tnef
from deskbell.kernel.mail.records import Note

MAX_TEXT: Final = 1_000_000

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UU: Final = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,200})\n((?:[\x20-\x60]{1,90}\n)*?)`?\n?end$", re.MULTILINE)
_ENRICHED: Final = re.compile(r"<<|<param>[^<]{0,1000}</param>|</?[a-z-]{1,40}>", re.IGNORECASE)
"""A bracket, what a command needs, or a command (RFC 1896)."""
_PGP: Final = "-----BEGIN PGP MESSAGE-----"


class Words(NamedTuple):
    """A displayable piece: its text, its HTML where it has some, or both."""

    text: str | None
    html: str | None


class File(NamedTuple):
    """A part that is kept as a file. `content` None: taken from the node."""

    node: Node | None
    name: str = ""
    content: bytes | None = None
    hidden: bool = False


class Bodies:
    """The words and files of a mail, in order."""

    def __init__(self, root: Node, charset: str | None) -> None:
        self.words: list[Words] = []
        self.files: list[File] = []
        self.notes: list[Note] = []
        self._charset = charset
        self._root = root
        self._from_tnef: list[Words] = []
        self._take(root, in_report=False)
        if not any(has_words(words) for words in self.words):
            self.words += self._from_tnef

    def _take(self, node: Node, *, in_report: bool) -> None:
        """The splitter bounds the depth, so this may recurse."""
        kind = node.content_type
        if not node.children:
            self._take_leaf(node, in_report=in_report)
        elif kind == "multipart/alternative":
            self._take_alternative(node)
        elif kind == "multipart/related":
            self._take_related(node)
        elif kind == "multipart/encrypted":
            is_pgp = "pgp" in node.type.parameters.get("protocol", "pgp")
            self.notes.append(Note.ENCRYPTED_PGP if is_pgp else Note.ENCRYPTED_SMIME)
            self.files.extend(File(leaf) for leaf in node.leaves())
        else:
            for child in node.children:
                self._take(child, in_report=in_report or kind == "multipart/report")

    def _take_leaf(self, node: Node, *, in_report: bool) -> None:
        kind = node.content_type
        if kind in {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}:
            self.files.append(File(node, hidden=not file_name(node)))
        elif in_report and kind in _REPORT_PARTS:
            self.files.append(File(node, hidden=True))
        elif self._is_displayable(node):
            self._add_text(node)
        elif node.body or file_name(node) or node.main_type != "multipart":
            if (kind in TYPES or file_name(node).lower() == "winmail.dat") and self._take_tnef(node):
                return
            if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
                self.notes.append(Note.ENCRYPTED_SMIME)
            self.files.append(File(node))

    def _take_tnef(self, node: Node) -> bool:
        """Takes the files and the text of a `winmail.dat`; False for a damaged one, which stays a file."""
        try:
            found = read_tnef(node.content())
        except BadTnef:
            self.notes.append(Note.DAMAGED_TNEF)
            return False
        self.files += [File(None, each.name, each.content) for each in found.files]
        if found.html is not None:
            self._from_tnef.append(Words(None, tidy(found.html)))
        elif found.text is not None:
            self._from_tnef.append(Words(tidy(found.text), None))
        return True

    def _is_displayable(self, node: Node) -> bool:
        kind = node.content_type
        if node.main_type == "multipart":
            return True  # its boundary is missing: what is in it is shown
        if kind not in _TEXTS or node.disposition.value == "attachment":
            return False
        if not file_name(node):
            return True
        return node is self._root and not node.disposition.value

    def _add_text(self, node: Node) -> None:
        if node.content_type == "text/html":
            self.words.append(Words(None, self._text_of(node)))
            return
        text = self._text_of(node)
        if "\nend" in text and "begin " in text:
            text = self._without_uuencoded(text)
        if len(text) > MAX_TEXT:
            text = text[:MAX_TEXT]
            self.notes.append(Note.TEXT_CUT)
            self.files.append(File(node))
        if node.content_type in {"text/enriched", "text/richtext"}:
            text = _ENRICHED.sub(lambda found: "<" if found[0] == "<<" else "", text)
        if node.type.parameters.get("format", "").lower() == "flowed":
            text = unflowed(text, node.type.parameters.get("delsp", "").lower() == "yes")
        if _PGP in text:
            self.notes.append(Note.ENCRYPTED_PGP)
        self.words.append(Words(text, None))

    def _text_of(self, node: Node) -> str:
        content = node.content()
        text = decode(content, node.charset, fallback=self._charset, html=node.content_type == "text/html")
        return tidy(text)

    def _take_alternative(self, node: Node) -> None:
        """Of several forms the richest that has words; a calendar among them is a file."""
        forms: list[tuple[int, list[Words]]] = []
        files: list[File] = []
        for child in node.children:
            if child.children or self._is_displayable(child):
                inner = Bodies(child, self._charset)
                self.notes.extend(inner.notes)
                files.extend(inner.files)
                if any(has_words(words) for words in inner.words):
                    forms.append((max(_richness(words) for words in inner.words), inner.words))
            else:
                files.append(File(child))
        if forms:
            self.words.extend(max(enumerate(forms), key=lambda form: (form[1][0], form[0]))[1][1])
        self.files.extend(files)

    def _take_related(self, node: Node) -> None:
        start = node.type.parameters.get("start", "")
        root = next((child for child in node.children if start and child.raw("content-id") == start.encode()), None)
        root = root or next((child for child in node.children if child.children or self._is_displayable(child)), None)
        for child in node.children:
            if child is root:
                self._take(child, in_report=False)
            else:
                self.files.extend(File(leaf) for leaf in child.leaves())

    def _without_uuencoded(self, text: str) -> str:
        def keep(found: re.Match[str]) -> str:
            content = uu_decoded(found[2].encode("ascii", "replace"))
            self.files.append(File(None, found[1].strip(), content))
            return ""

        return _UU.sub(keep, text)


_TEXTS: Final = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text", "text/text"})
_REPORT_PARTS: Final = frozenset(
    {"message/delivery-status", "message/global-delivery-status", "text/rfc822-headers", "message/rfc822",
     "message/global", "message/disposition-notification", "message/feedback-report", "message/global-headers"}
)  # fmt: skip


def file_name(node: Node) -> str:
    """The name that the part gives itself, or an empty one."""
    return (node.disposition.parameters.get("filename") or node.type.parameters.get("name") or "").strip()


def has_words(words: Words) -> bool:
    """Whether anything would be read or seen."""
    if words.html is not None:
        return "<img" in words.html.lower() or bool(html_text(words.html[:MAX_TEXT]).strip())
    return bool((words.text or "").strip())


def _richness(words: Words) -> int:
    return 2 if words.html is not None else 1


def tidy(text: str) -> str:
    """One kind of line end, and no control characters."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def unflowed(text: str, delete_space: bool) -> str:
    """Joins flowed lines (RFC 3676); quoted lines join only at the same depth."""
    result: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:]
        words = words.removeprefix(" ")
        prefix = ">" * depth + (" " if depth else "")
        if open_depth == depth and words != "-- ":
            result[-1] = (result[-1][:-1] if delete_space else result[-1]) + words
        else:
            result.append(prefix + words)
        open_depth = depth if words.endswith(" ") and words != "-- " else -1
    return "\n".join(result)
