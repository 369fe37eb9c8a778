"""SQL of rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.features.rules.records import Firing, Rule, RuleVersion, TakenEffect
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime import pages
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.pages import Order
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

RULES: Final = Table("rules", Rule, "r")
IN_ORDER: Final = Order[Rule](
    "r.place", "r.id", shape=tuple[int, UUID], places="{}, {}", key=lambda each: (each.place, each.id)
)


VERSIONS: Final = Table("rule_versions", RuleVersion, "v")
EFFECTS: Final = Table("rule_effects", TakenEffect, "x")
_NEWEST: Final = Order[RuleVersion]("v.version", shape=tuple[int], key=lambda each: (each.version,), descending=True)
_FIRINGS: Final = Table(
    "events",
    Firing,
    "e",
    columns={
        "version": "(e.payload ->> 'version')::int",
        "refused": "array(select jsonb_array_elements_text(e.payload -> 'refused'))",
    },
)
_LATEST: Final = Order[Firing]("e.id", shape=tuple[int], key=lambda each: (each.id,), descending=True)
reader("firings", "The firings of one rule, and how often it failed.", types=("rule.fired", "rule.failed"))


class Called(Struct, frozen=True):
    """The objects of a kind that a name may mean."""

    kind: str
    name: str
    ids: list[UUID]


async def note_change(db: Db, organization_id: UUID) -> int:
    """Raises the version of the organization's rules and returns it. Other changes of them wait until the unit ends."""
    return int(
        await db.fetch_value(
            sql(
                "insert into rule_lists (organization_id, version) values ({}, 1) "
                "on conflict (organization_id) do update set version = rule_lists.version + 1 returning version",
                organization_id,
            )
        )
    )


async def called(db: Db, kinds: Sequence[str], names: Sequence[str]) -> list[Called]:
    """The objects that names mean: groups and categories by name, people by name or address, whatever the case.

    `by` is a person, or an API key by its name.
    """
    rows = await db.fetch_all(
        sql(
            "select w.kind, w.name, array("
            "select g.id from groups g where w.kind = 'group' and lower(g.name) = lower(w.name) and g.deleted_at is null "
            "union all select c.id from categories c "
            "where w.kind = 'category' and lower(c.name) = lower(w.name) and c.deleted_at is null "
            "union all select m.user_id from memberships m where w.kind in ('person', 'by') and m.ended_at is null "
            "and (m.email = lower(w.name) or lower(m.name) = lower(w.name)) "
            "union all select a.id from api_keys a where w.kind = 'by' and lower(a.name) = lower(w.name) "
            "and a.revoked_at is null "
            "union all select t.id from canned_responses t where w.kind = 'canned' and t.owner_id is null "
            "and lower(t.title) = lower(w.name) "
            "union all select s.id from statuses s where w.kind = 'status' and lower(s.name) = lower(w.name) and not s.retired "
            "union all select f.id from fields f where f.key = w.name and f.deleted_at is null "
            "and w.kind = case f.target when 'ticket' then 'field' else 'contact_field' end "
            "union all select o.id from macros o where w.kind = 'macro' and o.owner_id is null "
            "and lower(o.title) = lower(w.name) "
            "union all select h.id from webhooks h where w.kind = 'webhook' and w.name in (h.url, h.id::text)) as ids "
            "from unnest({}::text[], {}::text[]) w (kind, name)",
            list(kinds), list(names),
        )
    )  # fmt: skip
    return read(Called, rows)


async def last_place(db: Db) -> int:
    """The place of the last rule; 0 without any."""
    return int(await db.fetch_value("select coalesce(max(place), 0) from rules where deleted_at is null"))


async def ids(db: Db) -> set[UUID]:
    """The ids of all rules."""
    return {row["id"] for row in await db.fetch_all("select id from rules where deleted_at is null")}


async def lock_list(db: Db) -> bool:
    """Locks the organization's rules without changing them; False if it has none."""
    return await db.fetch_one("select version from rule_lists for update") is not None


async def naming(db: Db, object_ids: Sequence[UUID]) -> list[Rule]:
    """The rules that name one of these objects, in their order."""
    return await RULES.fetch(
        db,
        sql(
            "r.deleted_at is null and exists (select from jsonb_array_elements(r.names) n "
            "where n ->> 'id' = any({}::text[])) order by r.place, r.id",
            [str(each) for each in object_ids],
        ),
    )


async def versions_of(db: Db, rule_id: UUID, request: PageRequest) -> Page[RuleVersion]:
    """A page of a rule's versions, newest first."""
    return await pages.page(db, VERSIONS, _NEWEST, request, where=sql("v.rule_id = {}", rule_id))


async def firings_of(db: Db, rule_id: UUID, request: PageRequest) -> Page[Firing]:
    """A page of a rule's firings, newest first."""
    where = sql(
        "e.organization_id = (select deskbell_organization()) and e.rule_id = {} and e.type = 'rule.fired'", rule_id
    )
    return await pages.page(db, _FIRINGS, _LATEST, request, where=where)


async def failures(db: Db, rule_id: UUID, version: int, since: datetime) -> int:
    """The number of failures of a version of a rule since a moment."""
    return int(
        await db.fetch_value(
            sql(
                "select count(*) from events e where e.organization_id = (select deskbell_organization()) "
                "and e.rule_id = {} and e.type = 'rule.failed' and e.at > {} and (e.payload ->> 'version')::int = {}",
                rule_id, since, version,
            )
        )
    )  # fmt: skip


