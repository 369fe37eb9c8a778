"""Sealed secrets open with the right key for the right purpose, and with nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.runtime.sealing import CannotOpen, Sealer

OLD, NEW = "o" * 40, "n" * 40


@given(secret=st.binary(max_size=200), purpose=st.text(max_size=40))
def test_what_is_sealed_opens_for_its_purpose(secret: bytes, purpose: str) -> None:
    sealer = Sealer(NEW)
    sealed = sealer.seal(secret, purpose)
    assert sealer.open(sealed, purpose) == secret
    assert sealed != sealer.seal(secret, purpose), "a nonce of its own"
    with pytest.raises(CannotOpen):
        sealer.open(sealed, purpose + "x")


def test_the_previous_key_still_opens_and_never_seals() -> None:
    sealed = Sealer(OLD).seal(b"secret", "id")
    both = Sealer(NEW, [OLD])
    assert both.open(sealed, "id") == b"secret"
    again = both.seal(b"secret", "id")
    assert Sealer(NEW).open(again, "id") == b"secret"
    with pytest.raises(CannotOpen):
        Sealer(NEW).open(sealed, "id")


@pytest.mark.parametrize("position", [0, 2, 8, 20, -1])
def test_damaged_bytes_do_not_open(position: int) -> None:
    sealed = bytearray(Sealer(NEW).seal(b"secret", "id"))
    sealed[position] ^= 1
    with pytest.raises(CannotOpen):
        Sealer(NEW).open(bytes(sealed), "id")
    with pytest.raises(CannotOpen):
        Sealer(NEW).open(b"", "id")
