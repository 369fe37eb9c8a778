"""The board of who is where: each worker keeps one and hears every sighting."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.presence.records import LASTS_SECONDS, Present, Sighting

__all__ = ["Board"]


class _Entry(Struct):
    sighting: Sighting
    until: float


class Board:
    """Sightings that still count. Time is passed in, in seconds of a clock that never goes back."""

    def __init__(self) -> None:
        self._tickets: dict[tuple[UUID, UUID], dict[UUID, _Entry]] = {}

    def note(self, sighting: Sighting, now: float) -> bool:
        """Takes a sighting in; says whether what `on` answers has changed by it."""
        key = (sighting.organization_id, sighting.ticket_id)
        before = self.on(*key)
        places = self._tickets.setdefault(key, {})
        if sighting.activity == "left":
            places.pop(sighting.place, None)
        else:
            places[sighting.place] = _Entry(sighting, now + LASTS_SECONDS)
        if not places:
            del self._tickets[key]
        return self.on(*key) != before

    def expire(self, now: float) -> list[tuple[UUID, UUID]]:
        """Forgets what no longer counts; returns the (organization, ticket) pairs that changed by it."""
        changed = []
        for key, places in list(self._tickets.items()):
            gone = [place for place, entry in places.items() if entry.until <= now]
            before = self.on(*key) if gone else []
            for place in gone:
                del places[place]
            if not places:
                del self._tickets[key]
            if gone and self.on(*key) != before:
                changed.append(key)
        return changed

    def on(self, organization_id: UUID, ticket_id: UUID) -> list[Present]:
        """The people on a ticket, each once, by name; who types somewhere is typing."""
        people: dict[UUID, Present] = {}
        for entry in self._tickets.get((organization_id, ticket_id), {}).values():
            told = entry.sighting
            if told.activity == "typing" or told.user_id not in people:
                people[told.user_id] = Present(told.user_id, told.name, told.activity)
        return sorted(people.values(), key=lambda each: (each.name, each.id))
