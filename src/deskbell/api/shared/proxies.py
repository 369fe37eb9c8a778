"""Who really calls: behind a proxy that the operator trusts, the address and scheme that the proxy saw."""

from typing import Any

from deskbell.kernel.origins import read_address
from deskbell.runtime.setting_values import Network


def see_through(scope: Any, trusted: tuple[Network, ...]) -> None:
    """Sets a connection's `client` and `scheme` to what its trusted proxies saw; changes nothing for anybody else's word.

    Of the addresses in `X-Forwarded-For` the last one that no trusted proxy has counts: what stands before it was written by
    that caller itself.
    """
    client = scope.get("client")
    if not trusted or client is None or not _is_trusted(client[0], trusted):
        return
    headers = dict(scope["headers"])
    hops = [hop.strip() for hop in headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",") if hop.strip()]
    for hop in reversed(hops):
        if read_address(hop) is None:
            break
        scope["client"] = (hop, 0)
        if not _is_trusted(hop, trusted):
            break
    if (scheme := headers.get(b"x-forwarded-proto", b"").decode("latin-1")) in ("http", "https"):
        secure = {"http": scheme, "websocket": "wss" if scheme == "https" else "ws"}
        scope["scheme"] = secure.get(scope["type"], scheme)


def _is_trusted(text: str, trusted: tuple[Network, ...]) -> bool:
    address = read_address(text)
    return address is not None and any(address in network for network in trusted)
