"""MIME types of files, from their first bytes and the type that the client sent.

The bytes decide: a file that begins like a PNG is one, whatever its claimed type, and a claimed PNG that does not
begin like one is unknown. The claimed type is used only where bytes are ambiguous: kinds of text, and formats that
share a container (a zip can be a spreadsheet).
"""

import codecs
import re

import filetype

HEAD_BYTES = 8_192
"""The number of first bytes that are inspected."""

UNKNOWN = "application/octet-stream"

_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,99}")
_MARKUP = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+)?(html|svg|head|body|script)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP_TYPES = {"svg": "image/svg+xml"}
# Signatures of plain letters ("BM", "MZ") also begin ordinary texts; for text only these are trusted.
_TEXTUAL_SIGNATURES = {"application/pdf", "application/rtf", "application/postscript"}
_TEXTUAL_APPLICATIONS = {
    "application/json",
    "application/x-ndjson",
    "application/xml",
    "application/yaml",
    "application/toml",
    "application/sql",
    "application/javascript",
    "application/x-sh",
    "application/pgp-signature",
    "application/pgp-keys",
    "message/rfc822",
}
_SIGNED = {kind.mime for kind in filetype.TYPES}
_CONTAINERS: dict[str, tuple[str, ...]] = {
    "application/zip": ("application/vnd.", "application/epub+zip", "application/java-archive", "application/x-zip"),
    "application/gzip": (
        "application/x-gzip",
        "application/x-compressed-tar",
        "application/x-gtar",
        "application/x-tgz",
    ),
    "application/msword": ("application/vnd.ms-",),
    "application/vnd.ms-excel": ("application/msword", "application/vnd.ms-"),
    "application/vnd.ms-powerpoint": ("application/msword", "application/vnd.ms-"),
    "video/mp4": ("audio/mp4", "audio/x-m4a", "video/x-m4v", "video/quicktime"),
    "audio/mp4": ("audio/x-m4a", "video/mp4"),
    "video/webm": ("audio/webm",),
    "video/x-matroska": ("audio/x-matroska", "video/webm", "audio/webm"),
    "audio/ogg": ("audio/opus", "video/ogg", "application/ogg"),
    "audio/x-wav": ("audio/wav", "audio/wave", "audio/vnd.wave"),
    "audio/x-flac": ("audio/flac",),
    "image/x-icon": ("image/vnd.microsoft.icon",),
    "image/tiff": ("image/x-",),
}
"""Claimed types to accept instead of the detected one: synonyms, or formats built on it."""

_INLINE = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/apng",
    "image/bmp",
    "audio/mpeg",
    "audio/ogg",
    "audio/mp4",
    "video/mp4",
    "video/webm",
    "text/plain",
}
_ACTIVE = re.compile(
    r"text/(html|xml|xsl|.*script.*)|.*\+xml|application/(xml|xhtml.*|.*script|x-shockwave-flash)|multipart/.*"
)


def stored_type(head: bytes, claimed: str | None = None) -> str:
    """The MIME type to store for a file that begins with `head` and whose client claims the type `claimed`.

    `claimed` may have parameters or be malformed. The result has no parameters; it is `UNKNOWN` where nothing decides.
    """
    head = head[:HEAD_BYTES]
    claimed_type = _plain_type(claimed)
    kind = filetype.guess(head) if head else None
    signed = str(kind.mime) if kind else None
    text = _as_text(head)
    if text is not None and signed not in _TEXTUAL_SIGNATURES:
        return _text_type(text, claimed_type)
    if signed and signed != UNKNOWN:
        return claimed_type if claimed_type and claimed_type.startswith(_CONTAINERS.get(signed, ())) else signed
    if claimed_type is None or claimed_type in _SIGNED or _is_textual(claimed_type):
        return UNKNOWN
    return claimed_type


def may_show_inline(mime: str) -> bool:
    """Whether a browser may show a file of this type within a page: images, audio, video and plain text only.

    Never HTML or SVG, which can contain scripts.
    """
    return mime in _INLINE


def served_type(mime: str) -> str:
    """The `Content-Type` of a download: types that a browser would run become `application/octet-stream`."""
    return UNKNOWN if _ACTIVE.fullmatch(mime) else mime


def content_type(mime: str, head: bytes) -> str:
    """The `Content-Type` of a stored file that begins with `head`; text gets the charset that its bytes show.

    UTF-16 is recognized by its byte order mark, UTF-8 by its validity. Otherwise no charset is given.
    """
    served = served_type(mime)
    if not served.startswith("text/"):
        return served
    charset = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    try:
        codecs.getincrementaldecoder(charset)().decode(head)
    except UnicodeDecodeError:
        return served
    return f"{served}; charset={charset}"


def _plain_type(claimed: str | None) -> str | None:
    mime = (claimed or "").split(";", 1)[0].strip().lower()
    return mime if _MIME.fullmatch(mime) and mime != UNKNOWN else None


def _as_text(head: bytes) -> str | None:
    """The first bytes as text: UTF-8, or UTF-16 with a byte order mark, without control characters; else None."""
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)  # incremental: the head may end within a character
    except UnicodeDecodeError:
        return None
    return None if any(character < " " and character not in "\t\n\r\f\x1b" for character in text) else text


def _text_type(text: str, claimed_type: str | None) -> str:
    if markup := _MARKUP.match(text):
        return _MARKUP_TYPES.get(markup[1].lower(), "text/html")
    return claimed_type if claimed_type and _is_textual(claimed_type) else "text/plain"


def _is_textual(mime: str) -> bool:
    return mime.startswith("text/") or mime.endswith(("+json", "+xml", "+yaml")) or mime in _TEXTUAL_APPLICATIONS
