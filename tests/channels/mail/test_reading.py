"""The rules by which headers, charsets, bodies and files of a mail are read (mail.md, section 4), one a test."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from deskbell.channels.mail.reading.reader import read_mail
from deskbell.kernel.mail.classes import MailClass, Ours, classify
from deskbell.kernel.mail.records import Note, ReadMail

FROM = b"From: Ann <ann@shop.example>\n"


def read(folder: Path, raw: bytes) -> ReadMail:
    """A mail after its From."""
    return read_mail(FROM + raw, folder)


def parts(kind: str, *pieces: bytes) -> bytes:
    """A multipart mail of these parts, each with its headers."""
    head = f"Content-Type: multipart/{kind}; boundary=b\n\n".encode()
    return head + b"".join(b"--b\n" + piece + b"\n" for piece in pieces) + b"--b--\n"


def test_a_line_that_is_no_header_continues_the_one_before_and_an_mbox_line_is_left_out(tmp_path: Path) -> None:
    mail = read_mail(
        b"\n\nFrom ann Mon Mar  2 10:00:00 2026\n" + FROM + b"Subject: Zip\nis broken\nX-A: b\n\nwords", tmp_path
    )
    assert (mail.subject, mail.header("x-a"), mail.text) == ("Zip is broken", "b", "words")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"=?UTF-8?b?R3LDvMOf?= =?utf-8?Q?_an_alle?=", "Grüß an alle"),
        (b"=?utf-8?B?R3LD?= =?utf-8?B?vMOf?=", "Grüß"),
        (b"=?iso-8859-1?q?Gr=FC=DF e?=", "Grüß e"),
        ("Grüße".encode(), "Grüße"),
        (b"a\x00b\tc", "a b c"),
    ],
    ids=["words", "a split character", "a blank inside", "raw", "controls"],
)
def test_encoded_words_are_read_also_where_they_are_wrong(tmp_path: Path, sent: bytes, shown: str) -> None:
    assert read(tmp_path, b"Subject: " + sent + b"\n\nwords").subject == shown


@pytest.mark.parametrize(
    ("charset", "content", "shown"),
    [
        ("x-sjis", "日本語".encode("shift_jis"), "日本語"),
        ("ks_c_5601-1987", "한국어".encode("cp949"), "한국어"),
        ("gb2312", "镕".encode("gb18030"), "镕"),
        ("iso-8859-1", b"\x93quoted\x94", "“quoted”"),
        ("iso-8859-1", "Grüße".encode(), "Grüße"),
        ("no-such-charset", b"Gr\xfc\xdfe", "Grüße"),
    ],
)
def test_texts_are_decoded_by_their_charset_its_aliases_or_what_they_are(
    tmp_path: Path, charset: str, content: bytes, shown: str
) -> None:
    assert read(tmp_path, f"Content-Type: text/plain; charset={charset}\n\n".encode() + content).text == shown


def test_without_an_address_in_from_the_next_header_that_has_one_names_the_author(tmp_path: Path) -> None:
    mail = read_mail(b"From: Ann\nReply-To: <ann@shop.example>\n\nwords", tmp_path)
    assert mail.author is not None
    assert mail.author.key == "ann@shop.example"
    assert read_mail(b"From: Ann\n\nwords", tmp_path).author is None


def test_flowed_and_enriched_texts_are_read_as_text(tmp_path: Path) -> None:
    flowed = b"Content-Type: text/plain; format=flowed; delsp=yes\n\nA long li \nne\nand the next\n"
    assert read(tmp_path, flowed).text.strip() == "A long line\nand the next"
    enriched = b"Content-Type: text/enriched\n\n<bold>Big</bold> <color><param>red</param>news</color> <<here>\n"
    assert read(tmp_path, enriched).text.strip() == "Big news <here>"


def test_pictures_are_found_by_content_location_too(tmp_path: Path) -> None:
    page = b'Content-Type: text/html\n\n<p>See</p><img src="http://x.example/cat.png">'
    picture = b"Content-Type: image/png\nContent-Location: http://x.example/cat.png\n\nPNG"
    mail = read(tmp_path, parts("related", page, picture))
    (part,) = mail.parts
    assert part.inline
    assert part.reference in (mail.html or "")


def test_a_nameless_calendar_goes_where_there_is_a_named_one(tmp_path: Path) -> None:
    nameless = b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR"
    named = b"Content-Type: text/calendar; name=invite.ics\n\nBEGIN:VCALENDAR"
    words = b"Content-Type: text/plain\n\nCome"
    assert [part.name for part in read(tmp_path, parts("mixed", words, nameless, named)).parts] == ["invite.ics"]
    assert len(read(tmp_path, parts("mixed", words, nameless)).parts) == 1


def test_a_detached_signature_is_kept_and_not_listed_and_an_encrypted_mail_says_so(tmp_path: Path) -> None:
    words, signature = b"Content-Type: text/plain\n\nSigned", b"Content-Type: application/pgp-signature\n\nx"
    assert [part.hidden for part in read(tmp_path, parts("signed", words, signature)).parts] == [True]
    sealed = b"Content-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----"
    mail = read(tmp_path, parts("encrypted", b"Content-Type: application/pgp-encrypted\n\nVersion: 1", sealed))
    assert (mail.notes, len(mail.parts)) == ((Note.ENCRYPTED_PGP,), 2)


def test_a_mail_in_a_mail_is_a_file_with_the_name_of_its_subject(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "bob@shop.example", "Old invoice"
    inner.set_content("See it")
    outer = parts(
        "mixed", b"Content-Type: text/plain\n\nHere", b"Content-Type: message/rfc822\n\n" + bytes(inner),
        b"Content-Type: text/csv; name=a.csv\n\n1",
    )  # fmt: skip
    assert [part.name for part in read(tmp_path, outer).parts] == ["Old invoice.eml", "a.csv"]


def test_text_before_and_after_a_file_is_shown_in_its_order(tmp_path: Path) -> None:
    before, after = b"Content-Type: text/plain\n\nBefore", b"Content-Type: text/plain\n\nAfter"
    mail = read(tmp_path, parts("mixed", before, b"Content-Type: image/png; name=a.png\n\nx", after))
    assert mail.text.split() == ["Before", "After"]


def test_failed_recipients_in_a_header_make_a_report(tmp_path: Path) -> None:
    mail = read(tmp_path, b"X-Failed-Recipients: cleo@elsewhere.example\n\nIt could not be delivered.\n")
    assert classify(mail, Ours(frozenset(), lambda _: False)) == MailClass.BOUNCE
