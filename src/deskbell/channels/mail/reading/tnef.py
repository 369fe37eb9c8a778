"""Outlook's `winmail.dat` (TNEF): its files, and its text. Bounded by its own size: nothing in it is unpacked but its RTF."""

from collections.abc import Iterator
from struct import Struct as Layout
from typing import Final, NamedTuple

from deskbell.channels.mail.reading.charsets import decode
from deskbell.channels.mail.reading.rtf import BadRtf, text_of_rtf

TYPES: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_ATTRIBUTE: Final = Layout("<BII")
_BODY, _BEGINS, _TITLE, _DATA = 0x0002800C, 0x00069002, 0x00018010, 0x0006800F
_MAIL_PROPERTIES, _FILE_PROPERTIES, _CODE_PAGE = 0x00069003, 0x00069005, 0x00069007
_TEXT, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_SHORT_NAME, _LONG_NAME, _CONTENT = 0x3704, 0x3707, 0x3701
_FIXED: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE: Final = frozenset({0xD, 0x1E, 0x1F, 0x102})
_OBJECT, _UNICODE = 0xD, 0x1F
_SEVERAL: Final = 0x1000
_NAMED: Final = 0x8000
_IDENTIFIER: Final = 16
"""The bytes before the content of an object that say its kind."""
_MOST: Final = 1_000


class BadTnef(Exception):
    """The file is damaged."""


class TnefFile(NamedTuple):
    """A file with the name that the mail gives it."""

    name: str
    content: bytes


class Tnef(NamedTuple):
    """The parts of a `winmail.dat`. `text` and `html` are None where it has none."""

    files: list[TnefFile]
    text: str | None
    html: str | None


class _Reader:
    """Reads forward, and never beyond the end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    @property
    def is_done(self) -> bool:
        return self._place >= len(self._content)

    def take(self, count: int) -> bytes:
        end = self._place + count
        if count < 0 or end > len(self._content):
            raise BadTnef("it ends too early")
        taken = self._content[self._place : end]
        self._place = end
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def padded(self, count: int) -> bytes:
        """As many bytes, and those that fill them up to a multiple of four."""
        taken = self.take(count)
        self.take(min(-count % 4, len(self._content) - self._place))
        return taken


def read_tnef(content: bytes) -> Tnef:
    """Reads a `winmail.dat`. Raises `BadTnef`."""
    reader = _Reader(content)
    if reader.take(4) != _SIGNATURE:
        raise BadTnef("it does not begin as one")
    reader.take(2)
    found = _Found()
    for kind, value in _attributes(reader):
        found.note(kind, value)
    return found.result()


def _attributes(reader: _Reader) -> Iterator[tuple[int, bytes]]:
    while not reader.is_done:
        _, kind, length = _ATTRIBUTE.unpack(reader.take(_ATTRIBUTE.size))
        value = reader.take(length)
        if reader.number(2) != sum(value) & 0xFFFF:
            raise BadTnef("a part is damaged")
        yield kind, value


class _Found:
    """The parts that were read up to now."""

    def __init__(self) -> None:
        self._files: list[dict[int, bytes]] = []
        self._mail: dict[int, bytes] = {}
        self._charset: str | None = None

    def note(self, kind: int, value: bytes) -> None:
        """Takes one attribute."""
        if kind == _CODE_PAGE:
            self._charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif kind == _BODY:
            self._mail.setdefault(_TEXT, decode(value.rstrip(b"\0"), self._charset).encode())
        elif kind == _MAIL_PROPERTIES:
            self._mail |= dict(self._properties(value))
        elif kind == _BEGINS and len(self._files) < _MOST:
            self._files.append({})
        elif self._files and kind == _TITLE:
            self._files[-1].setdefault(_SHORT_NAME, decode(value.rstrip(b"\0"), self._charset).encode())
        elif self._files and kind == _DATA:
            self._files[-1][_CONTENT] = value
        elif self._files and kind == _FILE_PROPERTIES:
            for name, found in self._properties(value):
                if name != _CONTENT or _CONTENT not in self._files[-1]:
                    self._files[-1][name] = found

    def _properties(self, value: bytes) -> Iterator[tuple[int, bytes]]:
        """The properties with one value; texts as UTF-8."""
        reader = _Reader(value)
        for _ in range(min(reader.number(4), _MOST)):
            kind, name = reader.number(2), reader.number(2)
            if name >= _NAMED:
                _skip_name(reader)
            base = kind & ~_SEVERAL
            count = reader.number(4) if kind & _SEVERAL or base in _VARIABLE else 1
            values = [self._value(reader, base) for _ in range(min(count, _MOST))]
            if values and not kind & _SEVERAL:
                yield name, values[0]

    def _value(self, reader: _Reader, kind: int) -> bytes:
        if kind in _FIXED:
            return reader.take(_FIXED[kind])
        if kind not in _VARIABLE:
            raise BadTnef("it has a value of an unknown kind")
        value = reader.padded(reader.number(4))
        if kind == _OBJECT:
            return value[_IDENTIFIER:]
        if kind == _UNICODE:
            return value.decode("utf-16-le", "replace").rstrip("\0").encode("utf-8", "replace")
        return decode(value.rstrip(b"\0"), self._charset).encode() if kind == 0x1E else value

    def result(self) -> Tnef:
        """All of it; a file without content is left out."""
        files = []
        for each in self._files:
            name = each.get(_LONG_NAME) or each.get(_SHORT_NAME) or b""
            if _CONTENT in each:
                files.append(TnefFile(name.decode("utf-8", "replace").strip(), each[_CONTENT]))
        text = self._mail[_TEXT].decode("utf-8", "replace") if _TEXT in self._mail else None
        html = decode(self._mail[_HTML].rstrip(b"\0"), self._charset, html=True) if _HTML in self._mail else None
        if text is None and html is None and _RTF in self._mail:
            try:
                text = text_of_rtf(self._mail[_RTF])
            except BadRtf as error:
                raise BadTnef(str(error)) from error
        return Tnef(files, text, html)


def _skip_name(reader: _Reader) -> None:
    reader.take(_IDENTIFIER)
    if reader.number(4) == 0:
        reader.take(4)
    else:
        reader.padded(reader.number(4))
