"""Forms that pages send: read within limits, and taken from this server's own pages alone."""

from typing import Any, Final

from litestar import Request
from litestar.datastructures import UploadFile

from deskbell.kernel.errors import Forbidden, MalformedRequest, PayloadTooLarge

_LONGEST: Final = 300_000
"""The size in bytes of a form without files."""
_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def demand_own_page(request: Request[Any, Any, Any]) -> None:
    """Refuses a form that a page of another site sends (CSRF). Raises `Forbidden`."""
    site = request.headers.get("sec-fetch-site")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if site != "same-origin" and not (site is None and request.headers.get("origin") == own):
        raise Forbidden("cross_site")


async def form_of(request: Request[Any, Any, Any], *, longest: int = _LONGEST) -> dict[str, str]:
    """The fields of a form of one of our own pages; files are left out. Raises `Forbidden`, `PayloadTooLarge`."""
    demand_own_page(request)
    await _demand_size(request, longest)
    fields = await request.form()
    return {name: value for name, value in fields.multi_items() if isinstance(value, str)}


async def form_with_files(request: Request[Any, Any, Any], longest: int) -> tuple[dict[str, str], list[UploadFile]]:
    """The fields of a form and its files that have a name; raises as `form_of` does."""
    given = await form_of(request, longest=longest)
    files = [value for _, value in (await request.form()).multi_items() if isinstance(value, UploadFile)]
    return given, [file for file in files if file.filename]


async def _demand_size(request: Request[Any, Any, Any], longest: int) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise MalformedRequest("malformed")
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise MalformedRequest("malformed")
    if int(length) > longest:
        raise PayloadTooLarge(longest)
