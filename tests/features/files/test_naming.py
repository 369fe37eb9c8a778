import re
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.features.files.naming import MAX_NAME_BYTES, clean_name, content_disposition


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("Rechnung für Ü.pdf", "Rechnung für Ü.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jo\\my photo.png", "my photo.png"),
        ("a\x00b\r\nc\x7f.txt", "ab c.txt"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\u200bb\ufeff.txt", "ab.txt"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("", "file"),
        ("photos/", "file"),
        ("  a   b .txt . ", "a b .txt"),
        ('wh*t? "<really>|".txt', "wh_t_ __really___.txt"),
        ("CON", "_CON"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("com1.txt", "_com1.txt"),
        ("console.txt", "console.txt"),
        ("u\u0308ber.txt", "über.txt"),
        ("👩\u200d💻.png", "👩\u200d💻.png"),
        ("\ud800.txt", "txt"),
    ],
)
def test_a_name_is_cleaned(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


def test_a_long_name_keeps_its_extension_and_whole_characters() -> None:
    assert clean_name("é" * 150 + ".tar") == "é" * 98 + ".tar"
    assert clean_name("a" * 300) == "a" * MAX_NAME_BYTES
    assert clean_name("a. " + "b" * 300) == ("a. " + "b" * 300)[:MAX_NAME_BYTES]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("invoice.pdf", 'attachment; filename="invoice.pdf"'),
        ("my photo.png", 'attachment; filename="my photo.png"'),
        ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ("€ für.txt", "attachment; filename=\"_ fur.txt\"; filename*=UTF-8''%E2%82%AC%20f%C3%BCr.txt"),
        ("it's (1).txt", 'attachment; filename="it\'s (1).txt"'),
        ('a"; x="\r\nSet-Cookie: b', 'attachment; filename="a_; x=_ Set-Cookie_ b"'),
    ],
)
def test_a_download_carries_its_name(name: str, header: str) -> None:
    assert content_disposition(name) == header


@given(st.text())
def test_every_name_becomes_a_safe_one_and_stays_it(sent: str) -> None:
    name = clean_name(sent)
    assert clean_name(name) == name
    assert 0 < len(name.encode()) <= MAX_NAME_BYTES
    assert not name.startswith(".")
    assert not set(name) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in name)


@given(st.text())
def test_every_header_is_one_printable_line_that_gives_the_exact_name_back(sent: str) -> None:
    header = content_disposition(sent)
    assert header.isascii()
    assert header.isprintable()
    parts = re.fullmatch(
        r'attachment; filename="([^"\\]*)"(?:; filename\*=UTF-8\'\'([A-Za-z0-9!#$&+.^_`|~%-]*))?', header
    )
    assert parts
    assert (parts[1] if parts[2] is None else unquote(parts[2])) == clean_name(sent)


@given(st.text(alphabet="ab. é日", min_size=150), st.sampled_from([".pdf", ".tar", ".日本"]))
def test_a_short_extension_survives(stem: str, extension: str) -> None:
    assert clean_name(f"x{stem}x{extension}").endswith(extension)
