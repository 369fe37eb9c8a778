"""Quoted text and signatures, over 25 languages and six mail programs, and the rules that protect new text."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from deskbell.kernel.mail.quoting import cut_reply, separated

CORPUS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).with_name("corpus") / "clients.toml").read_text(encoding="utf-8")
)
OTHERS: list[dict[str, str]] = tomllib.loads(
    (Path(__file__).with_name("corpus") / "other_clients.toml").read_text(encoding="utf-8")
)["mail"]
CLIENTS = ("gmail", "apple", "thunderbird", "outlook", "webmail", "device")
_QUOTED = ("gmail", "apple", "thunderbird")
_OLDER = "Hello Bob,\n\nyour order is ready.\n\nAnn"


def new_text(text: str) -> str:
    """The text without what is cut."""
    lines = separated(text)
    return "\n".join(line for line, is_cut in zip(lines, cut_reply(lines), strict=True) if not is_cut).strip()


def _mail(row: dict[str, str], client: str) -> str:
    if client == "device":
        return f"{row['words']}\n\n{row['device']}\n\n{row['gmail']}\n\n" + _with_marks(_OLDER)
    older = _with_marks(_OLDER) if client in _QUOTED else _OLDER
    return f"{row['words']}\n\n{row[client]}\n\n{older}\n"


def _with_marks(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


@pytest.mark.parametrize("language", CORPUS)
def test_quoted_text_of_each_client_is_cut_and_no_new_word_is(language: str) -> None:
    row = CORPUS[language]
    wrong = [client for client in CLIENTS if new_text(_mail(row, client)) != row["words"]]
    lost = [client for client in CLIENTS if row["words"] not in new_text(_mail(row, client))]
    assert not lost
    assert not wrong


@pytest.mark.parametrize("language", CORPUS)
def test_an_attribution_without_marks_below_is_found(language: str) -> None:
    row = CORPUS[language]
    found = [new_text(f"{row['words']}\n\n{row[client]}\n{_OLDER}") for client in ("gmail", "apple", "thunderbird")]
    assert all(row["words"] in text for text in found)
    assert sum(text == row["words"] for text in found) >= 1


def test_the_corpus_has_25_languages() -> None:
    assert len(CORPUS) >= 25
    assert all(set(row) == {"words", *CLIENTS} for row in CORPUS.values())


def test_the_rules_carry_to_other_clients_and_people(score: Callable[[str, int, int], None]) -> None:
    """mail.md, section 14: at least 90 % exact, and in at least 98 % nothing lost."""
    found = {row["client"]: ("".join(new_text(row["text"]).split()), row["new"].split()) for row in OTHERS}
    wrong = [client for client, (got, new) in found.items() if got != "".join(new)]
    lost = [client for client, (got, new) in found.items() if any(word not in got for word in new)]
    score("new text of a reply, other clients", len(found) - len(wrong), len(found))
    score("new text of a reply, other clients, nothing lost", len(found) - len(lost), len(found))
    assert len(found) == len(OTHERS) >= 50
    assert len(wrong) <= 0.1 * len(found), wrong
    assert len(lost) <= 0.02 * len(found), lost


@pytest.mark.parametrize(
    "text",
    [
        "> only\n> quoted",
        "> only\n \t \t",
        "> Question one?\nAnswer one.\n> Question two?\nAnswer two.",
        "On Monday Ann wrote:\n> Question one?\nAnswer one.\n> Question two?\nAnswer two.",
        "Dear all,\n\nthe meeting is on 12.05.2026 at 10:00:\n\nRoom 5\nBring papers",
        "My address:\nFrom here to there\nTo: the left",
        "one\n-----\ntwo",
        "a\n_______________________________\nb",
        "-- \nonly a signature",
        "Sent from my iPhone",
        "",
        "\n\n",
    ],
)
def test_nothing_is_cut_of(text: str) -> None:
    kept = new_text(text)
    assert "".join(kept.split()) == "".join(text.split())
    assert bool(kept) == bool(text.strip())


def test_a_forward_mark_keeps_all_below_it() -> None:
    text = (
        "See below.\n\n---------- Forwarded message ---------\nFrom: Ann <ann@shop.example>\n"
        "Date: Mon, May 4, 2026\nSubject: Order\nTo: Bob\n\nWords\n\nOn Monday Eve <eve@x.example> wrote:\n> more"
    )
    assert new_text(text) == text


def test_one_quotation_between_new_texts_goes() -> None:
    text = "Hello\n\nOn 4 May 2026, Ann <ann@shop.example> wrote:\n> one\n> two\n\nYes, please."
    assert new_text(text).split() == ["Hello", "Yes,", "please."]


def test_a_signature_of_more_than_15_lines_is_text() -> None:
    lines = "\n".join(f"line {n}" for n in range(16))
    assert new_text(f"Hello\n-- \n{lines}").endswith("line 15")
    assert new_text("Hello\n-- \nAnn\nShop") == "Hello"


@pytest.mark.parametrize(
    "text",
    [
        "> " * 50_000,
        "On wrote: " * 10_000,
        "\n".join(["On 4 May 2026 Ann <a@b.example>"] * 2_000),
        "\n".join(["From: a", "x"] * 2_000),
        "\n".join(["> a", "b"] * 3_000),
        "\n".join(["-- "] * 3_000),
        "-" * 100_000,
        "@" * 100_000,
        "\n" * 100_000,
        "\n".join(["Sent from my"] * 3_000),
    ],
)
def test_hostile_text_ends(text: str) -> None:
    """Code that is quadratic in the text takes minutes here."""
    assert len(cut_reply(separated(text))) == len(separated(text))
