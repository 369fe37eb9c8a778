"""Chats: a guest begins one when an agent is there, writes, reads and ends it; the rest goes by mail."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from deskbell.features.access.addresses import clean_address, clean_name
from deskbell.features.chats import queries
from deskbell.features.chats.events import ChatFinished
from deskbell.features.chats.records import (
    Chat,
    ChatEnded,
    ChatState,
    ChatUnavailable,
    Conversation,
    Message,
)
from deskbell.features.chats.transcripts import transcript
from deskbell.features.guests import service as guests
from deskbell.features.mail.queries import outgoing, senders
from deskbell.features.mail.service.making import ensure_keys
from deskbell.features.mail.service.sending import acknowledge, language_for, send_transcript
from deskbell.features.people.service import contacts
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.comment_records import Comment, NewComment
from deskbell.features.tickets.records import NewTicket, Ticket
from deskbell.features.widget import service as widgets
from deskbell.kernel.access import anyone, step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Forbidden, Invalid, NotFound, Problem
from deskbell.kernel.guest_links import GuestKind, GuestLink, make_guest_token
from deskbell.kernel.mail.records import address_key
from deskbell.kernel.paging import PageRequest
from deskbell.kernel.words import Channel
from deskbell.runtime.database import UnitOfWork

LONGEST: Final = 4_000
"""The number of characters of one message."""
_LONGEST_NAME: Final = 200
_SUBJECT: Final = 80
_SHOWN: Final = 100
_SEEN_EVERY: Final = timedelta(seconds=20)
GONE_AFTER: Final = timedelta(minutes=3)
"""The time without a sign of the guest's page after which a chat is over."""


@anyone("the sites that show the widget ask whether a chat can begin")
async def is_available(uow: UnitOfWork) -> bool:
    """Whether chats are switched on and an agent is there."""
    widget = await widgets.shown(uow)
    return widget.enabled and widget.chat_enabled and await _is_staffed(uow)


@anyone("visitors begin a chat without a sign-in; the caller has counted the request against its limits")
async def begin(uow: UnitOfWork, name: str, email: str, text: str, language: str) -> str:
    """Files a ticket with the first words, and returns the token that opens this chat alone.

    Raises `Invalid`, and `ChatUnavailable` if no agent is there.
    """
    name, text = clean_name(name), text.strip()
    problems = [Problem.at(field, "blank") for field, value in (("name", name), ("text", text)) if not value]
    if len(name) > _LONGEST_NAME:
        problems.append(Problem.at("name", "too_long", limit=_LONGEST_NAME))
    if len(text) > LONGEST:
        problems.append(Problem.at("text", "too_long", limit=LONGEST))
    if problems:
        raise Invalid(problems)
    address = clean_address(email)
    widget = await widgets.shown(uow)
    if not await is_available(uow):
        raise ChatUnavailable
    await uow.enter(Actor.system(uow.actor.organization_id))
    if await senders.is_blocked(uow.db, address_key(address)):
        raise Forbidden("contact.blocked")
    person = await contacts.ensure_customer(uow, address, name, how="chat")
    ticket = await tickets.create(
        uow,
        NewTicket(subject=_subject(text), description=text, channel=Channel.CHAT, requester_id=person.user_id),
    )
    chat = Chat(
        ticket_id=ticket.id, guest_name=name, language=language, wait_seconds=widget.chat_wait_seconds,
        started_at=uow.now, seen_at=uow.now,
        ended_at=None,
    )  # fmt: skip
    await queries.add(uow.db, ticket.organization_id, chat)
    link = GuestLink(
        kind=GuestKind.CHAT, organization_id=ticket.organization_id, ticket_id=ticket.id, person_id=person.user_id,
        made_at=uow.now,
    )  # fmt: skip
    return make_guest_token(await ensure_keys(uow), link)


@anyone("the token of the chat is the credential")
async def read(uow: UnitOfWork, token: str, organization_id: UUID) -> Conversation:
    """The latest words of a chat, and its state. Notes that the guest's page is open. Raises `NotFound`, `LinkEnded`."""
    guest, chat = await _enter(uow, token, organization_id)
    ticket = await tickets.get(uow, chat.ticket_id)
    found = await tickets.page_comments(uow, ticket.id, PageRequest.numbered(1, _SHOWN, None, order="desc"))
    first = Message(id=ticket.id, name=chat.guest_name, own=True, text=ticket.description, at=ticket.created_at)
    said = [_message(each, ticket, chat) for each in reversed(found.items) if _is_of_chat(each, ticket, chat)]
    if chat.ended_at is None and uow.now - chat.seen_at >= _SEEN_EVERY:
        await uow.enter(Actor.system(organization_id))
        await queries.mark_seen(uow.db, chat.ticket_id, uow.now)
        await uow.enter(guest)
    left = chat.waits_until - uow.now
    return Conversation(
        ticket_id=ticket.id, state=_state(chat, ticket), waits=max(0, int(left.total_seconds())),
        messages=said if found.next_cursor else [first, *said],
    )  # fmt: skip


