"""Message ids and reply tokens: ours are recognized, and no others."""

from uuid import UUID

import pytest

from deskbell.kernel.mail.ids import (
    MAX_TOKEN,
    IdKind,
    OwnId,
    TokenKind,
    make_message_id,
    make_token,
    read_message_id,
    read_token,
)

_KEYS = [b"new key", b"old key"]
_COMMENT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
_ANN = UUID(int=1)
_BOB = UUID(int=2)


def test_an_own_message_id_is_read_back_whoever_changed_its_case() -> None:
    made = make_message_id(_KEYS, IdKind.COMMENT, _COMMENT, "shop.example")
    assert made == make_message_id(_KEYS, IdKind.COMMENT, _COMMENT, "shop.example")
    assert read_message_id(_KEYS, f"<{made}>") == OwnId(IdKind.COMMENT, _COMMENT)
    assert read_message_id(_KEYS, made.upper()) == OwnId(IdKind.COMMENT, _COMMENT)


def test_a_replaced_key_still_opens_and_a_foreign_key_does_not() -> None:
    made = make_message_id([b"old key"], IdKind.ANCHOR, _COMMENT, "shop.example")
    assert read_message_id(_KEYS, made) == OwnId(IdKind.ANCHOR, _COMMENT)
    assert read_message_id([b"other"], made) is None


@pytest.mark.parametrize("text", ["", "<>", "x", "c.a.b@d", "t." + "a" * 26 + "." + "a" * 10 + "@shop.example", "é@é"])
def test_other_ids_are_foreign(text: str) -> None:
    assert read_message_id(_KEYS, text) is None


def test_an_id_of_one_kind_is_none_of_another() -> None:
    made = make_message_id(_KEYS, IdKind.COMMENT, _COMMENT, "shop.example")
    assert read_message_id(_KEYS, "t" + made[1:]) is None


@pytest.mark.parametrize("number", [1, 42, 999_999_999_999])
@pytest.mark.parametrize("kind", list(TokenKind))
def test_a_token_is_read_back(kind: TokenKind, number: int) -> None:
    word = make_token(_KEYS, kind, number, person=_ANN)
    assert len(word) <= MAX_TOKEN
    assert word.isalnum()
    assert word == word.lower()
    token = read_token(word.upper())
    assert token is not None
    assert (token.kind, token.number) == (kind, number)
    assert token.is_valid(_KEYS, person=_ANN)
    assert not token.is_valid(_KEYS, person=_BOB)
    assert not token.is_valid(_KEYS)
    assert not token.is_valid(_KEYS, person=_ANN, revision=1)
    assert not token.is_valid([b"other"], person=_ANN)


@pytest.mark.parametrize("word", ["", "t", "t12", "x1" + "a" * 16, "t1" + "1" * 16, "t" + "1" * 13 + "a" * 16, "sales"])
def test_other_plus_words_are_no_tokens(word: str) -> None:
    assert read_token(word) is None
