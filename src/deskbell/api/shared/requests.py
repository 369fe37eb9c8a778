"""Requests as the contracts read them: strict JSON bodies, safe parameters, versions and addresses from headers."""

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
    """A request whose JSON is decoded straight into the handler's type, strictly, all problems named at once."""

    async def json(self) -> Any:
        """The body as the handler's `data` type."""
        field = self.route_handler.parsed_data_field
        content_type = self.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        body = await self.body()
        if body and content_type != "application/json" and not content_type.endswith("+json"):
            raise MalformedRequest("not_json")
        return decode_body(body, field.annotation if field is not None else Any)


def expected_version(request: Request[Any, Any, Any]) -> Precondition | None:
    """The states that `If-Match` names, or None when there is no such header or it is `*` (RFC 9110, 13.1.1).

    A tag that a proxy made weak on the way counts as the one that was handed out. Raises `Invalid` for what is no tag.
    """
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    if _TAGS.match(header) is None:
        raise Invalid([Problem.at("If-Match", "not_an_etag")])
    return Precondition(frozenset(re.findall(_TAG, header)))


def settle_query(request: Request[Any, Any, Any]) -> None:
    """Makes a parameter that is given more than once one of several words, divided by commas; the framework keeps the last.

    Words that the contract takes in any case become small.

    Raises `Invalid` naming a parameter that holds a NUL character.
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
    """Words problems in the caller's language and the contract's terms, for answers that report many outcomes."""
    return say_in(language_of(request.headers.get("accept-language")), request.app.state.contract)


def client_address(request: Request[Any, Any, Any]) -> str:
    """The caller's network address as the server sees it."""
    return request.client.host if request.client else "unknown"
