"""Commands at the top of a mail, and the mail inside a forwarded one."""

import pytest
from msgspec import UNSET

from deskbell.kernel.mail.commands import MOST_COMMANDS, read_commands
from deskbell.kernel.mail.forwards import forwarded_in
from deskbell.kernel.words import Priority, Status


def test_commands_of_both_languages_stand_at_the_top_one_a_line() -> None:
    found = read_commands(
        "\n#gelöst\n\n#urgent\n#assign Ann  Lee\n#tag VIP guest\n#schlagwort x\n#me\n#notiz\n\nDone.\n#open"
    )
    assert found is not None
    assert (found.status, found.priority, found.assign) == (Status.SOLVED, Priority.URGENT, "Ann Lee")
    assert (found.tags, found.to_me, found.is_note, found.unknown) == (["VIP guest", "x"], True, True, None)
    assert found.rest == "Done.\n#open", "a line below words is no command"
    assert found.changes_ticket


@pytest.mark.parametrize("text", ["Hello\n#solved", "# Heading\nx", "## Smaller", "#12 is meant", "#", "", "\n\n"])
def test_other_beginnings_are_no_commands(text: str) -> None:
    assert read_commands(text) is None


@pytest.mark.parametrize("line", ["#frobnicate", "#solved now", "#assign", "#tag", "#tag " + "x" * 51])
def test_a_line_that_is_not_understood_stops_everything(line: str) -> None:
    found = read_commands(f"#note\n{line}\nHello")
    assert found is not None
    assert (found.unknown, found.rest) == (line, f"#note\n{line}\nHello")
    assert (found.status, found.changes_ticket) == (UNSET, False)


def test_commands_are_bounded() -> None:
    found = read_commands("#note\n" * (MOST_COMMANDS + 5))
    assert found is not None
    assert found.rest.count("#note") == 5


GMAIL = (
    "Please help her.\n-- \nAnn\n\n---------- Forwarded message ---------\nFrom: Cleo C <cleo@elsewhere.example>\n"
    "Date: Mon, 2 Nov 2026 at 10:00\nSubject: Zip broke\nTo: <ann@shop.example>\n\n\nMy zip broke.\n\nCleo"
)
FORWARDS = {
    "gmail": (
        GMAIL,
        ("Cleo C", "cleo@elsewhere.example", "Zip broke", "My zip broke.\n\nCleo", "Please help her."),
    ),
    "outlook in German": (
        "FYI\n\nVon: Cleo C [mailto:cleo@elsewhere.example]\nGesendet: Montag\nAn: ann@shop.example\nBetreff: Zip\n\nKaputt.",
        ("Cleo C", "cleo@elsewhere.example", "Zip", "Kaputt.", "FYI"),
    ),
    "apple, quoted": (
        "Begin forwarded message:\n\n> From: cleo@elsewhere.example\n> Subject: Zip\n> Date: now\n> \n> Hi there\n> x",
        ("", "cleo@elsewhere.example", "Zip", "Hi there\nx", ""),
    ),
    "original message": (
        "-----Original Message-----\nFrom: 'Cleo' <cleo@elsewhere.example>\nSent: now\nSubject: A: B\n\nHi",
        ("Cleo", "cleo@elsewhere.example", "A: B", "Hi", ""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("client", FORWARDS)
def test_the_original_mail_of_a_forwarded_one_is_read(client: str) -> None:
    text, expected = FORWARDS[client]
    found = forwarded_in(text)
    assert found is not None
    assert found.author is not None
    assert (found.author.name, found.author.address, found.subject, found.text, found.above) == expected


@pytest.mark.parametrize(
    "text",
    ["Hello from: me\n\nx", "", "---------- Forwarded message ---------\nno headers here", "From: cleo@elsewhere.example\nHi",
     "---------- Forwarded message ---------\nSubject: x\n\n\n\nFrom: far@away.example"],
)  # fmt: skip
def test_other_texts_forward_nothing(text: str) -> None:
    assert forwarded_in(text) is None


def test_a_block_without_an_address_names_no_author() -> None:
    found = forwarded_in("---------- Forwarded message ---------\nFrom: Cleo\nSubject: x\n\nHi")
    assert found is not None
    assert (found.author, found.text) == (None, "Hi")
