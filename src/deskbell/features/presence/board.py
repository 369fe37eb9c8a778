"""The presence of all users on all tickets: each worker keeps a board and receives every update."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.presence.records import LIFETIME_SECONDS, PresenceUpdate, Present


class _Entry(Struct):
    update: PresenceUpdate
    until: float


class Board:
    """Updates that have not expired. Times are in seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._tickets: dict[tuple[UUID, UUID], dict[UUID, _Entry]] = {}

    def note(self, update: PresenceUpdate, now: float) -> bool:
        """Applies an update; returns whether it changes the result of `on`."""
        key = (update.organization_id, update.ticket_id)
        before = self.on(*key)
        connections = self._tickets.setdefault(key, {})
        if update.activity == "left":
            connections.pop(update.connection_id, None)
        else:
            connections[update.connection_id] = _Entry(update, now + LIFETIME_SECONDS)
        if not connections:
            del self._tickets[key]
        return self.on(*key) != before

    def expire(self, now: float) -> list[tuple[UUID, UUID]]:
        """Removes expired updates; returns the (organization, ticket) pairs whose presence changed."""
        changed = []
        for key, connections in list(self._tickets.items()):
            gone = [connection_id for connection_id, entry in connections.items() if entry.until <= now]
            before = self.on(*key) if gone else []
            for connection_id in gone:
                del connections[connection_id]
            if not connections:
                del self._tickets[key]
            if gone and self.on(*key) != before:
                changed.append(key)
        return changed

    def on(self, organization_id: UUID, ticket_id: UUID) -> list[Present]:
        """The users on a ticket, each once, by name; typing on one connection wins over viewing on others."""
        people: dict[UUID, Present] = {}
        for entry in self._tickets.get((organization_id, ticket_id), {}).values():
            update = entry.update
            activity = update.activity
            if activity != "left" and (activity == "typing" or update.user_id not in people):
                people[update.user_id] = Present(update.user_id, update.name, activity)
        return sorted(people.values(), key=lambda each: (each.name, each.id))
