"""Mails made to break a reader: each gives a result within bounds, and none an exception."""

import base64
import io
import os
import random
import zipfile
from pathlib import Path

import pytest

from deskbell.channels.mail.reading.process import ReaderProcess
from deskbell.channels.mail.reading.reader import read_mail
from deskbell.kernel.mail.records import Note, ReadMail
from tests.channels.mail import open_sets

_HEAD = b"From: Ann <ann@shop.example>\nSubject: Hello\n"


def _read(raw: bytes, folder: Path) -> ReadMail:
    mail = read_mail(raw, folder)
    for text in (mail.text, mail.new_text, mail.quoted, mail.subject, mail.html or "", *(p.name for p in mail.parts)):
        text.encode()  # no lone surrogates
        assert "\x00" not in text
    return mail


def _parts(count: int) -> bytes:
    return _HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nwords\n" * count + b"--b--\n"


def _levels(count: int) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(count))
    return _HEAD + opened + b"\nwords\n"


def _mails(count: int) -> bytes:
    return _HEAD + b"Content-Type: message/rfc822\n\n" * count + b"words\n"


def _file(kind: str, content: bytes) -> bytes:
    encoded = base64.encodebytes(content)
    head = f"Content-Type: {kind}; name=a.zip\nContent-Disposition: attachment; filename=a.zip\n"
    return head.encode() + b"Content-Transfer-Encoding: base64\n\n" + encoded


def _zip_bomb() -> bytes:
    """A hundred times 10 MB of nothing."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(100):
            archive.writestr(str(number), bytes(10 * 1024 * 1024))
    return found.getvalue()


_MAILS = {
    "10,000 parts": _parts(10_000),
    "1,000 levels": _levels(1_000),
    "1,000 mails within one another": _mails(1_000),
    "200,000 headers": _HEAD + b"X: y\n" * 200_000 + b"\nwords",
    "100,000 recipients": b"To: " + b"a@b.example, " * 100_000 + b"\n" + _HEAD + b"\nwords",
    "50,000 encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\nFrom: a@b.example\n\nwords",
    "unclosed encoded words": b"Subject: " + b"=?a?q?" * 10_000 + b"\nFrom: a@b.example\n\nwords",
    "50,000 nested brackets": b"From: " + b"(" * 50_000 + b" <ann@shop.example>\n\nwords",
    "50,000 angle brackets": b"From: " + b"<" * 50_000 + b"\n\nwords",
    "50,000 quotes": b"From: " + b'\\"' * 25_000 + b"\nContent-Type: text/plain; x=" + b'\\"' * 25_000 + b"\n\nwords",
    "50,000 semicolons": _HEAD + b"Content-Type: text/plain" + b"; a=b" * 10_000 + b"\n\nwords",
    "one line of 2 MB": _HEAD + b"\n" + b"a" * 2_000_000,
    "2 MB of <": _HEAD + b"Content-Type: text/html\n\n" + b"<" * 1_999_000,
    "HTML 50,000 deep": _HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 50_000 + b"words",
    "NUL everywhere": _HEAD.replace(b"l", b"\0l") + b"\n\0wo\0rds\0",
    "no line end": b"From: a@b.example\rSubject: x\r\rwords",
    "nothing": b"",
    "noise": bytes(range(256)) * 100,
    "only headers": _HEAD,
    "lone surrogates": _HEAD + b"Content-Type: text/plain; charset=utf-7\n\n+2AA-words",
    "a charset that is a program": _HEAD + b"Content-Type: text/plain; charset=zlib_codec\n\n\xff",
    "uuencode without end": _HEAD + b"\nbegin 644 a\n" + b"M" * 100_000,
    "50 MB": _HEAD + b"\n" + (b"words " * 12 + b"\n") * 700_000,
    "a zip bomb": _HEAD + _file("application/zip", _zip_bomb()),
    "quotes 100,000 deep": _HEAD + b"\n" + b">" * 100_000 + b" words",
}


@pytest.mark.parametrize("name", _MAILS)
def test_a_hostile_mail_has_a_result(name: str, tmp_path: Path) -> None:
    _read(_MAILS[name], tmp_path)


async def test_each_is_read_by_the_child_within_its_bounds_and_the_next_mail_in_five_seconds(tmp_path: Path) -> None:
    reader = ReaderProcess()

    def used() -> float:
        """The child's processor time in seconds: the machine may have other work."""
        assert reader._child is not None
        times = Path(f"/proc/{reader._child.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")

    try:
        for name, raw in _MAILS.items():
            assert isinstance(await reader.read(raw, tmp_path), ReadMail), name
            before = used()
            assert isinstance(await reader.read(_HEAD + b"\nwords", tmp_path), ReadMail), name
            assert used() - before < 5, name
    finally:
        await reader.close()


