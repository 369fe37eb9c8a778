"""Who sees which tickets: this filter decides it, and nothing else does."""

from typing import Final

from deskbell.kernel.actor import Actor
from deskbell.runtime.sql import Fragment, sql

__all__ = ["visible_comments_to", "visible_to"]

_ALIVE: Final = sql("t.deleted_at is null")
_DELETED: Final = sql("t.deleted_at is not null")


def visible_to(actor: Actor, *, deleted: bool = False) -> Fragment:
    """The rows of `tickets t` that an actor may see: staff all of them, a customer their own.

    Deleted tickets are left out, except where a command restores them.
    """
    alive = _DELETED if deleted else _ALIVE
    if actor.is_staff:
        return alive
    return sql("{} and t.requester_id = {}", alive, actor.user_id)


def visible_comments_to(actor: Actor) -> Fragment:
    """The rows of `comments c` that an actor may see, of a ticket they may see."""
    return sql("true") if actor.reads_notes else sql("c.public")
