"""The words of a person that are taken out of a text, and those that stay."""

import pytest

from deskbell.kernel.redaction import Redactor

ANN = Redactor(["Ann Okafor-Lind"], ["ann.okafor@home.example"], ["+49 (30) 555-0192"], {"0f-1": "0f-2"})


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Dear Ann,", "Dear [deleted],"),
        ("ANN is here; an annual plan", "[deleted] is here; an annual plan"),
        ("ann", "ann"),  # short names count as they are written
        ("OKAFOR, okafor and Okaforson", "[deleted], [deleted] and Okaforson"),
        ("Write to Ann.Okafor@Home.example!", "Write to [deleted]!"),
        ("I am ann.okafor there", "I am [deleted] there"),
        ("Call 030 555 0192 or +4930 5550192.", "Call 030 555 0192 or [deleted]."),
        ("Seen by 0F-1", "Seen by 0f-2"),
        ("Nothing of hers", "Nothing of hers"),
    ],
)
def test_words_of_a_person(text: str, redacted: str) -> None:
    assert ANN.text(text) == redacted


def test_json_keeps_its_form() -> None:
    value = {"Ann": ["Ann", {"of": "Okafor", "n": 49305550192, "none": None}], "yes": True}
    assert ANN.value(value) == {
        "Ann": ["[deleted]", {"of": "[deleted]", "n": 49305550192, "none": None}],
        "yes": True,
    }


def test_names_without_spaces_around_them() -> None:
    assert Redactor(["王伟明"], [], [], {}).text("尊敬的王伟明先生") == "尊敬的[deleted]先生"


def test_shared_mailboxes_are_no_names() -> None:
    assert Redactor([], ["support@home.example"], [], {}).text("our support") == "our support"


def test_nothing_known_changes_nothing() -> None:
    assert Redactor([], [], [], {}).text("Dear Ann") == "Dear Ann"
