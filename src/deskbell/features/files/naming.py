"""File names: cleaned for storage, and encoded for the download header."""

import unicodedata
from urllib.parse import quote

MAX_NAME_BYTES = 200
"""In UTF-8 bytes. File systems allow 255; the rest leaves room for prefixes that they and archives add."""

FALLBACK_NAME = "file"

_LONGEST_EXTENSION = 32  # in bytes with its dot; a longer ending is text after a dot, not an extension
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))  # on Windows
_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789¹²³"
}
_JOINERS = "\u200c\u200d"  # invisible, but Persian, Hindi and many emoji are spelled with them
_ATTR_CHARS = "!#$&+-.^_`|~"  # RFC 5987, in addition to letters and digits


def clean_name(sent: str) -> str:
    """A name that is safe on every file system, made from the name that a client sent.

    Keeps the last part of a path and its extension. Drops control characters, marks that change the direction of
    writing (they make `exe.gpj` appear as `jpg.exe`), leading dots, and characters that Windows forbids. Never empty,
    at most `MAX_NAME_BYTES` long; cleaning a clean name changes nothing.
    """
    last = sent.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(map(_visible, unicodedata.normalize("NFC", last)))
    name = " ".join(unicodedata.normalize("NFC", visible).translate(_FORBIDDEN).split())
    name = name.lstrip(". ").rstrip(". ")
    if name.split(".", 1)[0].rstrip().upper() in _DEVICES:
        name = f"_{name}"
    return _shortened(name) or FALLBACK_NAME


def content_disposition(name: str) -> str:
    """The value of `Content-Disposition` for a download: always `attachment`, so that no browser runs the file.

    Contains a plain ASCII name for old clients and, where that loses characters, the exact one (RFC 6266, RFC 5987).
    """
    name = clean_name(name)
    bare = unicodedata.normalize("NFKD", name)
    # "%" is replaced because some clients decode it in the plain name.
    plain = "".join(_plain(character) for character in bare if not unicodedata.combining(character))
    value = f'attachment; filename="{plain}"'
    return value if plain == name else f"{value}; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zl", "Zp"} or character in "\t\n\r\v\f":
        return " "
    return "" if category in {"Cc", "Cf", "Cs"} and character not in _JOINERS else character


def _plain(character: str) -> str:
    return character if character.isascii() and character.isprintable() and character not in '"\\%' else "_"


def _shortened(name: str) -> str:
    """`name` in at most `MAX_NAME_BYTES`, shortened before its extension and between characters."""
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    ending = f"{dot}{extension}".encode() if stem else b""
    if len(ending) > _LONGEST_EXTENSION:
        ending = b""
    room = MAX_NAME_BYTES - len(ending)
    return name.encode()[:room].decode(errors="ignore").rstrip(". ") + ending.decode()
