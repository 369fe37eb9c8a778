"""One organization's connections on this worker, and the last event delivered to them."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from deskbell.features.access.events import (
    AddressVerified,
    ApiKeyRevoked,
    MemberRemoved,
    MemberUpdated,
    SessionEnded,
)
from deskbell.features.chats.events import ChatFinished
from deskbell.features.eventlog.policy import is_of_directory, may_know
from deskbell.features.guests.events import GuestLinksRevoked
from deskbell.features.notifications.events import AboutNotification
from deskbell.features.organizations.events import OrganizationDeleted
from deskbell.features.tickets.events import AboutTicket
from deskbell.realtime.limits import Close
from deskbell.realtime.subscriber import Broadcast, Subscriber

_MAX_REMEMBERED: Final = 5000
"""The maximum number of ids of delivered events that are kept, so that catching up delivers none twice."""


class Room:
    """Subscribers by role and user. `position` is the last delivered event, after which catching up begins."""

    def __init__(self, organization_id: UUID) -> None:
        self.organization_id = organization_id
        self.position: int | None = None
        self._staff: set[Subscriber] = set()
        self._by_user: dict[UUID, set[Subscriber]] = {}
        self._delivered: set[int] = set()
        self._delivered_order: deque[int] = deque()

    def __len__(self) -> int:
        return sum(map(len, self._by_user.values()))

    def __iter__(self) -> Iterator[Subscriber]:
        return iter([member for members in self._by_user.values() for member in members])

    def add(self, member: Subscriber) -> None:
        """Adds a subscriber."""
        self._by_user.setdefault(member.actor.id, set()).add(member)
        if member.actor.is_staff:
            self._staff.add(member)

    def remove(self, member: Subscriber) -> None:
        """Removes a subscriber. Idempotent."""
        self._staff.discard(member)
        mine = self._by_user.get(member.actor.id)
        if mine is not None:
            mine.discard(member)
            if not mine:
                del self._by_user[member.actor.id]

    def staff(self) -> list[Subscriber]:
        """The subscribers who are staff."""
        return list(self._staff)

    def is_new(self, event_id: int) -> bool:
        """Whether an event has not been delivered here."""
        return event_id not in self._delivered

    def deliver(self, broadcast: Broadcast) -> None:
        """Delivers an event to every subscriber who may see it, and closes those who lose access by it."""
        if not self.is_new(broadcast.id):
            return
        self._mark_delivered(broadcast.id)
        for member in self._recipients(broadcast):
            if may_know(member.actor, broadcast.event_with_objects):
                member.deliver(broadcast)
        for member, why in list(self._losing_access(broadcast)):
            member.close(why)

    def _mark_delivered(self, event_id: int) -> None:
        self.position = event_id
        self._delivered.add(event_id)
        self._delivered_order.append(event_id)
        if len(self._delivered_order) > _MAX_REMEMBERED:
            self._delivered.discard(self._delivered_order.popleft())

    def _recipients(self, broadcast: Broadcast) -> list[Subscriber]:
        """Candidates for an event, so that permission is checked for few of many."""
        event, ticket = broadcast.event_with_objects.recorded.event, broadcast.event_with_objects.ticket
        if isinstance(event, AboutNotification):
            return list(self._by_user.get(event.user_id, ()))
        if is_of_directory(event):
            return [member for member in self._staff if "directory" in member.topics]
        if not isinstance(event, AboutTicket) or ticket is None:
            return []
        found = set(self._staff)
        for user_id in (ticket.requester.id, *broadcast.event_with_objects.followers):
            found |= self._by_user.get(user_id, set())
        return list(found)

    def _losing_access(self, broadcast: Broadcast) -> Iterable[tuple[Subscriber, Close]]:
        match broadcast.event_with_objects.recorded.event:
            case SessionEnded(user_id=user_id, session_id=session_id):
                ended = [each for each in self._by_user.get(user_id, ()) if each.actor.session_id == session_id]
                return [(each, Close.SIGNED_OUT) for each in ended]
            case MemberRemoved(user_id=user_id):
                return [(each, Close.SIGNED_OUT) for each in self._by_user.get(user_id, ())]
            case MemberUpdated(user_id=user_id, changes=changes) if "role" in changes:
                return [(each, Close.RIGHTS_CHANGED) for each in self._by_user.get(user_id, ())]
            case AddressVerified(user_id=user_id):
                unproven = [each for each in self._by_user.get(user_id, ()) if not each.actor.verified]
                return [(each, Close.RIGHTS_CHANGED) for each in unproven]
            case ApiKeyRevoked(key_id=key_id):
                return [(each, Close.SIGNED_OUT) for each in self if each.actor.api_key_id == key_id]
            case ChatFinished(ticket_id=ticket_id):
                return [(each, Close.RIGHTS_CHANGED) for each in self if each.actor.only_ticket == ticket_id]
            case GuestLinksRevoked(ticket_id=ticket_id):
                return [(each, Close.SIGNED_OUT) for each in self if each.actor.only_ticket == ticket_id]
            case OrganizationDeleted():
                return [(each, Close.SIGNED_OUT) for each in self]
            case _:
                return []
