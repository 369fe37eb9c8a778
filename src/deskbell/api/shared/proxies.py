"""Client address and scheme of requests that arrive through trusted proxies."""

from typing import Any

from deskbell.kernel.origins import read_address
from deskbell.runtime.setting_values import Network


def apply_forwarded_headers(scope: Any, trusted: tuple[Network, ...]) -> None:
    """Sets a connection's `client` and `scheme` from `X-Forwarded-*`, if its peer is a trusted proxy.

    The client is the last address in `X-Forwarded-For` that is not a trusted proxy: earlier ones may be forged.
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
    # With one scheme per hop, the client's is at its position. Otherwise proxies passed on the first value.
    seen = schemes[place if len(schemes) == len(hops) and place < len(hops) else 0].lower() if schemes else ""
    if seen in ("http", "https"):
        secure = {"http": seen, "websocket": "wss" if seen == "https" else "ws"}
        scope["scheme"] = secure.get(scope["type"], seen)


def _listed(scope: Any, name: bytes) -> list[str]:
    """The values of a list header, which may be repeated."""
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
