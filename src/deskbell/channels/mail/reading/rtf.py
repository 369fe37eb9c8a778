"""The words of the compressed RTF that Outlook puts into `winmail.dat` (MS-OXRTFCP)."""

import re
from typing import Final

_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_MOST_TIMES, _MOST_BYTES = 20, 64 * 1024 * 1024
_SIZE: Final = 4_096
_BEGINNING: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbol"
    rb"ArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN: Final = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.DOTALL
)
_SKIPPED: Final = frozenset(
    {
        b"fonttbl",
        b"colortbl",
        b"stylesheet",
        b"info",
        b"pict",
        b"object",
        b"header",
        b"footer",
        b"generator",
        b"listtable",
    }
)
_WRITTEN: Final = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"emdash": "\u2014", b"endash": "\u2013",
    b"lquote": "\u2018", b"rquote": "\u2019", b"ldblquote": "\u201c", b"rdblquote": "\u201d", b"bullet": "\u2022",
}  # fmt: skip


class BadRtf(Exception):
    """The text is damaged, or unpacks to far more than it is."""


def text_of_rtf(content: bytes) -> str:
    """The words of compressed RTF. Raises `BadRtf`."""
    return _words(unpacked(content))


def unpacked(content: bytes) -> bytes:
    """Compressed RTF as RTF; at most 20 times its size. Raises `BadRtf`."""
    size, kind, packed = int.from_bytes(content[4:8], "little"), content[8:12], content[16:]
    if kind == _PLAIN:
        return packed[:size]
    if kind != _COMPRESSED or size > min(_MOST_TIMES * len(content) + 1_024, _MOST_BYTES):
        raise BadRtf("its text is damaged")
    window = bytearray(_BEGINNING.ljust(_SIZE, b"\0"))
    write = len(_BEGINNING)
    result = bytearray()
    place = 0
    while place < len(packed):
        control = packed[place]
        place += 1
        for bit in range(8):
            if control >> bit & 1:
                if place + 2 > len(packed):
                    return bytes(result)
                pair = int.from_bytes(packed[place : place + 2], "big")
                place += 2
                read, count = pair >> 4, (pair & 0xF) + 2
                if read == write:
                    return bytes(result)
                for step in range(count):  # it may reach into bytes that are being written
                    value = window[(read + step) % _SIZE]
                    window[write] = value
                    write = (write + 1) % _SIZE
                    result.append(value)
            else:
                if place >= len(packed):
                    return bytes(result)
                window[write] = packed[place]
                write = (write + 1) % _SIZE
                result.append(packed[place])
                place += 1
            if len(result) > size:
                raise BadRtf("its text is longer than it says")
    return bytes(result)


class _State:
    """The groups that are open, and the words up to now."""

    def __init__(self) -> None:
        self.charset = "cp1252"
        self.skips = [False]
        self.fallback = 0
        """Characters that follow a `\\u`, for programs without Unicode."""
        self.is_code = False
        """Between `\\htmlrtf` and `\\htmlrtf0`: marks for programs without HTML."""
        self.pending = b""
        self.words: list[str] = []

    def write(self, text: str) -> None:
        """Adds words where they are shown."""
        self.flush()
        if not self.skips[-1] and not self.is_code:
            self.words.append(text)

    def add(self, raw: bytes) -> None:
        """Adds bytes in the text's charset."""
        if self.fallback:
            dropped = min(self.fallback, len(raw))
            self.fallback -= dropped
            raw = raw[dropped:]
        if not self.skips[-1] and not self.is_code:
            self.pending += raw

    def flush(self) -> None:
        """Decodes what waits: characters of several bytes come one by one."""
        if self.pending:
            self.words.append(self.pending.decode(self.charset, "replace"))
            self.pending = b""


def _words(rtf: bytes) -> str:
    state = _State()
    for found in _TOKEN.finditer(rtf):
        hexadecimal, word, number, symbol, brace, text = found.groups()
        if hexadecimal is not None:
            state.add(bytes.fromhex(hexadecimal.decode()))
        elif text is not None:
            state.add(text)
        elif brace == b"{":
            state.flush()
            state.skips.append(state.skips[-1])
        elif brace == b"}":
            state.flush()
            if len(state.skips) > 1:
                state.skips.pop()
        elif word is not None:
            _obey(state, word, None if number is None else int(number))
        elif symbol == b"*":
            state.flush()
            state.skips[-1] = True
        elif symbol is not None:
            state.write({b"~": "\u00a0", b"_": "-"}.get(symbol, symbol.decode("latin-1") if symbol in b"\\{}" else ""))
    state.flush()
    return "".join(state.words).strip()


def _obey(state: _State, word: bytes, number: int | None) -> None:
    if word == b"u" and number is not None:
        code = number % 0x10000
        state.write("\ufffd" if 0xD800 <= code < 0xE000 else chr(code))
        state.fallback = 1
    elif word in _WRITTEN:
        state.write(_WRITTEN[word])
    elif word in _SKIPPED:
        state.flush()
        state.skips[-1] = True
    elif word == b"ansicpg" and number:
        name = f"cp{number}"
        try:
            "".encode(name)
        except LookupError:
            return
        state.charset = name
    elif word == b"htmlrtf":
        state.flush()
        state.is_code = number != 0
