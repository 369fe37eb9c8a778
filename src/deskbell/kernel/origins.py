"""Network addresses of clients, as rate limits, sign-in limits and trusted proxies compare them."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """Parses an address; None for other text. `::ffff:192.0.2.1`, as dual-stack sockets report it, becomes 192.0.2.1."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def origin_of(text: str) -> str:
    """The key that limits count by: an IPv4 address, or the /64 network of an IPv6 address.

    A provider assigns each customer a /64; counted by address, one customer would have 2^64 allowances. Other text is
    returned unchanged.
    """
    address = read_address(text)
    if isinstance(address, IPv6Address) and not address.is_loopback:
        return str(IPv6Network((int(address), 64), strict=False))
    return text if address is None else str(address)
