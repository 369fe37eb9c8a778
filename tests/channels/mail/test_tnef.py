"""Outlook's winmail.dat: its files and its text, and damage that costs neither time nor mail."""

import random
from pathlib import Path

import pytest

from deskbell.channels.mail.reading.reader import read_mail
from deskbell.channels.mail.reading.rtf import BadRtf, text_of_rtf, unpacked
from deskbell.channels.mail.reading.tnef import BadTnef, read_tnef
from deskbell.kernel.mail.records import Note

HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
"""The example of MS-OXRTFCP, section 4.1.1."""


def attribute(kind: int, value: bytes, level: int = 1) -> bytes:
    """One attribute with its check sum."""
    head = bytes([level]) + kind.to_bytes(4, "little") + len(value).to_bytes(4, "little")
    return head + value + (sum(value) & 0xFFFF).to_bytes(2, "little")


def properties(*entries: tuple[int, int, bytes]) -> bytes:
    """Properties of a mail or of a file: kind, name and value."""
    written = len(entries).to_bytes(4, "little")
    for kind, name, value in entries:
        written += kind.to_bytes(2, "little") + name.to_bytes(2, "little")
        if name >= 0x8000:
            written += bytes(16) + (0).to_bytes(4, "little") + (7).to_bytes(4, "little")
        if kind in (3, 0xB):
            written += value.ljust(4, b"\0")
        else:
            written += (1).to_bytes(4, "little") + len(value).to_bytes(4, "little") + value + bytes(-len(value) % 4)
    return written


def winmail(*attributes: bytes) -> bytes:
    """A winmail.dat."""
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


FILES = (
    attribute(0x00069002, bytes(14), 2), attribute(0x00018010, b"LISTE~1.TXT\0", 2), attribute(0x0006800F, b"a,b", 2),
    attribute(0x00069005, properties((3, 0x0E20, b"\x03"), (0x1F, 0x3707, "Liste für Ann.txt".encode("utf-16-le"))), 2),
    attribute(0x00069002, bytes(14), 2), attribute(0x00018010, b"plain.bin\0", 2), attribute(0x0006800F, b"\x00\x01", 2),
)  # fmt: skip
WHOLE = winmail(
    attribute(0x00069007, (1252).to_bytes(4, "little") + bytes(4)),
    attribute(0x00069003, properties((0xB, 0x8001, b"\1"), (0x1E, 0x1000, "Grüße\r\nAnn".encode("cp1252") + b"\0"))),
    *FILES,
)


def mail(content: bytes, text: str = "") -> bytes:
    """A mail with a winmail.dat."""
    head = b"From: ann@shop.example\nSubject: Zip\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    return (
        head + f"--b\nContent-Type: text/plain\n\n{text}\n".encode()
        + b'--b\nContent-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: binary\n\n'
        + content + b"\n--b--\n"
    )  # fmt: skip


def base64_mail(content: bytes, text: str = "") -> bytes:
    """As programs send it."""
    import base64

    return mail(base64.encodebytes(content).strip(), text).replace(b"Encoding: binary", b"Encoding: base64")


@pytest.mark.parametrize(("text", "shown"), [("", "Grüße\nAnn"), ("Words of the mail", "Words of the mail")])
def test_a_whole_winmail_dat_is_its_files_and_its_text_where_the_mail_has_none(
    text: str, shown: str, tmp_path: Path
) -> None:
    found = read_mail(base64_mail(WHOLE, text), tmp_path)
    assert found.text.strip() == shown
    assert [part.name for part in found.parts] == ["Liste für Ann.txt", "plain.bin"]
    assert (tmp_path / found.parts[0].stored_as).read_bytes() == b"a,b"
    assert found.notes == ()


def test_html_and_rtf_are_its_text(tmp_path: Path) -> None:
    html = winmail(attribute(0x00069003, properties((0x102, 0x1013, b"<p>Hello <b>Bob</b></p>"))))
    assert "Hello" in read_mail(base64_mail(html), tmp_path).text
    (tmp_path / "rtf").mkdir()
    rtf = winmail(attribute(0x00069003, properties((0x102, 0x1009, HELLO))))
    assert read_mail(base64_mail(rtf), tmp_path / "rtf").text.strip() == "hello world"


def test_rtf_is_unpacked_and_read() -> None:
    assert unpacked(HELLO) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert text_of_rtf(HELLO) == "hello world"

    def plain(rtf: bytes) -> str:
        return text_of_rtf(
            (len(rtf) + 12).to_bytes(4, "little") + len(rtf).to_bytes(4, "little") + b"MELA" + bytes(4) + rtf
        )

    umlauts = rb"{\rtf1\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator x;}Gr\'fc\'dfe,\par\u8364? 5\tab{\b fett} \{x\}}"
    assert plain(umlauts) == "Grüße,\n€ 5\tfett {x}"
    assert plain(rb"{\rtf1\ansicpg932 \'82\'a0}") == "あ"
    assert plain(rb"{\rtf1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hello\htmlrtf }\htmlrtf0}") == "Hello"
    with pytest.raises(BadRtf):
        unpacked(HELLO[:4] + (1 << 30).to_bytes(4, "little") + HELLO[8:])


@pytest.mark.parametrize(
    "content",
    [b"", b"no winmail.dat", WHOLE[:60], WHOLE[:-3], WHOLE.replace(b"a,b", b"a,c"),
     winmail(attribute(0x00069003, b"\xff\xff\xff\x7f\x02\x01\x13\x10\xff\xff\xff\x7f"))],
)  # fmt: skip
def test_a_damaged_winmail_dat_stays_an_attachment(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(BadTnef):
        read_tnef(content)
    found = read_mail(base64_mail(content, "See the file"), tmp_path)
    assert [part.name for part in found.parts] == ["winmail.dat"]
    assert found.text.strip() == "See the file"
    assert Note.DAMAGED_TNEF in found.notes


def test_every_mutation_has_an_end(tmp_path: Path) -> None:
    rng = random.Random(7)
    whole = bytearray(winmail(attribute(0x00069003, properties((0x102, 0x1009, HELLO))), *FILES))
    for number in range(1_000):
        changed = bytearray(whole)
        for _ in range(rng.randrange(1, 6)):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        folder = tmp_path / str(number)
        folder.mkdir()
        assert read_mail(base64_mail(bytes(changed), "Words"), folder).text.strip() == "Words"
