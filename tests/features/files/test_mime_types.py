import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.features.files.mime_types import UNKNOWN, may_show_inline, served_type, stored_type

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
PDF = b"%PDF-1.7\n1 0 obj\n"
SVG = b'<?xml version="1.0"?>\n<!-- hello -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def a_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("notes.txt", "hello")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("head", "claimed", "kept"),
    [
        (PNG, "image/png", "image/png"),
        (PNG, "text/html", "image/png"),
        (JPEG, "image/png", "image/jpeg"),
        (PDF, None, "application/pdf"),
        (a_zip(), "application/zip", "application/zip"),
        (a_zip(), DOCX, DOCX),
        (a_zip(), "image/png", "application/zip"),
        (b"hello", None, "text/plain"),
        (b"hello", "application/octet-stream", "text/plain"),
        (b"a;b\n1;2\n", "text/csv; charset=utf-8", "text/csv"),
        (b"{}", "application/json", "application/json"),
        (b"hello", "image/png", "text/plain"),
        (b"BM, to whom it may concern", None, "text/plain"),
        (b"MZ is a short name", "text/markdown", "text/markdown"),
        ("größe".encode()[:3], None, "text/plain"),
        ("hi".encode("utf-16"), None, "text/plain"),
        (b"  <!DOCTYPE html><p>", "image/png", "text/html"),
        (b"<script>alert(1)</script>", "text/plain", "text/html"),
        (SVG, "text/plain", "image/svg+xml"),
        (b"\x00\x01\x02\x03", "image/png", UNKNOWN),
        (b"\x00\x01\x02\x03", "text/plain", UNKNOWN),
        (b"\x00\x01\x02\x03", "application/x-blender", "application/x-blender"),
        (b"\x00\x01\x02\x03", "not a type", UNKNOWN),
        (b"\x00\x01\x02\x03", "a/b\r\nX: y", UNKNOWN),
        (b"\x00\x01\x02\x03", None, UNKNOWN),
        (b"", "text/csv", "text/csv"),
        (b"", None, "text/plain"),
    ],
)
def test_bytes_decide_and_the_sender_is_believed_where_they_cannot(head: bytes, claimed: str | None, kept: str) -> None:
    assert stored_type(head, claimed) == kept


@pytest.mark.parametrize(
    "mime",
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml", "text/javascript",
     "application/javascript", "application/ecmascript", "application/rss+xml", "application/x-shockwave-flash"],
)  # fmt: skip
def test_what_a_browser_would_run_is_never_inline_and_is_sent_as_bytes(mime: str) -> None:
    assert not may_show_inline(mime)
    assert served_type(mime) == UNKNOWN


@pytest.mark.parametrize("mime", ["image/png", "text/plain", "video/mp4"])
def test_harmless_types_are_shown_and_sent_as_they_are(mime: str) -> None:
    assert may_show_inline(mime)
    assert served_type(mime) == mime


@given(st.binary(max_size=64), st.none() | st.text() | st.sampled_from(["text/html", "image/svg+xml", "image/png"]))
def test_whatever_comes_gets_a_well_formed_type(head: bytes, claimed: str | None) -> None:
    kept = stored_type(head, claimed)
    assert kept == kept.strip().lower()
    assert kept.count("/") == 1
    assert kept.isascii()
    assert kept.isprintable()


@given(
    st.sampled_from(["", "\ufeff", " \n", "<?xml version='1.0'?>", "<!-- a --><!-- b -->"]),
    st.sampled_from(["<svg>", "<HTML lang=en>", "<!doctype html>", "<Script>"]),
    st.text(),
    st.sampled_from([None, "text/plain", "image/png"]),
)
def test_no_claim_makes_markup_inline(before: str, mark: str, after: str, claimed: str | None) -> None:
    assert not may_show_inline(stored_type(f"{before}{mark}{after}".encode(errors="replace"), claimed))


def test_a_head_full_of_comments_is_read_in_linear_time() -> None:
    # A pattern that backtracks needs exponential time here.
    assert stored_type(b"<!-- -->" * 1_000 + b"x") == "text/plain"


@given(st.binary(max_size=40), st.sampled_from(["image/jpeg", "text/html", "text/plain", DOCX]))
def test_no_claim_hides_a_known_beginning(rest: bytes, claimed: str) -> None:
    assert stored_type(PNG + rest, claimed) == "image/png"
