"""One organization's connections on this worker, and how far they have been told."""

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
from deskbell.features.eventlog.policy import may_know
from deskbell.features.notifications.events import NotificationEvent
from deskbell.features.organizations.events import OrganizationDeleted
from deskbell.features.tickets.events import TicketEvent
from deskbell.realtime.limits import Close
from deskbell.realtime.member import Member, News

_REMEMBERED: Final = 5000
"""Ids of told events that are kept, so that catching up after a lost connection tells none of them twice."""


class Room:
    """Members by what decides what they hear. `position` is the last event told: where catching up begins."""

    def __init__(self, organization_id: UUID) -> None:
        self.organization_id = organization_id
        self.position: int | None = None
        self._staff: set[Member] = set()
        self._by_user: dict[UUID, set[Member]] = {}
        self._told: set[int] = set()
        self._told_order: deque[int] = deque()

    def __len__(self) -> int:
        return sum(map(len, self._by_user.values()))

    def __iter__(self) -> Iterator[Member]:
        return iter([member for members in self._by_user.values() for member in members])

    def add(self, member: Member) -> None:
        """Lets a member in."""
        self._by_user.setdefault(member.actor.id, set()).add(member)
        if member.actor.is_staff:
            self._staff.add(member)

    def remove(self, member: Member) -> None:
        """Lets a member out. Idempotent."""
        self._staff.discard(member)
        mine = self._by_user.get(member.actor.id)
        if mine is not None:
            mine.discard(member)
            if not mine:
                del self._by_user[member.actor.id]

    def staff(self) -> list[Member]:
        """The members on the staff."""
        return list(self._staff)

    def is_new(self, event_id: int) -> bool:
        """Whether an event has not been told here."""
        return event_id not in self._told

    def tell(self, news: News) -> None:
        """Tells an event to every member who may know of it, and shows those out who lose their place by it."""
        if not self.is_new(news.id):
            return
        self._remember(news.id)
        for member in self._concerned(news):
            if may_know(member.actor, news.occurrence):
                member.tell(news)
        for member, why in list(self._losing(news)):
            member.dismiss(why)

    def _remember(self, event_id: int) -> None:
        self.position = event_id
        self._told.add(event_id)
        self._told_order.append(event_id)
        if len(self._told_order) > _REMEMBERED:
            self._told.discard(self._told_order.popleft())

    def _concerned(self, news: News) -> list[Member]:
        """Few of many: who cannot be concerned is not even asked about."""
        event, ticket = news.occurrence.recorded.event, news.occurrence.ticket
        if isinstance(event, NotificationEvent):
            return list(self._by_user.get(event.user_id, ()))
        if not isinstance(event, TicketEvent) or ticket is None:
            return []
        return list(self._staff | self._by_user.get(ticket.requester.id, set()))

    def _losing(self, news: News) -> Iterable[tuple[Member, Close]]:
        match news.occurrence.recorded.event:
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
            case OrganizationDeleted():
                return [(each, Close.SIGNED_OUT) for each in self]
            case _:
                return []
