"""Request parsing: strict JSON bodies, query parameters, preconditions and client addresses."""

import re
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from litestar import Request
from litestar.datastructures import State

from deskbell.api.shared.validation import decode_body
from deskbell.kernel.errors import Invalid, MalformedRequest, Problem
from deskbell.kernel.preconditions import Precondition
from deskbell.runtime.messages import Say, language_of, say_in

_TAG: Final = r'(?:W/)?("[!#-~\x80-\xff]*")'
_TAGS: Final = re.compile(rf"^\s*{_TAG}(?:\s*,\s*{_TAG})*\s*$")


class DeskbellRequest(Request[Any, Any, State]):
    """A request whose JSON is decoded strictly into the handler's type; an error names all invalid fields."""

    async def json(self) -> Any:
        """Decodes the body as the handler's `data` type."""
        field = self.route_handler.parsed_data_field
        content_type = self.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        body = await self.body()
        if body and content_type != "application/json" and not content_type.endswith("+json"):
            raise MalformedRequest("not_json")
        return decode_body(body, field.annotation if field is not None else Any)


def expected_version(request: Request[Any, Any, Any]) -> Precondition | None:
    """The versions in `If-Match`, or None without the header and for `*` (RFC 9110, 13.1.1).

    Weak tags count as strong: proxies may weaken them. Raises `Invalid` for a malformed header.
    """
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    if _TAGS.match(header) is None:
        raise Invalid([Problem.at("If-Match", "not_an_etag")])
    return Precondition(frozenset(re.findall(_TAG, header)))


def normalize_query(request: Request[Any, Any, Any]) -> None:
    """Joins the values of a repeated parameter with commas; the framework would keep only the last.

    Lowercases the values of case-insensitive parameters. Raises `Invalid` for a parameter with a NUL character.
    """
    query: bytes = request.scope["query_string"]
    any_case: re.Pattern[bytes] | None = request.app.state.get("any_case")
    if any_case is not None:
        query = request.scope["query_string"] = any_case.sub(lambda found: found[0].lower(), query)
    names = [part.partition(b"=")[0] for part in query.split(b"&")]
    if len(set(names)) == len(names) and b"%00" not in query:
        return
    words: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        words.setdefault(name, []).append(value)
    if bad := [name for name, values in words.items() if "\0" in "".join([name, *values])]:
        raise Invalid([Problem("nul", name.replace("\0", "")) for name in bad])
    request.scope["query_string"] = urlencode({name: ",".join(values) for name, values in words.items()}).encode()


def say_for(request: Request[Any, Any, Any]) -> Say:
    """Formats problems in the caller's language and the contract's terms, for responses with several results."""
    return say_in(language_of(request.headers.get("accept-language")), request.app.state.contract)


def client_address(request: Request[Any, Any, Any]) -> str:
    """The caller's network address as the server sees it."""
    return request.client.host if request.client else "unknown"
