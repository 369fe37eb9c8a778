"""Bytes to text, whatever charset they claim or have."""

import codecs
import re
from functools import lru_cache
from typing import Final

from turbohtml.detect import detect

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Names that mail uses and Python does not know, or knows as a smaller charset than what programs mean by them.
_ALIASES: Final = {
    "8bit": "utf-8",
    "ansi-x3.4-1968": "cp1252",
    "ascii": "cp1252",
    "big5": "cp950",
    "cn-big5": "cp950",
    "cp-850": "cp850",
    "default": "utf-8",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gb-2312": "gb18030",
    "gb2312-80": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "iso-latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "ks-c-5601": "cp949",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601-1989": "cp949",
    "ksc5601": "cp949",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "macintosh": "mac-roman",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "us-ascii": "cp1252",
    "utf": "utf-8",
    "utf8": "utf-8",
    "windows-31j": "cp932",
    "windows-949": "cp949",
    "x-euc-jp": "euc-jp",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
    "x-user-defined": "cp1252",
    "x-windows-949": "cp949",
}
# Codecs of Python that are no charsets of mail; some of them run code paths that are not linear.
_NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_MULTI_BYTE: Final = re.compile(r"utf|gb|big5|hz|cp9(?:32|49|50)|euc|iso2022|shift|johab")
_META: Final = re.compile(rb"<meta[^>]{0,400}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_META_BYTES: Final = 4_096
_ESCAPE: Final = re.compile(rb"\x1b(\$[@AB]|\$\([DC]|\([BJIH]|\.[AF])")
_GUESS_BYTES: Final = 65_536
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TOLERATED: Final = 0.02
"""The share of damaged characters up to which a declared charset is still believed."""


def decode(raw: bytes, declared: str | None = None, *, fallback: str | None = None, html: bool = False) -> str:
    """The text of `raw`. Never fails: what fits no charset is shown with replacement characters.

    `declared` is what the part itself says, `fallback` what the mail says elsewhere, `html`: a `<meta>` counts too.
    """
    for mark, codec in _BOMS:
        if raw.startswith(mark):
            return _valid(raw[len(mark) :].decode(codec, "replace"))
    if raw.isascii():
        return _seven_bit(raw, declared)
    try:
        as_utf8: str | None = raw.decode()
    except UnicodeDecodeError:
        as_utf8 = None
    codec_name = known_codec(declared)
    if as_utf8 is not None and (codec_name is None or not _MULTI_BYTE.match(codec_name) or codec_name == "utf-8"):
        return as_utf8
    candidates = [codec_name, _meta_codec(raw) if html else None, known_codec(fallback)]
    for candidate in candidates:
        if candidate is not None and (text := _decoded(raw, candidate)) is not None:
            return text
    if as_utf8 is not None:
        return as_utf8
    return _guessed(raw) or _valid(raw.decode("cp1252", "replace"))


@lru_cache(maxsize=512)
def known_codec(declared: str | None) -> str | None:
    """Python's name of the codec for a declared charset, or None where it is unknown."""
    if not declared:
        return None
    name = declared.strip().strip("\"'").lower().replace("_", "-")[:60]
    name = name.removeprefix("charset=")
    try:
        found = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    if found.name in _NO_CHARSETS or not getattr(found, "_is_text_encoding", True):
        return None
    return _ALIASES.get(found.name.replace("_", "-"), found.name)


def _seven_bit(raw: bytes, declared: str | None) -> str:
    if b"\x1b" in raw and _ESCAPE.search(raw):
        return _iso_2022(raw)
    codec_name = known_codec(declared)
    if codec_name in {"utf-7", "hz", "iso2022_kr", "utf-16", "utf-16-le", "utf-16-be", "utf-32"}:
        text = _decoded(raw, codec_name)
        return raw.decode("ascii") if text is None else text
    return raw.decode("ascii")


def _decoded(raw: bytes, codec_name: str) -> str | None:
    """`raw` in this charset, or None where too much of it does not fit."""
    try:
        return _valid(raw.decode(codec_name))
    except (UnicodeError, ValueError):
        pass
    try:
        text = raw.decode(codec_name, "replace")
    except (UnicodeError, ValueError):
        return None
    damaged = text.count("\ufffd")
    return _valid(text) if damaged <= max(1, int(len(text) * _TOLERATED)) and len(text) > 20 * damaged else None


def _meta_codec(raw: bytes) -> str | None:
    found = _META.search(raw, 0, _META_BYTES)
    return known_codec(found[1].decode("ascii", "replace")) if found else None


def _guessed(raw: bytes) -> str | None:
    match = detect(raw[:_GUESS_BYTES])
    for name in (match.codec, match.encoding):
        if not name:
            continue
        try:
            return _valid(raw.decode(name, "replace"))
        except (LookupError, UnicodeError, ValueError):
            continue
    return None


def _iso_2022(raw: bytes) -> str:
    """ISO-2022-JP with the rows that vendors added (NEC, IBM), by way of cp932; other escapes by Python's codecs."""
    pieces: list[str] = []
    position, state = 0, b"(B"
    for escape in _ESCAPE.finditer(raw):
        pieces.append(_iso_2022_piece(raw[position : escape.start()], state))
        position, state = escape.end(), escape[1]
    pieces.append(_iso_2022_piece(raw[position:], state))
    return _valid("".join(pieces))


def _iso_2022_piece(piece: bytes, state: bytes) -> str:
    if state in {b"$@", b"$B"}:
        return _jis_to_shift_jis(piece).decode("cp932", "replace")
    if state == b"(I":
        return bytes(byte | 0x80 if byte > 0x20 else byte for byte in piece).decode("cp932", "replace")
    codec_name = {b"$A": "gb2312", b"$(C": "euc-kr", b"$(D": "euc-jp"}.get(state)
    if codec_name is None:
        return piece.decode("ascii", "replace")
    high = bytes(byte | 0x80 if byte > 0x20 else byte for byte in piece)
    if state == b"$(D":
        high = b"".join(b"\x8f" + high[at : at + 2] for at in range(0, len(high), 2))
    return high.decode(codec_name, "replace")


def _jis_to_shift_jis(piece: bytes) -> bytes:
    result = bytearray()
    at = 0
    while at < len(piece):
        first = piece[at]
        if first < 0x21 or at + 1 >= len(piece):
            result.append(first)
            at += 1
            continue
        second = piece[at + 1]
        row = (first - 0x21) // 2
        result.append(row + (0x81 if row < 0x1F else 0xC1))
        if first % 2:
            result.append(second + (0x1F if second < 0x60 else 0x20))
        else:
            result.append((second + 0x7E) & 0xFF)
        at += 2
    return bytes(result)


def _valid(text: str) -> str:
    """Without lone surrogates, which UTF-7 and UTF-16 can smuggle in and no database takes."""
    return _SURROGATE.sub("\ufffd", text)
