"""Conditions on the values of fields as indexes hold them: rows `v` of `ticket_values` or `contact_values`."""

from deskbell.kernel.search.values import ValueTest
from deskbell.runtime.sql import Fragment, all_of, sql


def compared(test: ValueTest) -> Fragment:
    """The rows with a value for which a condition that compares holds."""
    if len(test.words) == 1:  # the planner knows how many tickets have an average value, of a list it does not
        return sql("v.word = (select deskbell_name_key(left({}, 200)))", test.words[0])
    if test.words:
        return sql(
            "v.word = any(array(select deskbell_name_key(left(w, 200)) from unnest({}::text[]) w))", list(test.words)
        )
    if test.numbers:
        return sql("v.number = any({}::bigint[])", list(test.numbers))
    column = sql("v.moment") if test.column == "moment" else sql("v.number")
    return all_of(
        [
            None if test.start is None else sql("{} >= {}", column, test.start),
            None if test.end is None else sql("{} < {}", column, test.end),
        ]
    )
