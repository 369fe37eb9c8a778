"""Header blocks and encoded words (RFC 5322, RFC 2047), as mail programs really write them."""

import binascii
import re
from typing import Final, NamedTuple

from deskbell.channels.mail.reading.charsets import decode

MAX_BLOCK_BYTES: Final = 256 * 1_024
MAX_LINES: Final = 2_000
MAX_HEADER_BYTES: Final = 64 * 1_024

_NAME: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BIDI: Final = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_BASE64: Final = bytes(range(256)).translate(None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


class Header(NamedTuple):
    """A header field. `name` is in lower case; `value` is unfolded and as sent."""

    name: str
    value: bytes


class Block(NamedTuple):
    """A header block, where its body begins, and whether it was longer than is read."""

    headers: list[Header]
    body_at: int
    is_cut: bool


def read_block(raw: bytes, start: int = 0, end: int | None = None, *, top: bool = False) -> Block:
    """The header block at `start`.

    In the mail's own block (`top`) a line that is no header continues the one before. In a part such a first line
    means that the part has no headers at all.
    """
    end = len(raw) if end is None else end
    start = _after_preliminaries(raw, start, end) if top else start
    block_end, body_at = _block_end(raw, start, end)
    is_cut = block_end - start > MAX_BLOCK_BYTES
    lines = raw[start : min(block_end, start + MAX_BLOCK_BYTES)].split(b"\n", MAX_LINES)
    if len(lines) > MAX_LINES:
        is_cut = True
        del lines[MAX_LINES:]
    if not top and lines and not _NAME.match(lines[0]):
        return Block([], start, False)
    return Block(_fields(lines), body_at, is_cut)


def _after_preliminaries(raw: bytes, start: int, end: int) -> int:
    """Past blank lines and an mbox's `From ` line."""
    while start < end and raw[start] in b"\r\n \t":
        start += 1
    if raw.startswith((b"From ", b">From "), start):
        line_end = raw.find(b"\n", start, end)
        start = end if line_end < 0 else line_end + 1
    return start


def _block_end(raw: bytes, start: int, end: int) -> tuple[int, int]:
    if raw.startswith((b"\n", b"\r\n"), start):
        return start, raw.index(b"\n", start) + 1
    found = _BLANK_LINE.search(raw, start, end)
    return (found.start() + 1, found.end()) if found else (end, end)


def _fields(lines: list[bytes]) -> list[Header]:
    fields: list[tuple[str, list[bytes]]] = []
    for line in lines:
        text = line.rstrip(b"\r")
        found = None if text[:1] in {b" ", b"\t"} else _NAME.match(text)
        if found:
            fields.append((found[1].decode("ascii").lower(), [text[found.end() :].strip(b" \t")]))
        elif fields and text:
            fields[-1][1].append(text.strip(b" \t"))
    return [Header(name, b" ".join(part for part in parts if part)[:MAX_HEADER_BYTES]) for name, parts in fields]


def one_line(text: str, *, no_bidi: bool = False) -> str:
    """The text without control characters and line breaks; without bidi marks if `no_bidi`."""
    text = _CONTROLS.sub(" ", text)
    if no_bidi:
        text = _BIDI.sub("", text)
    return text.strip()


def decoded(value: bytes, fallback: str | None = None) -> str:
    """A header's value as text, encoded words included, on one line."""
    return one_line(decode_words(value, fallback))


def decode_words(value: bytes, fallback: str | None = None) -> str:
    """Decodes encoded words; linear in the length of `value`, whatever it holds.

    The bytes of adjacent words with one charset are joined first, because some programs split characters.
    """
    if b"=?" not in value:
        return decode(value, fallback=fallback)
    pieces: list[str] = []
    pending: tuple[str, bytearray] | None = None
    at = 0
    while (word := _next_word(value, at)) is not None:
        between = value[at : word.start]
        if pending is not None and (between.strip() or pending[0] != word.charset):
            pieces.append(decode(bytes(pending[1]), pending[0], fallback=fallback))
            between = between if between.strip() else b""
            pending = None
        elif pending is not None:
            between = b""
        if between:
            pieces.append(decode(between, fallback=fallback))
        pending = pending or (word.charset, bytearray())
        pending[1].extend(word.content)
        at = word.end
    if pending is not None:
        pieces.append(decode(bytes(pending[1]), pending[0], fallback=fallback))
    pieces.append(decode(value[at:], fallback=fallback))
    return "".join(pieces)


class _Word(NamedTuple):
    start: int
    end: int
    charset: str
    content: bytes


def _next_word(value: bytes, at: int) -> _Word | None:
    """The next well-enough formed encoded word: `=?charset?B or Q?text?=`, with blanks tolerated inside."""
    while (start := value.find(b"=?", at)) >= 0:
        at = start + 2
        charset_end = value.find(b"?", at, at + 100)
        if charset_end < 0:
            continue
        encoding_end = value.find(b"?", charset_end + 1, charset_end + 8)
        encoding = value[charset_end + 1 : encoding_end].strip().lower() if encoding_end > 0 else b""
        charset = value[at:charset_end].strip()
        if encoding not in {b"b", b"q"} or not charset or not charset.isascii():
            continue
        end = value.find(b"?=", encoding_end + 1)
        if end < 0:
            return None  # nor is there one for any later beginning
        text = value[encoding_end + 1 : end]
        content = lenient_base64(text) if encoding == b"b" else _q_decoded(text)
        return _Word(start, end + 2, charset.decode("ascii").partition("*")[0].lower(), content)
    return None


def lenient_base64(text: bytes) -> bytes:
    """Decodes base64 whatever else is in it: blanks, wrong padding, several padded pieces after one another."""
    result = bytearray()
    for piece in text.split(b"="):
        clean = piece.translate(None, _BASE64)
        if len(clean) % 4 == 1:
            clean = clean[:-1]
        if clean:
            result += binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
    return bytes(result)


def _q_decoded(text: bytes) -> bytes:
    return binascii.a2b_qp(text.replace(b" ", b"_"), header=True)
