"""Rules for the changes of tickets."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.records import ByRule
from deskbell.features.tickets.rules import MacroInForce, StoredRule
from deskbell.kernel.fields import CustomField
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.rows import read, read_one
from deskbell.runtime.sql import Db, sql

reader("fuse", "Ends loops of rules through other systems.", types=("rule.fired", "rule.halted"))


class MoreFacts(Struct, frozen=True):
    """Facts beyond a ticket's row. `open` counts its requester's tickets that are neither solved nor closed.

    `fields` are the values of the requester's fields, `followers` people and `linked` numbers of tickets.
    """

    company: str | None
    open: int
    has_attachment: bool
    fields: list[CustomField]
    followers: list[UUID]
    linked: list[int]


class FiredBefore(Struct, frozen=True):
    """When a rule fired on a ticket of late, and when a rest of it was last recorded."""

    rule_id: UUID
    fired: list[datetime]
    halted_at: datetime | None
    in_operation: bool


class Before(Struct, frozen=True):
    """Earlier firings on a ticket: `round` is the last round of effects in the operation, 0 without one."""

    round: int
    rules: list[FiredBefore]


async def rules_version(db: Db) -> int:
    """The version of the organization's rules; 0 before the first."""
    return int(await db.fetch_value("select deskbell_rules_version()"))


async def rules_in_force(db: Db) -> list[StoredRule]:
    """The enabled rules of the entered organization, in their order; for every actor, customers too."""
    return read(
        StoredRule,
        await db.fetch_all(
            "select id, name, occasions, condition, actions, names, stop, version, timing, armed_at, schedule "
            "from deskbell_rules_in_force()",
            by_name=True,
        ),
    )


async def more_facts(db: Db, requester_id: UUID, ticket_id: UUID) -> MoreFacts | None:
    """The facts that rules may ask for beyond a ticket's row."""
    row = await db.fetch_one(
        "select company, open::bigint as open, has_attachment, fields, followers, linked from deskbell_rule_facts($1, $2)",
        requester_id,
        ticket_id,
    )
    return read_one(MoreFacts, row)


async def rules_behind(
    db: Db, ticket_ids: Collection[UUID], caused: Collection[tuple[UUID, UUID | None]]
) -> dict[tuple[UUID, UUID | None], ByRule]:
    """The rules behind events on these tickets, by rule and operation, in the versions that fired."""
    if not caused:
        return {}
    rows = await db.fetch_all(
        sql(
            "select distinct on (e.rule_id, e.operation_id) e.rule_id, e.operation_id, e.payload ->> 'name' as name, "
            "(e.payload ->> 'version')::int as version from events e "
            "where e.organization_id = (select deskbell_organization()) and e.type = 'rule.fired' "
            "and e.ticket_id = any({}) and e.rule_id = any({}) and e.operation_id = any({})",
            list(ticket_ids),
            list({rule_id for rule_id, _ in caused}),
            list({operation_id for _, operation_id in caused if operation_id is not None}),
        )
    )
    return {(row["rule_id"], row["operation_id"]): ByRule(row["rule_id"], row["name"], row["version"]) for row in rows}


async def fired_before(
    db: Db, ticket_id: UUID, rule_ids: Sequence[UUID], operation_id: UUID | None, since: datetime
) -> Before:
    """The firings of these rules on a ticket since a moment, and those in an operation."""
    rows = await db.fetch_all(
        sql(
            "select e.rule_id, max(e.at) filter (where e.type = 'rule.halted') as halted_at, "
            "array_remove(array_agg(case when e.type = 'rule.fired' and e.at > {} then e.at end), null) as fired, "
            "coalesce(bool_or(e.type = 'rule.fired' and e.operation_id = {}), false) as in_operation, "
            "max((e.payload ->> 'round')::int) filter (where e.operation_id = {}) as round from events e "
            "where e.ticket_id = {} and e.rule_id is not null and e.type in ('rule.fired', 'rule.halted') "
            "and (e.at > {} or e.operation_id = {}) group by e.rule_id",
            since, operation_id, operation_id, ticket_id, since, operation_id,
        )
    )  # fmt: skip
    asked = set(rule_ids)
    found = [row for row in rows if row["rule_id"] in asked]
    return Before(max((row["round"] or 0 for row in rows), default=0), read(FiredBefore, found))


async def last_answered(db: Db, requester_id: UUID) -> UUID | None:
    """The member of the staff whose public comment is the latest on tickets of a requester; for every actor, customers too."""
    found: UUID | None = await db.fetch_value(sql("select deskbell_last_answered({})", requester_id))
    return found


async def macro_in_force(db: Db, macro_id: UUID) -> MacroInForce | None:
    """A shared macro that is active; for every actor, customers too."""
    row = await db.fetch_one("select title, version, actions, names from deskbell_macro_in_force($1)", macro_id)
    return read_one(MacroInForce, row)
