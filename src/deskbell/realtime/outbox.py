"""Held replies: the staff who asked for it learn that one waits, was undone, or could not be sent."""

from typing import Final

import msgspec
import structlog

from deskbell.features.drafts.records import OutboxNotice
from deskbell.kernel.permissions import Permission
from deskbell.kernel.sockets import HeldReply
from deskbell.realtime.connection import Connection
from deskbell.realtime.hub import Hub

_log: Final = structlog.get_logger("deskbell.realtime")


class OutboxPusher:
    """Passes announcements of held replies on. Customers and those who may not read comments get none."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        hub.on_outbox(self._on_announced)

    def _on_announced(self, text: str) -> None:
        try:
            notice = msgspec.json.decode(text, type=OutboxNotice)
        except msgspec.MsgspecError:
            _log.warning("an announcement of a held reply is invalid; is another version of Deskbell running?")
            return
        held = HeldReply(notice.comment_id, notice.ticket_id, notice.public, notice.state)
        for member in self._hub.staff_of(notice.organization_id):
            if isinstance(member, Connection) and "outbox" in member.topics and _may_know(member, notice):
                member.send_event(f"comment.{notice.state}", held)


def _may_know(member: Connection, notice: OutboxNotice) -> bool:
    actor = member.actor
    if member.tickets is not None and notice.ticket_id not in member.tickets:
        return False
    return (
        actor.may(Permission.TICKET_READ)
        and actor.may(Permission.COMMENT_READ)
        and (notice.public or actor.reads_notes)
    )
