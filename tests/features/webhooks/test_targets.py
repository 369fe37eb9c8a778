from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.features.webhooks.targets import AllowedHosts, TargetRefused, is_public, read_target


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public(address)
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.1.2", "169.254.169.254", "172.16.0.1",
     "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
     "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
     "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0",
     "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "4000::1", "localhost", ""],
)  # fmt: skip
def test_addresses_that_are_not_the_public_internet_are_refused(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_no_ipv6_form_carries_an_ipv4_address_past_the_check(address: IPv4Address) -> None:
    number = int(address)
    for carrier in ("::", "::ffff:0:0", "64:ff9b::", "64:ff9b:1::"):
        assert not is_public(IPv6Address(int(IPv6Address(carrier)) | number))
    assert not is_public(IPv6Address(int(IPv6Address("2002::")) | number << 80))
    assert not is_public(IPv6Address(int(IPv6Network("2001::/32")[0]) | number ^ 0xFFFFFFFF))


@given(st.ip_addresses())
def test_what_the_standard_library_knows_to_be_special_is_never_public(address: IPv4Address | IPv6Address) -> None:
    special = (
        address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
        or address.is_reserved or address.is_unspecified
    )  # fmt: skip
    assert not (special and is_public(address))


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://example.com/hook?x=1", "example.com", 443),
        ("http://EXAMPLE.com.", "example.com", 80),
        ("https://example.com:8443/", "example.com", 8443),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443),
        ("https://1.1.1.1/", "1.1.1.1", 443),
        ("https://[2606:4700::1111]:4430/", "2606:4700::1111", 4430),
        ("HTTPS://a_b.example.com/", "a_b.example.com", 443),
    ],
)
def test_public_urls_are_taken(url: str, host: str, port: int) -> None:
    target = read_target(url)
    assert (target.host, target.port, target.allowed) == (host, port, False)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://example.com/", "https://"),
        ("javascript:alert(1)", "https://"),
        ("//example.com/", "https://"),
        ("example.com", "https://"),
        ("https://", "host name"),
        ("https:///path", "host name"),
        ("https://jo:pw@example.com/", "user name"),
        ("https://@example.com/", "user name"),
        ("https://example.com/#part", "#"),
        ("https://example.com:22/", "Port 22"),
        ("https://example.com:0/", "Port 0"),
        ("https://example.com:99999/", "web address"),
        ("https://example.com:x/", "web address"),
        ("https://[::1/", "web address"),
        ("https://exa mple.com/", "Encode"),
        ("https://example.com/a\nb", "Encode"),
        ("https://bücher.example/", "Encode"),
        ("https://example.com\\@127.0.0.1/", "Encode"),
        ("https://127.0.0.1/", "public internet"),
        ("https://[::1]/", "public internet"),
        ("https://[::ffff:10.0.0.1]/", "public internet"),
        ("https://localhost/", "public internet"),
        ("https://db.internal/", "public internet"),
        ("https://printer.local./", "public internet"),
        ("https://intranet/", "public internet"),
        ("https://127.1/", "host name"),
        ("https://2130706433/", "host name"),
        ("https://0x7f.0x1/", "host name"),
        ("https://a..example/", "host name"),
        ("https://-a.example/", "host name"),
        (f"https://{'a' * 64}.example/", "host name"),
        ("https://example.com/" + "a" * 2048, "2048"),
    ],
)
def test_other_urls_are_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(TargetRefused, match=why):
        read_target(url)


@pytest.mark.parametrize(
    ("entries", "url"),
    [
        (["localhost"], "http://localhost:25/x"),
        (["LocalHost."], "http://LOCALHOST/"),
        (["127.0.0.1"], "http://127.0.0.1:9000/"),
        (["::1"], "http://[::1]:9000/"),
        (["[::1]:9000"], "http://[::1]:9000/"),
        (["127.0.0.1:9000"], "http://127.0.0.1:9000/"),
        (["*.corp.internal"], "http://a.b.corp.internal/"),
        (["*.corp.internal:81"], "http://a.corp.internal:81/"),
    ],
)
def test_listed_hosts_may_be_private_and_have_any_port(entries: list[str], url: str) -> None:
    assert read_target(url, AllowedHosts(entries)).allowed


@pytest.mark.parametrize(
    ("entries", "url"),
    [
        ([], "http://localhost/"),
        (["", " "], "http://localhost/"),
        (["127.0.0.1:9000"], "http://127.0.0.1:9001/"),
        (["127.0.0.1"], "http://127.0.0.2/"),
        (["*.corp.internal"], "http://corp.internal/"),
        (["*.corp.internal"], "http://evilcorp.internal/"),
        (["localhost"], "ftp://localhost/"),
        (["localhost"], "http://jo@localhost/"),
    ],
)
def test_a_list_opens_nothing_else(entries: list[str], url: str) -> None:
    with pytest.raises(TargetRefused):
        read_target(url, AllowedHosts(entries))


@given(st.text() | st.text(alphabet="htps:/.@[]#?01x-ab%").map(lambda rest: f"http://{rest}"))
def test_any_text_is_a_target_or_refused(url: str) -> None:
    try:
        target = read_target(url)
    except TargetRefused:
        return
    assert target.host
    assert target.port in {80, 443} or target.port >= 1024
