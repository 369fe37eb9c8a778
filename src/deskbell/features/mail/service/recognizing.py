"""A mail's references to us: Message-IDs and reply tokens count only with a valid check value."""

from collections.abc import Iterator
from typing import Final, Literal

from msgspec.structs import replace

from deskbell.features.mail.queries import conversations, mailboxes, outgoing, revisions
from deskbell.features.mail.records import Judged, ReceivedMail
from deskbell.kernel.access import step
from deskbell.kernel.mail.classes import is_automatic
from deskbell.kernel.mail.ids import ReplyToken, TokenKind, has_own_form, read_message_id, read_token
from deskbell.kernel.mail.records import ReadMail, address_key
from deskbell.runtime.database import UnitOfWork

_MAX_NUMBER: Final = 2**31 - 1
_STAFF_TOKENS: Final = frozenset({TokenKind.PUBLIC_BY_STAFF, TokenKind.NOTE_BY_STAFF})


@step("`file_mail`")
async def recognized(uow: UnitOfWork, stored: ReceivedMail, judged: Judged) -> Judged:
    """The mail with what its ids and tokens prove: our own mail that came back, the ticket, the answering staff member."""
    mail = judged.mail
    named = (mail.message_id or "", *judged.message_ids)
    if not any(map(has_own_form, named)) and not dict(_words_of(stored, mail)):
        return judged  # nothing in it looks like ours
    keys = await outgoing.keys(uow.db)
    if not keys:
        return judged
    if mail.message_id is not None and read_message_id(keys, mail.message_id) is not None:
        return replace(judged, kind="own_mail")
    ids = [each for each in judged.message_ids if not has_own_form(each) or read_message_id(keys, each) is not None]
    answers_ours = any(read_message_id(keys, each) is not None for each in ids)
    if judged.kind == "automatic" and answers_ours and is_automatic(mail):
        judged = replace(judged, kind="auto_reply")  # Exchange's "out of office" says that it was generated
    return await _with_tokens(uow, replace(judged, message_ids=ids), await _own_tokens(uow, stored, mail), keys)


async def _with_tokens(uow: UnitOfWork, judged: Judged, tokens: list[ReplyToken], keys: list[bytes]) -> Judged:
    person = None
    revision_of = await revisions.of_numbers(uow.db, [each.number for each in tokens]) if tokens else {}
    author = judged.mail.author
    if author is not None and any(each.kind in _STAFF_TOKENS for each in tokens):
        person = await conversations.find_person(uow.db, [author.key, author.address.lower()])
    numbers: list[int] = []
    answers: dict[int, Literal["reply", "note"]] = {}
    for each in tokens:
        revision = revision_of.get(each.number, 0)
        if each.kind in _STAFF_TOKENS:
            if person is None or not each.is_valid(keys, person=person.id, revision=revision):
                continue
            if answers.get(each.number) != "note":
                answers[each.number] = "note" if each.kind is TokenKind.NOTE_BY_STAFF else "reply"
            numbers.append(each.number)
        elif each.kind is TokenKind.TICKET:
            if each.is_valid(keys, revision=revision):
                numbers.append(each.number)
        elif each.is_valid(keys):  # a report is about a mail that was sent, whatever was revoked since
            judged = replace(judged, bounced_number=each.number)
    return replace(
        judged, ticket_numbers=[*numbers, *judged.ticket_numbers], token_numbers=numbers, staff_answers=answers,
        staff_token=person.id if person is not None and answers else None,
    )  # fmt: skip


async def _own_tokens(uow: UnitOfWork, stored: ReceivedMail, mail: ReadMail) -> list[ReplyToken]:
    """The tokens in addresses of our mailboxes that the mail was sent to."""
    found = dict(_words_of(stored, mail))
    if not found:
        return []
    own = await mailboxes.own_addresses(uow.db, sorted(found))
    return [token for address in found if address in own for token in found[address]]


def _words_of(stored: ReceivedMail, mail: ReadMail) -> Iterator[tuple[str, list[ReplyToken]]]:
    reported = mail.report.original_recipient_words if mail.report is not None else ()
    named = [*stored.envelope_to, *mail.delivered_to, *(each.address for each in (*mail.to, *mail.cc)), *reported]
    tokens: dict[str, list[ReplyToken]] = {}
    for address in dict.fromkeys(address_key(each) for each in named):
        local, _, domain = address.rpartition("@")
        for separator in "+-":
            base, _, word = local.rpartition(separator)
            token = read_token(word) if base else None
            if token is not None and token.number <= _MAX_NUMBER:
                tokens.setdefault(f"{base}@{domain}", []).append(token)
    yield from tokens.items()
