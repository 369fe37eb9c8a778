"""Where requests come from: network addresses as counts, brakes and trusted proxies compare them. Pure, no I/O."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address, None for text that is none. `::ffff:192.0.2.1` is how a dual-stack socket writes 192.0.2.1."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def origin_of(text: str) -> str:
    """What one caller holds of the network: an IPv4 address, or the /64 around an IPv6 address, which a line is given.

    Counted by single IPv6 addresses, one line would have 2^64 of everything. Text that is no address stays as it is.
    """
    address = read_address(text)
    if isinstance(address, IPv6Address) and not address.is_loopback:
        return str(IPv6Network((int(address), 64), strict=False))
    return text if address is None else str(address)
