"""How v2 words what is wrong with a field: the document's own sentence where it has one, else ours."""

from deskbell.api.shared.validation import Violation, plain_wording
from deskbell.api.v2.vocabulary import enum_problem


def wording(violation: Violation) -> str:
    """A field's `Meta.extra` holds the document's sentences, by the kind of problem."""
    told = violation.extra.get(violation.kind)
    if told is not None:
        return str(told)
    match violation.kind:
        case "enum":
            return enum_problem(violation.allowed)
        case "type" if violation.expected == "uuid":
            return "Invalid uuid"
        case _:
            return plain_wording(violation)
