"""A mail's tree of parts (RFC 2046), within bounds of depth and number.

Each level is a slice of the one above, so an inner part can never reach beyond its container. Memory and time are
bounded by the mail's size times the bounded depth. Python's own parser recurses once a level and checks every line
against the boundaries of all levels.
"""

import binascii
import re
from typing import Final

from deskbell.channels.mail.reading.headers import Header, lenient_base64, read_block
from deskbell.channels.mail.reading.parameters import Parameterized, read_parameters

MAX_PARTS: Final = 1_000
MAX_DEPTH: Final = 50

_FIRST_DELIMITER: Final = re.compile(rb"(?:^|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?=content-)", re.IGNORECASE)
_UU_BEGIN: Final = re.compile(rb"(?:^|\n)begin [0-7]{3,4} [^\r\n]+\r?\n")


class Node:
    """A part: its headers and either children or a body."""

    def __init__(self, headers: list[Header], body: bytes, default_type: str, fallback: str | None) -> None:
        self.headers = headers
        self.body = body
        """As sent: still in its transfer encoding."""
        self.children: list[Node] = []
        self.type = read_parameters(self.raw("content-type"), fallback)
        self.disposition = read_parameters(self.raw("content-disposition"), fallback)
        self.content_type = self.type.value if "/" in self.type.value else default_type

    def raw(self, name: str) -> bytes | None:
        """The first value of a header, as sent."""
        return next((header.value for header in self.headers if header.name == name), None)

    @property
    def main_type(self) -> str:
        """`text` of `text/plain`."""
        return self.content_type.partition("/")[0]

    @property
    def charset(self) -> str | None:
        """As declared."""
        return self.type.parameters.get("charset")

    @property
    def encoding(self) -> str:
        """The transfer encoding, in lower case; empty where none is given."""
        return read_parameters(self.raw("content-transfer-encoding")).value.strip("\"'")

    def content(self) -> bytes:
        """The body without its transfer encoding; what is damaged in it is passed over."""
        return transfer_decoded(self.body, self.encoding)

    def leaves(self) -> "list[Node]":
        """Every part below that has no children, in order; itself if it has none."""
        found: list[Node] = []
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node.children:
                waiting.extend(reversed(node.children))
            else:
                found.append(node)
        return found


class Tree:
    """A mail's parts. `is_cut`: there were more of them, or deeper ones, than are read."""

    def __init__(self, raw: bytes) -> None:
        block = read_block(raw, top=True)
        self.headers_are_cut = block.is_cut
        self.is_cut = False
        self._count = 0
        self.root = Node(block.headers, raw[block.body_at :], "text/plain", None)
        self.charset = self.root.charset
        self._split(self.root, 1)
        self.charset = self.charset or next((leaf.charset for leaf in self.root.leaves() if leaf.charset), None)

    def _split(self, node: Node, depth: int) -> None:
        if node.main_type != "multipart":
            return
        if depth >= MAX_DEPTH:
            self.is_cut = True
            return
        body = node.content() if node.encoding in {"base64", "quoted-printable"} else node.body
        default = "message/rfc822" if node.content_type == "multipart/digest" else "text/plain"
        for begin, end in _pieces(body, node.type):
            if self._count >= MAX_PARTS:
                self.is_cut = True
                return
            self._count += 1
            block = read_block(body, begin, end)
            child = Node(block.headers, body[block.body_at : end], default, self.charset)
            node.children.append(child)
            self._split(child, depth + 1)


def _pieces(body: bytes, content_type: Parameterized) -> list[tuple[int, int]]:
    """Where each part between two boundary lines begins and ends."""
    boundary = content_type.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
    pieces = _between(body, boundary) if boundary else []
    if not pieces and (found := _FIRST_DELIMITER.search(body)):
        pieces = _between(body, found[1].removesuffix(b"--"))  # the declared boundary is missing or wrong
    return pieces


def _between(body: bytes, boundary: bytes) -> list[tuple[int, int]]:
    line = re.compile(rb"(?:^|\r?\n|\r)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r|\n|$)")
    pieces: list[tuple[int, int]] = []
    begin = -1
    for found in line.finditer(body):
        if begin >= 0:
            pieces.append((begin, max(begin, found.start())))
            if len(pieces) > MAX_PARTS:
                return pieces
        begin = _next_line(body, found.end())
        if found[1]:
            return pieces
    if 0 <= begin < len(body):
        pieces.append((begin, len(body)))  # the closing line is missing
    return pieces


def _next_line(body: bytes, at: int) -> int:
    if body.startswith(b"\r\n", at):
        return at + 2
    return at + 1


def transfer_decoded(body: bytes, encoding: str) -> bytes:
    """The bytes that `body` encodes; an unknown encoding is none."""
    if encoding == "base64":
        return lenient_base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        found = _UU_BEGIN.search(body)
        return uu_decoded(body[found.end() :]) if found else body
    return body


def uu_decoded(lines: bytes) -> bytes:
    """The content of uuencoded lines up to `end`."""
    content = bytearray()
    for line in lines.splitlines():
        if line.strip() == b"end":
            break
        try:
            content += binascii.a2b_uu(line)
        except binascii.Error:
            # Some programs write a length that does not fit; the standard library's own workaround.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                content += binascii.a2b_uu(line[:length])
            except binascii.Error:
                continue
    return bytes(content)
