"""Who really calls: behind a proxy that the operator trusts, the address and scheme that the proxy saw."""

from typing import Any

from deskbell.kernel.origins import read_address
from deskbell.runtime.setting_values import Network


def see_through(scope: Any, trusted: tuple[Network, ...]) -> None:
    """Sets a connection's `client` and `scheme` to what its trusted proxies saw; changes nothing for anybody else's word.

    Of the addresses in `X-Forwarded-For` the last one that no trusted proxy has counts: the caller itself may have written
    those before it.
    """
    client = scope.get("client")
    if not trusted or client is None or not _is_trusted(client[0], trusted):
        return
    hops = [_without_port(hop) for hop in _listed(scope, b"x-forwarded-for")]
    place = len(hops)
    while place > 0 and read_address(hops[place - 1]) is not None:
        place -= 1
        scope["client"] = (hops[place], 0)
        if not _is_trusted(hops[place], trusted):
            break
    schemes = _listed(scope, b"x-forwarded-proto")
    # One scheme for each hop: the caller's is at its place. Otherwise a proxy handed on the first one that it got.
    seen = schemes[place if len(schemes) == len(hops) and place < len(hops) else 0].lower() if schemes else ""
    if seen in ("http", "https"):
        secure = {"http": seen, "websocket": "wss" if seen == "https" else "ws"}
        scope["scheme"] = secure.get(scope["type"], seen)


def _listed(scope: Any, name: bytes) -> list[str]:
    """The values of a header that is a list, on one line or on several."""
    text = b",".join(value for key, value in scope["headers"] if key == name).decode("latin-1")
    return [each.strip() for each in text.split(",") if each.strip()]


def _without_port(hop: str) -> str:
    """The address of a hop: `203.0.113.9:4711`, `[2001:db8::1]:4711`, `[2001:db8::1]`, or bare."""
    hop = hop.strip('"')
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _is_trusted(text: str, trusted: tuple[Network, ...]) -> bool:
    address = read_address(text)
    return address is not None and any(address in network for network in trusted)
