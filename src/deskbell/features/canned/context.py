"""The values of variables for a ticket."""

from deskbell.features.fields.configuration import Configuration
from deskbell.features.tickets.records import Person, Ticket
from deskbell.kernel.fields import CHOICES, CustomField, Definition, FieldValue, Kind
from deskbell.kernel.names import first_name, own_name


def context_of(ticket: Ticket, agent: Person | None, organization: str) -> dict[str, dict[str, str]]:
    """The value of each variable that `template.render` replaces; an own field without a value gives an empty text."""
    requester = ticket.requester
    name = own_name(requester.name, requester.email)
    return {
        "requester": {"name": name, "first_name": first_name(name), "email": requester.email},
        "ticket": {
            "number": str(ticket.number),
            "subject": ticket.subject,
            "status": ticket.status,
            "priority": ticket.priority,
            **_values(ticket.configuration, ticket.custom_fields),
        },
        "agent": {"name": agent.name, "email": agent.email} if agent else {},
        "organization": {"name": organization},
    }


def _values(configuration: Configuration, values: list[CustomField]) -> dict[str, str]:
    present = {each.name: each.value for each in values}
    return {
        f"field.{field.key}": value_text(field, present.get(field.key))
        for field in configuration.fields
        if field.kind != Kind.LOOKUP  # an id says nothing to a reader
    }


def value_text(field: Definition, value: FieldValue) -> str:
    """A value as people read it: options by their labels, decimals with all their places."""
    if value is None:
        return ""
    if field.kind in CHOICES:
        labels = {option.key: option.label for option in field.options}
        chosen = value if isinstance(value, list) else [str(value)]
        return ", ".join(labels.get(key, key) for key in chosen)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.kind == Kind.DECIMAL and isinstance(value, int | float):
        return f"{value:.{field.places}f}"
    return ", ".join(value) if isinstance(value, list) else str(value)
