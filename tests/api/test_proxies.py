"""Client address and scheme behind proxies; only trusted proxies may set them."""

import ipaddress
from typing import Any

import pytest

from deskbell.api.shared.proxies import apply_forwarded_headers

TRUSTED = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


def scope(client: str, **headers: str) -> dict[str, Any]:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": (client, 1234), "scheme": "http", "headers": named}


@pytest.mark.parametrize(
    ("client", "forwarded", "seen"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4:80, 203.0.113.9:4711, 10.0.0.2:443", "203.0.113.9"),
        ("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("10.0.0.1", "[2001:db8::1]", "2001:db8::1"),
        ("10.0.0.1", '"[2001:db8::1]:4711"', "2001:db8::1"),
        ("10.0.0.1", "1.2.3.4, unknown, 10.0.0.2", "10.0.0.2"),
        ("::ffff:10.0.0.1", "203.0.113.9, ::ffff:10.0.0.2", "203.0.113.9"),
        ("203.0.113.1", "198.51.100.1", "203.0.113.1"),
    ],
)
def test_the_last_untrusted_address_is_the_client(client: str, forwarded: str, seen: str) -> None:
    connection = scope(client, x_forwarded_for=forwarded)
    apply_forwarded_headers(connection, TRUSTED)
    assert connection["client"][0] == seen


def test_only_trusted_proxies_set_the_scheme() -> None:
    behind, stranger = scope("10.0.0.1", x_forwarded_proto="https"), scope("203.0.113.1", x_forwarded_proto="https")
    for connection in (behind, stranger):
        apply_forwarded_headers(connection, TRUSTED)
    assert (behind["scheme"], stranger["scheme"]) == ("https", "http")


@pytest.mark.parametrize(
    ("forwarded", "schemes", "seen"),
    [
        ("203.0.113.9", "HTTPS", "https"),
        ("203.0.113.9", "https,http", "https"),
        ("203.0.113.9, 10.0.0.2", "https, http", "https"),
        ("1.2.3.4, 203.0.113.9", "https, http", "http"),
        ("", "https, http", "https"),
        ("203.0.113.9", "gopher", "http"),
    ],
)
def test_with_several_schemes_the_clients_is_used(forwarded: str, schemes: str, seen: str) -> None:
    connection = scope("10.0.0.1", x_forwarded_for=forwarded, x_forwarded_proto=schemes)
    apply_forwarded_headers(connection, TRUSTED)
    assert connection["scheme"] == seen


def test_a_header_on_several_lines_is_one_list() -> None:
    connection = scope("10.0.0.1")
    connection["headers"] = [(b"x-forwarded-for", b"1.2.3.4"), (b"x-forwarded-for", b"203.0.113.9, 10.0.0.2")]
    apply_forwarded_headers(connection, TRUSTED)
    assert connection["client"][0] == "203.0.113.9"


def test_without_trusted_proxies_nothing_changes() -> None:
    connection = scope("10.0.0.1", x_forwarded_for="203.0.113.9", x_forwarded_proto="https")
    apply_forwarded_headers(connection, ())
    assert (connection["client"][0], connection["scheme"]) == ("10.0.0.1", "http")
