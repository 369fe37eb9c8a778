"""Conditions on who follows `tickets t`, and on the tickets that they are linked with."""

from collections.abc import Sequence

from deskbell.runtime.sql import Fragment, any_of, sql


def followed_by(person: Fragment | None, *, none: bool) -> Fragment:
    """Whether a ticket has a follower `w` with `person` or, with `none`, has no follower.

    Customers know of themselves alone.
    """
    conditions = []
    if person is not None:
        conditions.append(sql("t.id in (select w.ticket_id from ticket_followers w where {})", person))
    if none:
        conditions.append(
            sql(
                "not exists (select from ticket_followers w where w.organization_id = t.organization_id "
                "and w.ticket_id = t.id)"
            )
        )
    return any_of(conditions)


def linked_with(numbers: Sequence[int], *, none: bool) -> Fragment:
    """Whether a ticket and one with such a number refer to each other or, with `none`, it has no link.

    Links are the staff's: customers find none.
    """
    conditions = []
    if numbers:
        others = sql(
            "array(select o.id from tickets o where o.number = any({}::bigint[]) and o.deleted_at is null)",
            list(numbers),
        )
        conditions.append(
            sql(
                "t.id in (select l.ticket_id from ticket_links l where l.other_id = any({}) "
                "union all select l.other_id from ticket_links l where l.ticket_id = any({}))",
                others,
                others,
            )
        )
    if none:
        to, of = (
            sql(
                "exists (select from ticket_links l join tickets o on o.organization_id = l.organization_id "
                "and o.id = {} and o.deleted_at is null where l.organization_id = t.organization_id and {} = t.id)",
                other,
                own,
            )
            for other, own in ((sql("l.other_id"), sql("l.ticket_id")), (sql("l.ticket_id"), sql("l.other_id")))
        )
        conditions.append(sql("not {} and not {}", to, of))
    return any_of(conditions)
