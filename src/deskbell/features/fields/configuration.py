"""The configuration of an organization's tickets, as workers keep it between requests.

Rows name the version that is in force; a worker reads the configuration again when it does not have that version. So a change
holds for the next request of every worker, and reading a ticket takes no statement for it.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC
from functools import cached_property
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct

from deskbell.features.fields import queries
from deskbell.kernel.fields import CustomField, Definition, FieldValue, Shown
from deskbell.kernel.forms import FormInForce, RequiredFields, use
from deskbell.kernel.statuses import StatusInForce, Step
from deskbell.kernel.working_time import Calendar, OpeningHours, calendar_of
from deskbell.runtime.sql import Db

MOST_KEPT: Final = 2_000
"""The number of organizations whose configuration a worker keeps."""


class Configuration(Struct, frozen=True, kw_only=True, dict=True):
    """Fields of tickets in their order, the keys of deleted ones, whose values are kept and never shown, fields of contacts,
    forms, own statuses, and the opening hours with their time zone.

    With `defined_only`, a ticket gets no values under other names than those of the fields.
    """

    version: int = 0
    defined_only: bool = False
    fields: list[Definition] = []
    deleted: list[str] = []
    contact_fields: list[Definition] = []
    forms: list[FormInForce] = []
    statuses: list[StatusInForce] = []
    steps: list[Step] = []
    zone: str = "UTC"
    hours: OpeningHours | None = None

    @cached_property
    def by_key(self) -> dict[str, Definition]:
        """The fields of tickets by key."""
        return {field.key: field for field in self.fields}

    @cached_property
    def contact_by_key(self) -> dict[str, Definition]:
        """The fields of contacts by key."""
        return {field.key: field for field in self.contact_fields}

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The keys of deleted fields."""
        return frozenset(self.deleted)

    @cached_property
    def required(self) -> RequiredFields:
        """The forms with the fields that they are about."""
        return RequiredFields(self.forms, self.by_key)

    @cached_property
    def _by_category(self) -> dict[UUID, FormInForce]:
        return {category_id: form for form in self.forms for category_id in form.category_ids}

    @cached_property
    def _default(self) -> FormInForce | None:
        return next((form for form in self.forms if form.is_default), None)

    @cached_property
    def statuses_by_id(self) -> dict[UUID, StatusInForce]:
        """The statuses of the organization's own."""
        return {status.id: status for status in self.statuses}

    @cached_property
    def calendar(self) -> Calendar | None:
        """The opening hours; None for an organization that is always open."""
        if self.hours is None:
            return None
        try:
            return calendar_of(self.hours, ZoneInfo(self.zone))
        except (ZoneInfoNotFoundError, ValueError):  # not from this version
            return calendar_of(self.hours, UTC)

    def form_of(self, category_id: UUID | None) -> FormInForce | None:
        """The form of the tickets of a category, or of none."""
        own = None if category_id is None else self._by_category.get(category_id)
        return own or self._default

    def customer_use(self, name: str, category_id: UUID | None) -> Shown:
        """The use that customers may make of a name on a ticket of a category. Names without a field are free."""
        field = self.by_key.get(name)
        if name in self.hidden:
            return "hidden"
        if field is None:
            return "write"
        form = self.form_of(category_id) if self.forms else None
        if form is None:
            return field.customer
        item = next((each for each in form.items if each.field == name), None)
        return "hidden" if item is None else use(field, item)

    def may_read(self, name: str, *, staff: bool, category_id: UUID | None = None) -> bool:
        """Whether the staff or the customer of a ticket of a category are shown the value of this name."""
        return name not in self.hidden if staff else self.customer_use(name, category_id) != "hidden"

    def may_write(self, name: str, *, staff: bool, category_id: UUID | None = None) -> bool:
        """Whether the staff or the customer of a ticket of a category may set this name."""
        return name not in self.hidden if staff else self.customer_use(name, category_id) == "write"

    def may_search(self, key: str, *, staff: bool) -> bool:
        """Whether the staff or customers may look for values of a field: customers if no form hides it from them."""
        field = self.by_key.get(key)
        if field is None or staff:
            return field is not None
        items = [next((each for each in form.items if each.field == key), None) for form in self.forms]
        return field.customer != "hidden" and all(item is not None and use(field, item) != "hidden" for item in items)

    def shown(self, values: list[CustomField], *, staff: bool, category_id: UUID | None = None) -> list[CustomField]:
        """The values of a ticket of a category that a reader is shown."""
        if not values or self.version == 0:
            return values
        return [each for each in values if self.may_read(each.name, staff=staff, category_id=category_id)]

    def by_field(
        self, values: Iterable[CustomField], *, staff: bool, category_id: UUID | None = None
    ) -> dict[str, FieldValue]:
        """The values of fields that a reader is shown, by key."""
        return {
            each.name: each.value
            for each in values
            if each.name in self.by_key and self.may_read(each.name, staff=staff, category_id=category_id)
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
