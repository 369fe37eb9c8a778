"""Values that a form requires and a ticket lacks. Plain functions, no I/O."""

from collections.abc import Iterable

from deskbell.features.fields.configuration import Configuration
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.errors import Problem
from deskbell.kernel.forms import Moment, Subject, for_customers, missing

__all__ = ["lacks_values", "required_problems"]


def required_problems(ticket: Ticket, moment: Moment, *, staff: bool = True) -> list[Problem]:
    """A problem for each field that is shown, must have a value by that moment and has none.

    Of customers only fields are asked that they may write.
    """
    configuration = ticket.configuration
    keys = _missing(ticket, configuration, moment, staff=staff)
    return [
        Problem.at(f"custom_fields.{key}", "field.required", label=configuration.by_key[key].label)
        for key in keys
        if key in configuration.by_key
    ]


def lacks_values(ticket: Ticket) -> bool:
    """Whether a required field has no value, of a ticket in any status."""
    configuration = ticket.configuration
    return any(key in configuration.by_key for key in _missing(ticket, configuration, "solve", staff=True))


def _missing(ticket: Ticket, configuration: Configuration, moment: Moment, *, staff: bool) -> Iterable[str]:
    if not configuration.forms:
        return ()
    form = configuration.form_of(ticket.category_id)
    if form is None:
        return ()
    items = [item for item in form.items if item.field in configuration.by_key]
    if not staff:
        items = for_customers(items, configuration.by_key)
    subject = Subject.of(ticket.type, ticket.priority, ticket.category_id, ticket.custom_fields)
    return missing(items, subject, moment)
