"""Describes a contact's activity in sentences."""

from collections.abc import Callable
from typing import Final

from deskbell.features.people.queries.contacts import ActivityRow
from deskbell.features.people.records.contacts import Activity
from deskbell.kernel.events import decode_event
from deskbell.runtime.journal.description import Description, describe

_Sentence = Callable[[str, str, Description], str]
"""Formats a sentence from the actor's name, the ticket and the event's description."""

_WORDS: Final = {
    "assignee_id": "the agent",
    "group_id": "the group",
    "category_id": "the category",
    "brand_id": "the brand",
    "custom_fields": "the custom fields",
    "title": "the job title",
    "avatar_url": "the picture",
}


def described(row: ActivityRow) -> Activity:
    """One entry of a contact's activity. An event type without a sentence is described by its own words."""
    step = describe(decode_event(row.type, row.payload), staff=True)
    assert step is not None
    who = row.actor_name or "Deskbell"
    ticket = f"ticket #{row.ticket_number} “{row.ticket_subject}”" if row.ticket_number is not None else "a ticket"
    sentence = _SENTENCES.get(row.type, _generic_sentence(row.type))
    if row.own:
        sentence = _OWN_SENTENCES.get(row.type, sentence)
    noun, _, verb = row.type.partition(".")
    return Activity(row.id, f"{noun}_{verb}", sentence(who, ticket, step), row.at)


def _generic_sentence(kind: str) -> _Sentence:
    words = kind.replace(".", " ").replace("_", " ")
    return lambda who, ticket, _: f"{who}: {words}" + (f" ({ticket})." if ticket != "a ticket" else ".")


def _changes(step: Description) -> str:
    """Text such as “the priority from low to high, the tags”: values appear if they are short."""
    parts = []
    for name, change in step.changes.items():
        if name == "reason":
            continue
        word = _WORDS.get(name, f"the {name.replace('_', ' ')}")
        short = all(
            isinstance(value, str | int | float) and len(str(value)) <= 40 for value in (change.was, change.now)
        )
        parts.append(f"{word} from {change.was} to {change.now}" if short and name not in _WORDS else word)
    return ", ".join(parts) or "nothing"


_SENTENCES: Final[dict[str, _Sentence]] = {
    "ticket.created": lambda who, ticket, _: f"{who} opened {ticket}.",
    "ticket.updated": lambda who, ticket, step: f"{who} changed {_changes(step)} of {ticket}.",
    "ticket.assigned": lambda who, ticket, _: f"{who} handed over {ticket}.",
    "ticket.restored": lambda who, ticket, _: f"{who} brought back {ticket}.",
    "comment.added": lambda who, ticket, step: (
        f"{who} replied on {ticket}." if step.details.get("public") else f"{who} left an internal note on {ticket}."
    ),
    "comment.edited": lambda who, ticket, _: f"{who} corrected a comment on {ticket}.",
    "comment.deleted": lambda who, ticket, _: f"{who} deleted a comment on {ticket}.",
    "member.added": lambda who, _ticket, _step: f"{who} added this contact.",
    "member.updated": lambda who, _ticket, step: f"{who} changed {_changes(step)} of this contact.",
    "member.removed": lambda who, _ticket, _step: f"{who} removed this contact.",
    "member.merged": lambda who, _ticket, step: f"{who} merged the contact {step.details.get('email')} into this one.",
    "member.invited": lambda who, _ticket, _step: f"{who} invited this contact.",
    "member.invitation_revoked": lambda who, _ticket, _step: f"{who} took the invitation back.",
    "member.address_verified": lambda who, _ticket, _step: f"{who} confirmed their e-mail address.",
    "member.password_changed": lambda who, _ticket, _step: f"{who} set a new password.",
}

_OWN_SENTENCES: Final[dict[str, _Sentence]] = {
    "member.added": lambda who, _ticket, _step: f"{who} joined.",
    "member.updated": lambda who, _ticket, step: f"{who} changed {_changes(step)} of their profile.",
    "member.removed": lambda who, _ticket, _step: f"{who} left.",
}
