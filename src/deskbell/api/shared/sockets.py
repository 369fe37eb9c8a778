"""Credentials of a socket: as in a request, or in the URL, since browsers cannot set headers of a socket."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from litestar.connection import ASGIConnection

from deskbell.api.shared.auth import credentials_of
from deskbell.features.access.tokens import looks_like_api_key


def socket_credentials(scope: Any) -> tuple[str, str]:
    """("bearer" | "key" | "web" | "cookie", credential), or two empty texts.

    `?token=` takes precedence. Cookies are accepted only from the same origin. Raises `Unauthenticated`, `Forbidden`.
    """
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    if token := query.get("token", [""])[-1]:
        return ("key", token) if looks_like_api_key(token) else ("bearer", token)
    # `ws:` and `http:` are the same origin. Behind a proxy that terminates TLS only the page's scheme is correct.
    headers = {key: value for key, value in scope["headers"] if key in (b"origin", b"host")}
    scheme = urlsplit(headers.get(b"origin", b"").decode("latin-1")).scheme
    own = scheme if scheme in ("http", "https") else "http"
    as_a_write: Any = {**scope, "method": "WEBSOCKET", "scheme": own}
    return credentials_of(ASGIConnection(as_a_write), web=True)
