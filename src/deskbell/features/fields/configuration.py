"""The configuration of an organization's tickets, as workers keep it between requests.

Rows name the version that is in force; a worker reads the configuration again when it does not have that version. So a change
holds for the next request of every worker, and reading a ticket takes no statement for it.
"""

from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.fields import queries
from deskbell.kernel.fields import CustomField, Definition, FieldValue
from deskbell.runtime.sql import Db

MOST_KEPT: Final = 2_000
"""The number of organizations whose configuration a worker keeps."""


class Configuration(Struct, frozen=True, kw_only=True, dict=True):
    """Fields in their order, and the keys of deleted ones: values of the latter are kept and never shown."""

    version: int = 0
    fields: list[Definition] = []
    deleted: list[str] = []

    @cached_property
    def by_key(self) -> dict[str, Definition]:
        """The fields by key."""
        return {field.key: field for field in self.fields}

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The keys of deleted fields."""
        return frozenset(self.deleted)

    def may_read(self, name: str, *, staff: bool) -> bool:
        """Whether the staff or a ticket's customer are shown the value of this name; names without a field are free."""
        field = self.by_key.get(name)
        return name not in self.hidden and (staff or field is None or field.customer != "hidden")

    def may_write(self, name: str, *, staff: bool) -> bool:
        """Whether the staff or a ticket's customer may set this name."""
        field = self.by_key.get(name)
        return name not in self.hidden and (staff or field is None or field.customer == "write")

    def shown(self, values: list[CustomField], *, staff: bool) -> list[CustomField]:
        """The values that a reader is shown."""
        if not values or self.version == 0:
            return values
        return [each for each in values if self.may_read(each.name, staff=staff)]

    def by_field(self, values: Iterable[CustomField], *, staff: bool) -> dict[str, FieldValue]:
        """The values of fields that a reader is shown, by key."""
        return {
            each.name: each.value
            for each in values
            if each.name in self.by_key and self.may_read(each.name, staff=staff)
        }


NOTHING: Final = Configuration()
_kept: Final[OrderedDict[UUID, Configuration]] = OrderedDict()


async def configuration(db: Db, organization_id: UUID, version: int) -> Configuration:
    """The configuration of the entered organization, in this version or a newer one."""
    if version == 0:
        return NOTHING
    kept = _kept.get(organization_id)
    if kept is None or kept.version != version:
        kept = msgspec.json.decode(await queries.load(db), type=Configuration)
        _kept[organization_id] = kept
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(organization_id)
    return kept


async def current(db: Db, organization_id: UUID) -> Configuration:
    """The configuration of the entered organization as it is now, for commands and lists that name no ticket."""
    return await configuration(db, organization_id, await queries.version(db))