def test_bounds_are_reported(tmp_path: Path) -> None:
    assert Note.PARTS_CUT in _read(_MAILS["10,000 parts"], tmp_path).notes
    assert Note.PARTS_CUT in _read(_MAILS["1,000 levels"], tmp_path).notes
    assert Note.HEADERS_CUT in _read(_MAILS["200,000 headers"], tmp_path).notes
    assert Note.HTML_AS_FILE in _read(_MAILS["HTML 50,000 deep"], tmp_path).notes
    assert len(_read(_MAILS["100,000 recipients"], tmp_path).to) <= 500


def test_encoded_line_breaks_inject_no_header(tmp_path: Path) -> None:
    raw = b"From: =?utf-8?q?Ann=0D=0ABcc:_eve=40x.example?= <ann@shop.example>\nSubject: =?utf-8?b?YQ0KWDogeQ==?=\n\nx"
    mail = _read(raw, tmp_path)
    assert mail.author is not None
    assert "\n" not in mail.author.name
    assert "\n" not in mail.subject
    assert mail.author.address == "ann@shop.example"


def test_a_name_cannot_imitate_an_address_by_bidi_marks(tmp_path: Path) -> None:
    mail = _read("From: \u202eelpmaxe.knab@nna\u202c <eve@x.example>\n\nx".encode(), tmp_path)
    assert mail.author is not None
    assert "\u202e" not in mail.author.name
    assert mail.author.address == "eve@x.example"


_NEVER_SHOWN = (
    "script", "onerror", "onload", "javascript", "url(", "position", "<svg", ' src="http', "@import", "<input", "[if",
    "[endif", "background=",
)  # fmt: skip


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>words",
        "<img src=x onerror=alert(1)>words",
        '<a href="javascript:alert(1)">words</a>',
        '<div style="background:url(https://x.example/p)">words</div>',
        '<div style="position:fixed;top:0">words</div>',
        '<svg onload="alert(1)"><p>words',
        '<img src="https://x.example/pixel.gif">words',
        '<link rel=stylesheet href="https://x.example/a.css"><style>@import url(https://x.example)</style>words',
        '<form action="https://x.example"><input name=password>words</form>',
        "<!--[if mso]>hidden<![endif]--><![if !mso]>words<![endif]>",
        '<table background="https://x.example/p"><tr><td>words</td></tr></table>',
    ],
)
def test_shown_html_runs_nothing_and_loads_nothing(html: str, tmp_path: Path) -> None:
    mail = _read(_HEAD + b"Content-Type: text/html\n\n" + html.encode(), tmp_path)
    shown = (mail.html or "").lower()
    assert "words" in shown
    assert "words" in mail.text
    for word in _NEVER_SHOWN:
        assert word not in shown, word


def test_images_of_other_hosts_wait_and_files_of_the_mail_are_shown(tmp_path: Path) -> None:
    raw = (
        _HEAD + b"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n"
        b'<img src="cid:A@x"><img src="https://x.example/p.gif"><img src="cid:none">\n'
        b"--b\nContent-Type: image/png\nContent-ID: <a@x>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n"
    )
    mail = _read(raw, tmp_path)
    (part,) = mail.parts
    assert part.inline
    assert f'src="{part.reference}"' in (mail.html or "")
    assert 'data-src="https://x.example/p.gif"' in (mail.html or "")
    assert mail.remote_images == ("x.example",)
    assert part.name == "attachment.png"


def test_mutations_of_real_mails_have_results(tmp_path: Path) -> None:
    mails = [path for path in open_sets.every_mail() if path.stat().st_size < 8_000][:10]
    if not mails:
        pytest.skip("needs ../shared/data, which is not here")
    chance = random.Random(14)
    for path in mails:
        raw = bytearray(path.read_bytes())
        for _ in range(40):
            changed = bytearray(raw)
            for _ in range(chance.randint(1, 8)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            _read(bytes(changed), tmp_path)