@anyone("the token of the chat is the credential")
async def say(uow: UnitOfWork, token: str, organization_id: UUID, text: str) -> None:
    """Adds a guest's words. Raises `Invalid`, `ChatEnded`, `NotFound`, `LinkEnded`."""
    _, chat = await _enter(uow, token, organization_id)
    text = text.replace("\0", "").strip()
    if not text:
        raise Invalid.field("text", "blank")
    if len(text) > LONGEST:
        raise Invalid.field("text", "too_long", limit=LONGEST)
    if chat.ended_at is not None:
        raise ChatEnded
    await tickets.add_comment(uow, chat.ticket_id, NewComment(body=text, channel=Channel.CHAT))


@anyone("the token of the chat is the credential")
async def leave(uow: UnitOfWork, token: str, organization_id: UUID) -> None:
    """Ends a chat. A repeat changes nothing. Raises `NotFound`, `LinkEnded`."""
    _, chat = await _enter(uow, token, organization_id)
    await uow.enter(Actor.system(organization_id))
    await finish(uow, chat.ticket_id)


@anyone("the token of the chat is the credential")
async def enter(uow: UnitOfWork, token: str) -> None:
    """Enters as the guest of a chat that goes on, for a socket. Raises `NotFound`, `LinkEnded`, `ChatEnded`."""
    _, chat = await _enter(uow, token, None)
    if chat.ended_at is not None:
        raise ChatEnded


@step("`leave`, and the job that ends chats")
async def finish(uow: UnitOfWork, ticket_id: UUID) -> None:
    """Ends a chat and mails its transcript or, if no agent has answered, that the answer comes by mail."""
    chat = await queries.lock(uow.db, ticket_id)
    if chat is None or chat.ended_at is not None:
        return
    await queries.end(uow.db, ticket_id, uow.now)
    uow.record(ChatFinished(ticket_id=ticket_id))
    try:
        ticket = await tickets.get(uow, ticket_id)
    except NotFound:  # deleted meanwhile
        return
    mailbox_id = await outgoing.mailbox_of(uow.db, ticket_id)
    if mailbox_id is None:
        return
    if ticket.first_response_at is None:
        await acknowledge(uow, ticket, mailbox_id, chat.language)
        return
    found = await tickets.list_comments(uow, ticket_id)
    language = await language_for(uow, ticket.id, mailbox_id, chat.language)
    words = transcript(ticket, [each for each in found if each.public], language)
    await send_transcript(uow, ticket, mailbox_id, language, words.text, words.html)


async def _enter(uow: UnitOfWork, token: str, organization_id: UUID | None) -> tuple[Actor, Chat]:
    """Enters as the guest of a chat. Raises `NotFound` for a link that is no chat's."""
    guest = await guests.enter(uow, token, GuestKind.CHAT, organization_id=organization_id)
    actor = uow.actor
    await uow.enter(Actor.system(actor.organization_id))
    chat = await queries.find(uow.db, guest.ticket_id)
    if chat is None:
        raise NotFound("ticket")
    await uow.enter(actor)
    return actor, chat


async def _is_staffed(uow: UnitOfWork) -> bool:
    return await queries.is_staffed(uow.db)


def _state(chat: Chat, ticket: Ticket) -> ChatState:
    if ticket.first_response_at is None:
        return "waiting" if chat.ended_at is None else "missed"
    return "answered" if chat.ended_at is None else "ended"


def _is_of_chat(comment: Comment, ticket: Ticket, chat: Chat) -> bool:
    """Whether the guest may read words: those written before the chat ended, and of the requester only those of the chat.

    Nothing proves the guest's address, and its owner may answer by mail.
    """
    if chat.ended_at is not None and comment.created_at > chat.ended_at:
        return False
    return comment.author.id != ticket.requester.id or comment.channel is Channel.CHAT


def _message(comment: Comment, ticket: Ticket, chat: Chat) -> Message:
    own = comment.author.id == ticket.requester.id
    name = chat.guest_name if own else comment.author.name
    return Message(id=comment.id, name=name, own=own, text=comment.body, at=comment.created_at)


def _subject(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SUBJECT else f"{line[:_SUBJECT].rstrip()}…"
