"""The record of a read mail."""

import msgspec
import pytest

from deskbell.kernel.mail.records import Note, Part, Person, ReadMail, address_key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Ann@Shop.Example", "ann@shop.example"),
        ("ann@müller.example", "ann@xn--mller-kva.example"),
        ("ann@xn--mller-kva.example", "ann@xn--mller-kva.example"),
        ("nobody", "nobody"),
        ("a@☃\u0301..example", "a@☃\u0301..example"),
    ],
)
def test_addresses_are_compared_in_one_form(written: str, key: str) -> None:
    assert address_key(written) == key
    assert Person("Ann", written).key == key


def test_a_read_mail_survives_the_way_out_of_the_reader() -> None:
    part = Part(number=1, content_type="image/png", name="a.png", size=3, sha256="00", stored_as="1")
    mail = ReadMail(headers=(("to", "a"), ("to", "b")), parts=(part,), notes=(Note.TEXT_CUT,))
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(mail), type=ReadMail)
    assert again == mail
    assert again.all("to") == ["a", "b"]
    assert again.header("to") == "a"
    assert again.header("cc") is None
