"""Who sees which tickets: this filter decides it, and nothing else does."""

from typing import Final

from deskbell.kernel.actor import Actor
from deskbell.kernel.words import Channel
from deskbell.runtime.sql import Fragment, sql

__all__ = ["listed_to", "visible_comments_to", "visible_to"]

_ALIVE: Final = sql("t.deleted_at is null")
_DELETED: Final = sql("t.deleted_at is not null")


def visible_to(actor: Actor, *, deleted: bool = False) -> Fragment:
    """The rows of `tickets t` that an actor may see: staff all of them, a customer their own and those they follow, a guest one.

    Who has not confirmed their address sees what they filed themselves: it may be another person's address.
    Deleted tickets are left out, except where a command restores them.
    """
    alive = _DELETED if deleted else _ALIVE
    if actor.is_staff:
        return alive
    if actor.only_ticket is not None:
        return sql("{} and t.id = {} and t.requester_id = {}", alive, actor.only_ticket, actor.user_id)
    if not actor.verified:
        return sql("{} and t.requester_id = {} and t.self_filed", alive, actor.user_id)
    return sql(
        "{} and (t.requester_id = {} or exists (select from ticket_followers tf "
        "where tf.organization_id = t.organization_id and tf.ticket_id = t.id and tf.user_id = {}))",
        alive,
        actor.user_id,
        actor.user_id,
    )


def listed_to(actor: Actor, *, deleted: bool = False, followed: bool = False) -> Fragment:
    """The rows of `tickets t` in an actor's lists: staff all of them, a customer their own, or only those they follow.

    No list grows by the tickets that a customer follows: they are listed apart.
    """
    alive = _DELETED if deleted else _ALIVE
    if actor.only_ticket is not None:
        return visible_to(actor, deleted=deleted)
    if not actor.verified:
        return sql("false") if followed else visible_to(actor, deleted=deleted)
    if followed:
        return sql(
            "{} and t.id in (select tf.ticket_id from ticket_followers tf where tf.user_id = {})", alive, actor.user_id
        )
    if actor.is_staff:
        return alive
    return sql("{} and t.requester_id = {}", alive, actor.user_id)


def visible_comments_to(actor: Actor) -> Fragment:
    """The rows of `comments c` that an actor may see, of a ticket they may see.

    A mail from an address that is not confirmed is its owner's, and perhaps not the actor's.
    """
    if actor.reads_notes:
        return sql("true")
    if actor.verified:
        return sql("c.public")
    return sql("(c.public and (c.author_id <> {} or c.channel <> {}))", actor.user_id, Channel.EMAIL.value)
