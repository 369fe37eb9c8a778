"""Forms that pages send: read within limits, and taken from this server's own pages alone."""

from typing import Any, Final

from litestar import Request
from litestar.datastructures import UploadFile
from msgspec import Struct

from deskbell.kernel.errors import Forbidden, MalformedRequest, PayloadTooLarge

LONGEST: Final = 300_000
"""The size in bytes of a form without files."""
_MOST_FIELDS: Final = 1_000
"""The number of fields of a form without files. Litestar holds forms with files to as many parts."""
_WITH_FILES: Final = "multipart/form-data"
_TYPES: Final = ("application/x-www-form-urlencoded", _WITH_FILES)


class Form(Struct, frozen=True):
    """The fields of a form, and its files that have a name."""

    fields: list[tuple[str, str]] = []
    files: list[UploadFile] = []

    def get(self, name: str) -> str:
        """The last value of a field; "" without one."""
        return next((value for each, value in reversed(self.fields) if each == name), "")

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for each, value in self.fields if each == name]

    @property
    def typed(self) -> dict[str, str]:
        """The fields that a refused form shows again: every one but passwords."""
        return {name: value for name, value in self.fields if "password" not in name}


def demand_own_page(request: Request[Any, Any, Any]) -> None:
    """Refuses a form that a page of another site sends (CSRF). Raises `Forbidden`."""
    site = request.headers.get("sec-fetch-site")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if site != "same-origin" and not (site is None and request.headers.get("origin") == own):
        raise Forbidden("cross_site")


async def form_of(request: Request[Any, Any, Any], *, longest: int = LONGEST) -> Form:
    """A form of one of our own pages, as `read_form` reads it. Raises `Forbidden` for one of another site."""
    demand_own_page(request)
    return await read_form(request, longest=longest)


async def read_form(request: Request[Any, Any, Any], *, longest: int = LONGEST) -> Form:
    """A form of any page. Only one that may have files (multipart) can be longer than `LONGEST`: `longest` bytes.

    Parsing costs the whole worker time, so a longer limit is for callers who are signed in or counted.

    Raises `MalformedRequest` and `PayloadTooLarge`.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    length = request.headers.get("content-length", "")
    if kind not in _TYPES or not length.isdigit():
        raise MalformedRequest("malformed")
    limit = longest if kind == _WITH_FILES else LONGEST
    if len(length) > 15 or int(length) > limit:
        raise PayloadTooLarge(limit)
    if kind != _WITH_FILES and (await request.body()).count(b"&") >= _MOST_FIELDS:
        raise PayloadTooLarge(limit)
    given = list((await request.form()).multi_items())
    fields = [(name, value.replace("\0", "")) for name, value in given if isinstance(value, str)]
    return Form(fields, [value for _, value in given if isinstance(value, UploadFile) and value.filename])
