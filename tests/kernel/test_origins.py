"""The network address that limits count by."""

import pytest

from deskbell.kernel.origins import origin_of, read_address


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::1"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv4_address_stands_for_itself_and_an_ipv6_address_for_its_line(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_the_machine_itself_is_known_in_every_spelling() -> None:
    spellings = [read_address(text) for text in ("127.0.0.1", "::1", "::ffff:127.0.0.1")]
    assert [each is not None and each.is_loopback for each in spellings] == [True, True, True]
    assert read_address("not an address") is None
