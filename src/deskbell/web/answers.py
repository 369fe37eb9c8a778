"""Answers that may be kept and compared: pages of the customers' side with entity tag and packed copy."""

import gzip
import hashlib
from typing import Any, Final, NamedTuple

from litestar import Request, Response

_PACKED_FROM: Final = 600
"""The size in bytes from which packing pays."""


class Rendered(NamedTuple):
    """A finished answer: its bytes, the same packed, and its entity tag."""

    media_type: str
    plain: bytes
    packed: bytes | None
    etag: str
    headers: dict[str, str]

    @classmethod
    def of(cls, text: str, media_type: str, headers: dict[str, str], *, pack: bool = True) -> "Rendered":
        """A text with its headers."""
        plain = text.encode()
        packed = gzip.compress(plain, 6, mtime=0) if pack and len(plain) >= _PACKED_FROM else None
        seal = hashlib.sha256(plain + repr(sorted(headers.items())).encode()).hexdigest()[:20]
        return cls(media_type, plain, packed, f'"{seal}"', headers)


def answer(request: Request[Any, Any, Any], page: Rendered, *, status_code: int = 200) -> Response[bytes]:
    """The answer, or 304 where the caller has it already."""
    headers = {**page.headers, "ETag": page.etag, "Vary": "Accept-Encoding, Accept-Language"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if status_code == 200 and page.etag in known:
        return Response(b"", status_code=304, headers=headers, media_type=page.media_type)
    accepted = {each.partition(";")[0].strip() for each in request.headers.get("accept-encoding", "").split(",")}
    if page.packed is not None and "gzip" in accepted:
        headers["Content-Encoding"] = "gzip"
        return Response(page.packed, media_type=page.media_type, headers=headers, status_code=status_code)
    return Response(page.plain, media_type=page.media_type, headers=headers, status_code=status_code)
