"""Where webhooks may go: to the public internet, and to nothing behind it.

An address that an organization gives must not lead to our own machine or network. Two checks make sure of it: the URL
when it is registered (`read_target`), and each address that its host name has when a connection is opened
(`is_public`): a name that was harmless yesterday may point to 127.0.0.1 today.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from msgspec import Struct

from deskbell.kernel.errors import Param, Problem
from deskbell.runtime.messages import sentence

__all__ = ["MAX_URL_LENGTH", "AllowedHosts", "Target", "TargetRefused", "is_public", "read_target"]

MAX_URL_LENGTH = 2_048

_REFUSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network, unspecified
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and where clouds keep their credentials
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation, as are 198.51.100 and 203.0.113
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = IPv6Network(
    "2000::/3"
)  # all else is loopback, mapped IPv4, NAT64, private, link-local, multicast or unassigned
_REFUSED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo (IPv4 inside) and other protocols' own
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: IPv4 inside
        "3fff::/20",  # documentation
    )
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")


class TargetRefused(ValueError):
    """A URL that webhooks may not call, with the reason as a code of the message catalogue."""

    def __init__(self, code: str, **params: Param) -> None:
        self.problem = Problem.at("url", code, **params)
        super().__init__(sentence(self.problem))


class Target(Struct, frozen=True):
    """A URL that may be called, taken apart. `host` is in lower case, without brackets; `allowed` if listed by name."""

    url: str
    scheme: str
    host: str
    port: int
    allowed: bool


class AllowedHosts:
    """The hosts that the operator has listed: these may be private, and have any port.

    An entry is a host name, an address, or `*.` before a name, for every host below it. All may have `:port` behind.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._entries = frozenset(_plain_host(entry) for entry in entries if entry.strip())

    def allows(self, host: str, port: int) -> bool:
        """Whether `host` (lower case, no brackets) is listed, for all ports or for this one."""
        parents = (f"*.{host[dot + 1 :]}" for dot in range(len(host)) if host[dot] == ".")
        return any(name in self._entries or f"{name} {port}" in self._entries for name in (host, *parents))


def is_public(address: IPv4Address | IPv6Address | str) -> bool:
    """Whether a connection to this address leaves for the public internet.

    Refused: private, loopback, link-local, carrier-grade NAT, multicast, reserved, unspecified and documentation
    addresses, and every IPv6 form that carries an IPv4 address. Text that is no address is not public.
    """
    try:
        address = ip_address(address) if isinstance(address, str) else address
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    if address.scope_id is not None:
        return False
    return address in _GLOBAL_V6 and not any(address in network for network in _REFUSED_V6)


def read_target(url: str, allowed: AllowedHosts | None = None) -> Target:
    """Take `url` apart if webhooks may go there; raises `TargetRefused`.

    http or https, no user name or password, port 80, 443 or from 1024 on. An address in place of a name must be
    public. Hosts in `allowed` are free of the limits on ports and addresses.
    """
    if len(url) > MAX_URL_LENGTH:
        raise TargetRefused("too_long", limit=MAX_URL_LENGTH)
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise TargetRefused("webhook.url_characters")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise TargetRefused("webhook.url_form") from None
    if parts.scheme not in {"http", "https"}:
        raise TargetRefused("webhook.url_scheme")
    if "@" in parts.netloc:
        raise TargetRefused("webhook.url_user")
    if parts.fragment:
        raise TargetRefused("webhook.url_fragment")
    port = (443 if parts.scheme == "https" else 80) if port is None else port
    host = host.rstrip(".")
    is_listed = allowed is not None and allowed.allows(host, port)
    _check_host(host, is_listed=is_listed)
    if not is_listed and port not in {80, 443} and not 1024 <= port <= 65535:
        raise TargetRefused("webhook.url_port", port=port)
    return Target(url=url, scheme=parts.scheme, host=host, port=port, allowed=is_listed)


def _check_host(host: str, *, is_listed: bool) -> None:
    labels = host.split(".")
    try:
        address = ip_address(host)
    except ValueError:
        # "127.1", "2130706433" and "0x7f.1" are no names either: they are old spellings of addresses.
        is_name = len(host) <= 253 and all(map(_LABEL.fullmatch, labels)) and not _NUMERIC.fullmatch(labels[-1])
        if not is_name:
            raise TargetRefused("webhook.url_host") from None
        if not is_listed and (len(labels) == 1 or labels[-1] in {"localhost", "local", "internal"}):
            raise TargetRefused("webhook.url_private", host=host) from None
        return
    if not is_listed and not is_public(address):
        raise TargetRefused("webhook.url_private", host=host)


def _plain_host(entry: str) -> str:
    """An entry as `host`, or as `host port`."""
    entry = entry.strip().lower()
    name, _, port = entry.rpartition(":")
    if not port.isdigit() or (":" in name and not name.endswith("]")):
        name, port = entry, ""
    return f"{name.strip('[]').rstrip('.')} {port}".strip()
