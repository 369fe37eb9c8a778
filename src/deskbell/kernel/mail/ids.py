"""Message ids and reply tokens that only Deskbell can make (mail.md, section 9).

Both carry a keyed digest, so that a stranger who knows their form cannot make one. Every function takes the
organization's mail keys; the newest comes first and makes new ids, all of them are accepted.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

_ID: Final = re.compile(r"([ctna])\.([a-z2-7]{26})\.([a-z2-7]{10})@[^@\s<>]{1,255}", re.IGNORECASE)
_TOKEN: Final = re.compile(r"([tpnb])(\d{1,12})([a-z2-7]{16})", re.IGNORECASE)
_UNSUBSCRIBE: Final = re.compile(r"([a-z2-7]{52})([a-z2-7]{24})", re.IGNORECASE)
_UNSUBSCRIBE_BITS: Final = 120
_RATING: Final = re.compile(r"([a-z2-7]{77})([a-z2-7]{24})", re.IGNORECASE)
_RATING_BITS: Final = 120
_ID_BITS: Final = 50
_TOKEN_BITS: Final = 80
MAX_TOKEN: Final = 40


class IdKind(StrEnum):
    """The object that a Message-ID of ours is about."""

    COMMENT = "c"
    ANCHOR = "t"
    """A ticket: named in References only, never sent as a mail's own id."""
    NOTICE = "n"
    AUTOMATIC = "a"


class OwnId(Struct, frozen=True):
    """A Message-ID of ours whose check value is right."""

    kind: IdKind
    subject: UUID


class TokenKind(StrEnum):
    """The purpose of a reply token."""

    TICKET = "t"
    PUBLIC_BY_STAFF = "p"
    NOTE_BY_STAFF = "n"
    BOUNCE = "b"


class ReplyToken(Struct, frozen=True):
    """A token as written in an address. Nothing is proven before `is_valid`."""

    kind: TokenKind
    number: int
    digest: str

    def is_valid(self, keys: Sequence[bytes], *, person: UUID | None = None, revision: int = 0) -> bool:
        """Whether one of the keys made it, for this person and this revision of the ticket's tokens."""
        expected = [_token_digest(key, self.kind, self.number, person, revision) for key in keys]
        return any(hmac.compare_digest(self.digest, each) for each in expected)


def make_message_id(keys: Sequence[bytes], kind: IdKind, subject: UUID, domain: str) -> str:
    """A Message-ID without angle brackets: the same one for the same object, at every try."""
    return f"{kind.value}.{_base32(subject.bytes)}.{_id_digest(keys[0], kind, subject)}@{domain}"


def read_message_id(keys: Sequence[bytes], message_id: str) -> OwnId | None:
    """The object of a Message-ID of ours, or None for a foreign id and for one with a wrong check value."""
    found = _ID.fullmatch(message_id.strip().strip("<>"))
    if found is None:
        return None
    kind = IdKind(found[1].lower())
    subject = UUID(bytes=base64.b32decode(found[2].upper() + "======"))
    if any(hmac.compare_digest(found[3].lower(), _id_digest(key, kind, subject)) for key in keys):
        return OwnId(kind, subject)
    return None


def has_own_form(message_id: str) -> bool:
    """Whether an id looks like ours; only `read_message_id` says whether it is."""
    return _ID.fullmatch(message_id.strip().strip("<>")) is not None


def make_token(
    keys: Sequence[bytes], kind: TokenKind, number: int, *, person: UUID | None = None, revision: int = 0
) -> str:
    """The word after the `+` of a reply address: letters and digits, at most `MAX_TOKEN` characters.

    A token of staff (`PUBLIC_BY_STAFF`, `NOTE_BY_STAFF`) is good for one person. A higher `revision` revokes all
    earlier tokens of the ticket.
    """
    return f"{kind.value}{number}{_token_digest(keys[0], kind, number, person, revision)}"


def read_token(word: str) -> ReplyToken | None:
    """The parts of a token, or None where the word has another form."""
    found = _TOKEN.fullmatch(word.strip())
    if found is None or len(found[0]) > MAX_TOKEN:
        return None
    return ReplyToken(TokenKind(found[1].lower()), int(found[2]), found[3].lower())


def make_unsubscribe_token(keys: Sequence[bytes], organization_id: UUID, person: UUID) -> str:
    """The token of a `List-Unsubscribe` address: it ends mailed notifications of one person, and nothing else."""
    return _base32(organization_id.bytes + person.bytes) + _unsubscribe_digest(keys[0], organization_id, person)


def read_unsubscribe_token(token: str) -> tuple[UUID, UUID, str] | None:
    """Organization, person and digest of a token; None for another text. Only `unsubscribes` says whether it is valid."""
    found = _UNSUBSCRIBE.fullmatch(token)
    if found is None:
        return None
    raw = base64.b32decode(found[1].upper() + "====")
    return UUID(bytes=raw[:16]), UUID(bytes=raw[16:]), found[2].lower()


def unsubscribes(keys: Sequence[bytes], organization_id: UUID, person: UUID, digest: str) -> bool:
    """Whether one of the keys made a token with this digest."""
    return any(hmac.compare_digest(digest, _unsubscribe_digest(key, organization_id, person)) for key in keys)


def make_rating_token(keys: Sequence[bytes], organization_id: UUID, ticket: UUID, person: UUID) -> str:
    """The token of a link that rates one ticket in the name of one person, and does nothing else."""
    content = organization_id.bytes + ticket.bytes + person.bytes
    return _base32(content) + _digest(keys[0], b"rating", content, _RATING_BITS)


def read_rating_token(token: str) -> tuple[UUID, UUID, UUID, str] | None:
    """Organization, ticket, person and digest of a token; None for another text. Only `rates` says whether it is valid."""
    found = _RATING.fullmatch(token)
    if found is None:
        return None
    raw = base64.b32decode(found[1].upper() + "===")
    return UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), UUID(bytes=raw[32:]), found[2].lower()


def rates(keys: Sequence[bytes], organization_id: UUID, ticket: UUID, person: UUID, digest: str) -> bool:
    """Whether one of the keys made a token with this digest."""
    content = organization_id.bytes + ticket.bytes + person.bytes
    return any(hmac.compare_digest(digest, _digest(key, b"rating", content, _RATING_BITS)) for key in keys)


def _unsubscribe_digest(key: bytes, organization_id: UUID, person: UUID) -> str:
    return _digest(key, b"unsubscribe", organization_id.bytes + person.bytes, _UNSUBSCRIBE_BITS)


def _id_digest(key: bytes, kind: IdKind, subject: UUID) -> str:
    return _digest(key, b"message-id", kind.value.encode() + subject.bytes, _ID_BITS)


def _token_digest(key: bytes, kind: TokenKind, number: int, person: UUID | None, revision: int) -> str:
    content = f"{kind.value}:{number}:{person.hex if person else ''}:{revision}"
    return _digest(key, b"reply-token", content.encode(), _TOKEN_BITS)


def _digest(key: bytes, purpose: bytes, content: bytes, bits: int) -> str:
    digest = hmac.new(key, purpose + b"\0" + content, hashlib.sha256).digest()
    return _base32(digest)[: bits // 5]


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=").lower()
