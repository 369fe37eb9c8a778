"""What kind of file something is, from its first bytes and from what the sender says.

The bytes win: what begins like a PNG is one, whatever it is called, and what is called a PNG but does not begin like
one is unknown. The sender is believed where bytes cannot tell: which text it is, and which of the formats that share
a container (a zip can be a spreadsheet).
"""

import codecs
import re

import filetype

__all__ = ["HEAD_BYTES", "UNKNOWN", "content_type", "may_show_inline", "served_type", "stored_type"]

HEAD_BYTES = 8_192
"""How much of a file's beginning is looked at."""

UNKNOWN = "application/octet-stream"

_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,99}")
_MARKUP = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+)?(html|svg|head|body|script)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP_TYPES = {"svg": "image/svg+xml"}
# Signatures made of plain letters ("BM", "MZ") also begin ordinary texts; of text only these are believed.
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
"""What a sender may say instead of the type that the bytes show: names of the same, or of formats built on it."""

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
    """The MIME type to keep for a file that begins with `head` and that its sender calls `claimed`.

    `claimed` may carry parameters or be nonsense. Without parameters itself; `UNKNOWN` where nobody can tell.
    """
    head = head[:HEAD_BYTES]
    said = _said(claimed)
    kind = filetype.guess(head) if head else None
    signed = str(kind.mime) if kind else None
    text = _as_text(head)
    if text is not None and signed not in _TEXTUAL_SIGNATURES:
        return _text_type(text, said)
    if signed and signed != UNKNOWN:
        return said if said and said.startswith(_CONTAINERS.get(signed, ())) else signed
    if said is None or said in _SIGNED or _is_textual(said):
        return UNKNOWN
    return said


def may_show_inline(mime: str) -> bool:
    """Whether a browser may show a file of this type within a page: pictures, sound, film and plain text alone.

    Never HTML or SVG, which can carry scripts.
    """
    return mime in _INLINE


def served_type(mime: str) -> str:
    """The `Content-Type` to send a stored file with: types that a browser would run are sent as mere bytes."""
    return UNKNOWN if _ACTIVE.fullmatch(mime) else mime


def content_type(mime: str, head: bytes) -> str:
    """The `Content-Type` of a stored file that begins with `head`: a text names its charset where the bytes show it.

    UTF-16 needs its byte order mark. Without a sign of either the charset is left to the reader.
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


def _said(claimed: str | None) -> str | None:
    mime = (claimed or "").split(";", 1)[0].strip().lower()
    return mime if _MIME.fullmatch(mime) and mime != UNKNOWN else None


def _as_text(head: bytes) -> str | None:
    """The beginning as text, None if it is not: UTF-8 or marked UTF-16 without control characters."""
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)  # incremental: the head may end within a character
    except UnicodeDecodeError:
        return None
    return None if any(character < " " and character not in "\t\n\r\f\x1b" for character in text) else text


def _text_type(text: str, said: str | None) -> str:
    if markup := _MARKUP.match(text):
        return _MARKUP_TYPES.get(markup[1].lower(), "text/html")
    return said if said and _is_textual(said) else "text/plain"


def _is_textual(mime: str) -> bool:
    return mime.startswith("text/") or mime.endswith(("+json", "+xml", "+yaml")) or mime in _TEXTUAL_APPLICATIONS