async def purge_deleted(db: Db, before: datetime) -> int:
    """Removes the rules of all organizations that were deleted before a moment; returns their number."""
    return int(await db.fetch_value("select deskbell_forget_rules($1)", before))


async def put_in_order(db: Db, rule_ids: Sequence[UUID]) -> None:
    """Gives rules the places 1, 2, … in the order given."""
    await db.execute(
        sql(
            "update rules r set place = n.place from unnest({}::uuid[]) with ordinality n (id, place) where r.id = n.id",
            list(rule_ids),
        )
    )


async def take(db: Db, organization_id: UUID, effect: TakenEffect) -> bool:
    """Adds an effect; False if it is there."""
    insert = EFFECTS.insert(effect, organization_id=organization_id)
    return bool(await db.execute(sql("{} on conflict do nothing", insert)))


async def note_outcome(db: Db, effect: TakenEffect) -> None:
    """Writes the outcome of an effect."""
    await db.execute(
        sql(
            "update rule_effects set outcome = {}, reason = {}, address = {} where event_id = {} and place = {}",
            effect.outcome, effect.reason, effect.address, effect.event_id, effect.place,
        )
    )  # fmt: skip


async def written_to(db: Db, address: str, since: datetime) -> int:
    """The number of replies of rules to an address since a moment. Others who ask for it wait until the unit ends."""
    await db.execute(sql("select pg_advisory_xact_lock(hashtextextended({}, 0))", address))
    return int(
        await db.fetch_value(
            sql("select count(*) from rule_effects where address = {} and outcome = 'done' and at > {}", address, since)
        )
    )


async def recomputed(db: Db) -> None:
    """Notes that the moments of all automations are computed."""
    await db.execute("update rules set recomputing = false where recomputing")


async def enabled_of(db: Db, kind: str) -> int:
    """The number of enabled rules of a kind."""
    return int(
        await db.fetch_value(sql("select count(*) from rules where enabled and deleted_at is null and kind = {}", kind))
    )


async def any_by_hours(db: Db) -> bool:
    """Whether the moments of an enabled automation depend on opening hours: it counts working time, or asks for them."""
    return bool(
        await db.fetch_value(
            "select exists (select from rules where enabled and deleted_at is null and kind = 'automation' "
            "and (timing::text like '%working%' or condition::text like '%organization.hours%'))"
        )
    )


async def effects_on(db: Db, ticket_id: UUID) -> list[TakenEffect]:
    """The effects of rules on a ticket, in their order."""
    return await EFFECTS.fetch(db, sql("x.ticket_id = {} order by x.event_id, x.place", ticket_id))


async def effects_of(db: Db, event_ids: Sequence[int]) -> dict[int, list[TakenEffect]]:
    """The effects of firings, by firing, in their order."""
    found: dict[int, list[TakenEffect]] = {}
    for each in await EFFECTS.fetch(
        db, sql("x.event_id = any({}::bigint[]) order by x.event_id, x.place", list(event_ids))
    ):
        found.setdefault(each.event_id, []).append(each)
    return found


async def is_staff(db: Db, user_id: UUID) -> bool:
    """Whether a member, or a former one, belongs to the staff."""
    return bool(
        await db.fetch_value(
            sql("select exists (select from memberships m where m.user_id = {} and m.role <> 'customer')", user_id)
        )
    )


async def all_rules(db: Db) -> list[Rule]:
    """All rules, deleted ones too."""
    return await RULES.fetch(db, sql("true order by r.place, r.id"))


async def versions_of_triggers(db: Db) -> list[RuleVersion]:
    """Every version of every trigger, in their order."""
    return await VERSIONS.fetch(
        db,
        sql("v.rule_id in (select r.id from rules r where r.kind = 'trigger') order by v.rule_id, v.version"),
    )


async def staff_among(db: Db, user_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these members, or former ones, who belong to the staff."""
    rows = await db.fetch_all(
        sql("select m.user_id from memberships m where m.user_id = any({}) and m.role <> 'customer'", list(user_ids))
    )
    return {row["user_id"] for row in rows}


async def undoing(db: Db, operation_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these operations that undo something: they woke no rule."""
    rows = await db.fetch_all(
        sql("select o.id from operations o where o.id = any({}) and o.kind in ('undo', 'rule')", list(operation_ids))
    )
    return {row["id"] for row in rows}


async def tickets_of_firings(
    db: Db, rule_id: UUID, since: datetime, until: datetime, version: int | None, limit: int
) -> list[UUID]:
    """The ids of the tickets on which a rule, or a version of it, fired in a time."""
    of_version = sql("true") if version is None else sql("(e.payload ->> 'version')::int = {}", version)
    rows = await db.fetch_all(
        sql(
            "select distinct e.ticket_id from events e where e.organization_id = (select deskbell_organization()) "
            "and e.rule_id = {} and e.type = 'rule.fired' and e.at >= {} and e.at < {} and {} order by e.ticket_id "
            "limit {}",
            rule_id, since, until, of_version, limit,
        )
    )  # fmt: skip
    return [row["ticket_id"] for row in rows]
