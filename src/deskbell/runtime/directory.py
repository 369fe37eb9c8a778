"""Directories: named records of an organization, kept by create, update and delete, each with its event."""

from collections.abc import Callable
from typing import Any, Generic, LiteralString, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.kernel.changes import applied, difference
from deskbell.kernel.errors import Conflict, NotFound
from deskbell.kernel.events import Change, DomainEvent
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime import pages
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, Fragment, all_of, sql
from deskbell.runtime.table import Table

R = TypeVar("R", bound=Struct)


def _no_event(record: Struct, *_: object) -> DomainEvent:
    raise LookupError(f"Give the directory of {type(record).__name__} an event for this change")


class Directory(Generic[R]):
    """The records of a table and the events of their changes. Whether the actor may, the feature's service decides.

    `noun` names a record in errors. `taken` makes the refusal of a record where a unique index has one like it; an update
    looks for another record with the same text, in whatever case, in the field `unique`. With `soft`, deleting sets
    `deleted_at`; with `versioned`, an update adds one to `version`. Records have an `id`; an update sets `updated_at` where
    they have it.
    """

    def __init__(
        self,
        table: Table[R],
        noun: str,
        order: Order[R],
        *,
        created: Callable[[R], DomainEvent],
        updated: Callable[[R, dict[str, Change]], DomainEvent] = _no_event,
        deleted: Callable[[R], DomainEvent] = _no_event,
        unique: LiteralString | None = None,
        taken: Callable[[R], Conflict] | None = None,
        soft: bool = False,
        versioned: bool = False,
    ) -> None:
        self.table = table
        self.noun = noun
        self.soft = soft
        self.versioned = versioned
        self.order = order
        self._created, self._updated, self._deleted = created, updated, deleted
        self._unique, self._taken = unique, taken
        self._name, self._alias = sql(table.name), sql(table.alias)
        self._live = sql("{}.deleted_at is null", self._alias) if soft else sql("true")
        self._deletion = sql("update {} set deleted_at = now()" if soft else "delete from {}", self._name)

    async def page(self, db: Db, request: PageRequest, where: Fragment | None = None) -> Page[R]:
        """A part of the directory, or of the records where a condition holds."""
        return await pages.page(db, self.table, self.order, request, where=all_of([self._live, where]))

    async def get(self, db: Db, record_id: UUID, where: Fragment | None = None) -> R:
        """A record. Raises `NotFound`, also where a condition does not hold."""
        found = await self.table.find(db, self._one(record_id, where))
        return found if found is not None else self._missing()

    async def lock(self, db: Db, record_id: UUID, where: Fragment | None = None) -> R:
        """A record, locked until the unit of work ends. Raises `NotFound`, also where a condition does not hold."""
        found = await self.table.find(db, sql("{} for update of {}", self._one(record_id, where), self._alias))
        return found if found is not None else self._missing()

    async def create(self, uow: UnitOfWork, record: R, **more: Any) -> R:
        """Adds a record; `more` are columns that it does not have. Raises `Conflict`."""
        insert = self.table.insert(record, organization_id=uow.actor.organization_id, **more)
        if self._taken is not None:
            insert = sql("{} on conflict do nothing", insert)
        if not await uow.db.execute(insert) and self._taken is not None:
            raise self._taken(record)
        uow.record(self._created(record))
        return record

    async def update(self, uow: UnitOfWork, before: R, changes: Struct) -> R:
        """Sets the given fields of a locked record; without a difference nothing is written or recorded. Raises `Conflict`."""
        after = applied(before, changes)
        changed = difference(before, after)
        if not changed:
            return before
        if self._unique in changed:
            await self._require_free(uow.db, after)
        fields = list(changed)
        if "updated_at" in after.__struct_fields__:
            after = msgspec.structs.replace(after, updated_at=uow.now)
            fields.append("updated_at")
        if self.versioned:
            (version,) = self.table.values(before, "version")
            newer: dict[str, Any] = {"version": version + 1}
            after = msgspec.structs.replace(after, **newer)
            fields.append("version")
        await uow.db.execute(self.table.update(after, *fields))
        uow.record(self._updated(after, changed))
        return after

    async def delete(self, uow: UnitOfWork, record: R, event: DomainEvent | None = None) -> None:
        """Deletes a locked record. `event` replaces the directory's own event, for one that needs more than the record."""
        if self.soft:
            uow.begin_operation()  # a job removes the references to the record
        await uow.db.execute(sql("{} where id = {}", self._deletion, *self.table.values(record, "id")))
        uow.record(event or self._deleted(record))

    async def purge(self, db: Db, record_id: UUID) -> None:
        """Removes the row of a record that was deleted softly."""
        await db.execute(sql("delete from {} where id = {} and deleted_at is not null", self._name, record_id))

    def _one(self, record_id: UUID, where: Fragment | None) -> Fragment:
        return all_of([sql("{}.id = {}", self._alias, record_id), self._live, where])

    async def _require_free(self, db: Db, record: R) -> None:
        if self._unique is None or self._taken is None:
            return
        text, record_id = self.table.values(record, self._unique, "id")
        found = await db.fetch_value(
            sql(
                "select exists (select from {} where lower({}.{}) = lower({}) and {}.id <> {} and {})",
                self.table.base, self._alias, sql(self._unique), text, self._alias, record_id, self._live,
            )
        )  # fmt: skip
        if found:
            raise self._taken(record)

    def _missing(self) -> R:
        raise NotFound(self.noun)
