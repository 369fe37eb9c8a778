"""v1: shapes of people to choose from."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.people.records.agents import Availability, Presence, StaffMember
from deskbell.features.people.service.avatars import ours
from deskbell.features.tickets.records import Named
from deskbell.kernel.permissions import Role


class PersonView(Struct, frozen=True):
    """A member of the staff, with groups.

    `availability` is what they have set. `presence` says whether they are connected to the live events at the moment: `away`
    means connected, but not at the page for some minutes.
    """

    id: UUID
    name: str
    email: str
    role: Role
    avatar_url: str | None
    availability: Availability
    presence: Presence
    groups: list[Named]

    @classmethod
    def of(cls, member: StaffMember, groups: list[tuple[UUID, str]]) -> "PersonView":
        return cls(
            member.id, member.name, member.email, member.role, ours(member.avatar_url), member.availability,
            member.presence, [Named(*each) for each in groups],
        )  # fmt: skip
