"""Parameters of Content-Type and Content-Disposition (RFC 2231), in every form that programs write."""

import re
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from deskbell.channels.mail.reading.charsets import decode, known_codec
from deskbell.channels.mail.reading.headers import decode_words, one_line

_MAX_PARAMETERS: Final = 200
_NAME: Final = re.compile(rb"([^*=\s]{1,60})(?:\*(\d{1,4}))?(\*)?")
_PERCENT: Final = re.compile(rb"(?:%[0-9A-Fa-f]{2}){2}")


class Parameterized(NamedTuple):
    """A header's value in lower case and its decoded parameters."""

    value: str
    parameters: dict[str, str]


class _Section(NamedTuple):
    number: int
    is_extended: bool
    text: bytes


def read_parameters(header: bytes | None, fallback: str | None = None) -> Parameterized:
    """The value and the parameters; names in lower case. Empty for a missing header."""
    if not header:
        return Parameterized("", {})
    pieces = _split(header)
    sections: dict[str, list[_Section]] = {}
    for piece in pieces[1:]:
        name, equals, text = piece.partition(b"=")
        found = _NAME.fullmatch(name.strip())
        if equals and found:
            key = found[1].decode("latin-1").lower()
            section = _Section(int(found[2] or 0), found[3] is not None, _unquoted(text.strip()))
            sections.setdefault(key, []).append(section)
    value = one_line(pieces[0].decode("latin-1")).lower()
    return Parameterized("".join(value.split()), {name: _joined(each, fallback) for name, each in sections.items()})


def _split(header: bytes) -> list[bytes]:
    """At semicolons outside quotes. A quote that is never closed is no quote."""
    pieces: list[bytes] = []
    begin = at = 0
    may_close = True  # looked for once only: a search at each quote would be quadratic
    while len(pieces) < _MAX_PARAMETERS and at < len(header):
        byte = header[at]
        if byte == 0x22 and may_close:  # a quote
            end = _closing_quote(header, at)
            may_close = end >= 0
            at = max(at, end)
        elif byte == 0x3B:  # a semicolon
            pieces.append(header[begin:at])
            begin = at + 1
        at += 1
    pieces.append(header[begin:])
    return pieces


def _closing_quote(header: bytes, at: int) -> int:
    end = at + 1
    while (end := header.find(b'"', end)) >= 0:
        if header[end - 1] != 0x5C or header[end - 2 : end] == b"\\\\":
            return end
        end += 1
    return -1


def _unquoted(text: bytes) -> bytes:
    if len(text) >= 2 and text[:1] == text[-1:] == b'"':
        return re.sub(rb'\\(["\\])', rb"\1", text[1:-1])
    return text.strip(b'"')


def _joined(sections: list[_Section], fallback: str | None) -> str:
    extended = [section for section in sections if section.is_extended]
    if not extended:
        plain = b"".join(section.text for section in _in_order(sections))
        return one_line(_plain(plain, fallback))
    # A program that writes both forms gives the exact one with the asterisk.
    chosen = _in_order(extended if all(section.number == 0 for section in extended) else sections)
    charset = None
    content = bytearray()
    for number, section in enumerate(chosen):
        text = section.text
        if section.is_extended:
            parts = text.split(b"'", 2)
            if number == 0 and len(parts) == 3 and (not parts[0] or known_codec(parts[0].decode("latin-1"))):
                charset, text = parts[0].decode("latin-1") or None, parts[2]
            content += unquote_to_bytes(text)
        else:
            content += text
    return one_line(decode(bytes(content), charset, fallback=fallback))


def _in_order(sections: list[_Section]) -> list[_Section]:
    """By index; of two with one index the first."""
    found: dict[int, _Section] = {}
    for section in sections:
        found.setdefault(section.number, section)
    return [found[index] for index in sorted(found)]


def _plain(text: bytes, fallback: str | None) -> str:
    if _PERCENT.search(text) and b"=?" not in text:
        opened = unquote_to_bytes(text)
        try:
            if not opened.isascii():
                return opened.decode()
        except UnicodeDecodeError:
            pass
    return decode_words(text, fallback)
