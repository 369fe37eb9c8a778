"""Rules for the changes of tickets."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.rules import StoredRule
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.rows import read, read_one
from deskbell.runtime.sql import Db, sql

reader("fuse", "Ends loops of rules through other systems.", types=("rule.fired", "rule.halted"))


class MoreFacts(Struct, frozen=True):
    """Facts beyond a ticket's row. `open` counts its requester's tickets that are neither solved nor closed."""

    company: str | None
    open: int
    has_attachment: bool


class Repeated(Struct, frozen=True):
    """A rule that fired very often on a ticket; `halted` says that this is recorded."""

    rule_id: UUID
    halted: bool


async def rules_in_force(db: Db) -> list[StoredRule]:
    """The enabled rules of the entered organization, in their order; for every actor, customers too."""
    return read(
        StoredRule,
        await db.fetch_all(
            "select id, name, occasions, condition, actions, names, stop, version from deskbell_rules_in_force()"
        ),
    )


async def more_facts(db: Db, requester_id: UUID, ticket_id: UUID) -> MoreFacts | None:
    """The facts that rules may ask for beyond a ticket's row."""
    row = await db.fetch_one(
        "select company, open::bigint as open, has_attachment from deskbell_rule_facts($1, $2)", requester_id, ticket_id
    )
    return read_one(MoreFacts, row)


async def repeated(db: Db, ticket_id: UUID, rule_ids: Sequence[UUID], since: datetime, most: int) -> list[Repeated]:
    """The rules that fired at least `most` times on a ticket since a moment."""
    rows = await db.fetch_all(
        sql(
            "select e.rule_id, bool_or(e.type = 'rule.halted') as halted from events e where e.ticket_id = {} "
            "and e.rule_id = any({}) and e.type in ('rule.fired', 'rule.halted') and e.at > {} group by e.rule_id "
            "having count(*) filter (where e.type = 'rule.fired') >= {}",
            ticket_id, list(rule_ids), since, most,
        )
    )  # fmt: skip
    return read(Repeated, rows)
