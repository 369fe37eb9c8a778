"""Archives of mail: their files, their mails, and the conversations among these."""

import mailbox
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from msgspec.structs import replace

from deskbell.channels.mail.archive.conversations import Entry, conversations
from deskbell.channels.mail.archive.splitting import Place, as_mbox, content_of, files_of, places

START = datetime(2026, 3, 1, tzinfo=UTC)
NOWHERE = Path("archive")


def entry(
    number: int, author: str, *, id_: str | None = None, answers: tuple[str, ...] = (), people: tuple[str, ...] = (),
    staff: bool = False, minutes: int | None = None,
) -> Entry:  # fmt: skip
    """A mail of an archive."""
    return Entry(
        place=Place(NOWHERE, 0, 1, number), at=START + timedelta(minutes=number if minutes is None else minutes),
        message_id=id_, references=answers, author=author, people=people, digest=bytes([number]), is_staff=staff,
    )  # fmt: skip


def numbers(*entries: Entry) -> list[list[int]]:
    """The conversations, as the numbers of their mails."""
    return [[each.place.number for each in found] for found in conversations(entries)]


def test_answers_join_by_any_reference_and_mails_without_ids_equal_nothing() -> None:
    assert numbers(
        entry(1, "ann", id_="a", people=("desk",)),
        entry(2, "desk", id_="b", answers=("a",), staff=True),
        entry(3, "ann", answers=("unknown", "b")),
        entry(4, "ann"),
        entry(5, "ann"),
    ) == [[1, 2, 3], [4], [5]]


def test_only_who_takes_part_joins() -> None:
    first = entry(1, "ann", id_="a", people=("desk", "ben"))
    assert numbers(first, entry(2, "ben", answers=("a",))) == [[1, 2]]
    assert numbers(first, entry(2, "eve", answers=("a",))) == [[1], [2]]
    assert numbers(first, entry(2, "desk", answers=("a",), staff=True)) == [[1, 2]]


def test_wrong_clocks_circles_and_copies_end_in_one_place_each() -> None:
    early = entry(2, "desk", id_="b", answers=("a",), staff=True, minutes=0)
    assert numbers(entry(1, "ann", id_="a"), early) == [[2, 1]]
    circle = numbers(entry(1, "ann", id_="a", answers=("b",)), entry(2, "ann", id_="b", answers=("a",)))
    assert sorted(number for found in circle for number in found) == [1, 2]
    assert numbers(entry(1, "ann", id_="a", answers=("a",))) == [[1]]
    copy = entry(1, "ann", id_="a")
    assert numbers(copy, copy) == [[1]]


def test_a_long_thread_in_the_wrong_order_is_one_conversation() -> None:
    mails = [
        replace(entry(number % 250, "ann", id_=str(number), answers=(str(number - 1),) if number else (), minutes=0),
                digest=number.to_bytes(4, "big"), place=Place(NOWHERE, 0, 1, 3_000 - number))
        for number in range(3_000)
    ]  # fmt: skip
    (found,) = list(conversations(mails))
    assert len(found) == 3_000


def mail(subject: str, text: str = "Words\n") -> bytes:
    """A mail as bytes."""
    message = EmailMessage()
    message["From"], message["Subject"] = "ann@elsewhere.example", subject
    message.set_content(text)
    return message.as_bytes()


def test_an_mbox_of_the_standard_library_is_read_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "all.mbox"
    box = mailbox.mbox(path)
    texts = ["plain\n", "From here on\nnothing ends\n", "\nFrom me\n\n", "one\n\nFrom two\n"]
    for number, text in enumerate(texts):
        box.add(mail(f"Mail {number}", text))
    box.flush()
    found = list(places(path))
    assert [each.number for each in found] == [1, 2, 3, 4]
    assert [content_of(each) for each in found] == [mail(f"Mail {number}", text) for number, text in enumerate(texts)]


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_rejects_are_an_mbox_that_can_be_read_again(tmp_path: Path, ends: bytes) -> None:
    path = tmp_path / "rejects.mbox"
    raws = [mail("One", "From x\n>From y\n"), mail("Two")]
    path.write_bytes(b"".join(as_mbox(raw, "is\nbad") for raw in raws).replace(b"\n", ends))
    found = [content_of(each) for each in places(path)]
    head = b"X-Deskbell-Rejected: is bad\n"
    assert found == [(head + raw).replace(b"\n", ends) for raw in raws]


def test_a_very_long_line_hides_no_mail_and_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "long.mbox"
    path.write_bytes(b"From a\nSubject: 1\n\n" + b"x" * 3_000_000 + b"From b\n\nFrom c\nSubject: 2\n\nEnd\n")
    assert [each.number for each in places(path)] == [1, 2]


def test_folders_have_mbox_files_maildirs_and_single_mails(tmp_path: Path) -> None:
    maildir = mailbox.Maildir(tmp_path / "box", create=True)
    maildir.add(mail("In a Maildir"))
    (tmp_path / "one.eml").write_bytes(mail("Alone"))
    (tmp_path / "empty.eml").touch()
    (tmp_path / "box" / "tmp" / "half").write_bytes(b"half")
    (tmp_path / "dovecot.index.log").write_bytes(b"index")
    found = [place for path in files_of(tmp_path) for place in places(path)]
    assert sorted(content_of(each) for each in found) == sorted([mail("In a Maildir"), mail("Alone")])
