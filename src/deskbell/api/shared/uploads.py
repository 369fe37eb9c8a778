"""Reading the file of a `multipart/form-data` body, in the variants that clients send (RFC 7578)."""

import re
from collections.abc import AsyncIterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import Final
from urllib.parse import unquote_to_bytes

from litestar.datastructures import UploadFile
from multipart import (  # type: ignore[import-untyped]  # it has no types
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
)

from deskbell.api.shared.requests import DeskbellRequest
from deskbell.kernel.errors import Invalid, MalformedRequest, PayloadTooLarge

_FORM_BYTES: Final = 64 * 1024
"""Maximum size of a form without its file: boundaries, headers, other fields."""
_MAX_PARTS: Final = 100
_EXTENDED: Final = re.compile(
    r";\s*filename\*\s*=\s*\"?([\w!#$%&+^`{}~-]+)'[^']*'([^;\"\s]*)", re.ASCII | re.IGNORECASE
)
"""RFC 8187: `filename*=charset'language'percent-encoded`. RFC 7578 forbids it in forms; .NET and others send it."""


async def read_upload(request: DeskbellRequest, limit: int) -> UploadFile:
    """The file in the form field `file`, rewound; on disk when large. The caller closes it.

    Raises `PayloadTooLarge`, `MalformedRequest` for a body that is no form, `Invalid` unless it has exactly one file.
    """
    kind, options = request.content_type
    if kind != "multipart/form-data":
        raise MalformedRequest("upload.not_a_form")
    if not options.get("boundary"):
        raise Invalid.field("file", "upload.no_boundary")
    if (request.content_length or 0) > limit + _FORM_BYTES:
        raise PayloadTooLarge(limit)
    files: list[UploadFile] = []
    try:
        await _parse(_bounded(request, limit), options["boundary"], files)
        if len(files) != 1:
            raise Invalid.field("file", "upload.one_file" if files else "upload.no_file")
        await files[0].seek(0)
    except BaseException as error:
        for each in files:
            await each.close()
        if isinstance(error, MultipartError):
            raise MalformedRequest("upload.malformed") from error
        raise
    return files[0]


async def _parse(chunks: AsyncIterator[bytes], boundary: str, files: list[UploadFile]) -> None:
    """Appends each file in the field `file`; drops the other parts."""
    target: UploadFile | None = None
    # Latin-1 keeps every byte; `_decoded` finds out which charset a header is in.
    with PushMultipartParser(boundary, max_segment_count=_MAX_PARTS, header_charset="latin-1") as parser:
        async for chunk in chunks:
            for part in parser.parse(chunk):
                if isinstance(part, MultipartSegment):
                    target = _file_of(part)
                    if target is not None:
                        files.append(target)
                elif part and target is not None:
                    await target.write(part)
            if parser.closed:
                return


def _file_of(part: MultipartSegment) -> UploadFile | None:
    """An empty file for a part that is a file in the field `file`."""
    if part.name != "file":
        return None
    name = sent_name(part.header("Content-Disposition", ""), part.filename)
    return UploadFile(part.content_type or "text/plain", name) if name else None


async def _bounded(request: DeskbellRequest, limit: int) -> AsyncIterator[bytes]:
    """The body in pieces. Raises `PayloadTooLarge` for a body that exceeds the limit without declaring its length."""
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > limit + _FORM_BYTES:
            raise PayloadTooLarge(limit)
        yield chunk


def sent_name(header: str, plain: str | None) -> str:
    """The file name of a `Content-Disposition`, read as Latin-1, whose parameter `filename` is `plain`; "" without one.

    `filename*` wins. `filename` may be UTF-8, Windows-1252 or an encoded word (RFC 2047), as older clients send it.
    """
    if found := _EXTENDED.search(header):
        try:
            return unquote_to_bytes(found[2]).decode(found[1])
        except (LookupError, UnicodeDecodeError):
            pass  # an unknown charset or broken bytes: the plain name is the better one
    name = _decoded(plain or "")
    if name.startswith("=?") and name.endswith("?="):
        try:
            return str(make_header(decode_header(name)))
        except (HeaderParseError, LookupError, UnicodeDecodeError, ValueError):
            return name
    return name


def _decoded(text: str) -> str:
    raw = text.encode("latin-1")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
