"""Addressing people by the one name that is known of them."""

import pytest

from deskbell.kernel.names import first_name, own_name


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Maya Lindqvist", "Maya"),
        ("Lindqvist, Maya", "Maya"),
        ("Lindqvist,Maya Sofia", "Maya"),
        ("Maya  Lindqvist, Jr.", "Maya"),
        ("Maya Lindqvist, Ph.D.", "Maya"),
        ("Acme, Inc.", "Acme, Inc."),
        ("Maya,", "Maya"),
        (", ", ""),
        ("山田太郎", "山田太郎"),
        ("", ""),
    ],
)
def test_a_first_name_is_found_in_either_order(name: str, first: str) -> None:
    assert first_name(name) == first


def test_a_name_made_of_the_address_is_no_name() -> None:
    assert own_name("maya.l", "maya.l@shop.example") == ""
    assert own_name("maya@shop.example", "maya@shop.example") == ""
    assert own_name("Maya", "maya@shop.example") == "Maya"
