"""Descriptions of events for their readers: visibility, action and changed values.

History, activity, timeline, sockets, webhooks, audit log and export decide it here; a contract only words the result.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.kernel.actor import Actor
from deskbell.kernel.events import Change, DomainEvent
from deskbell.kernel.permissions import Permission
from deskbell.runtime.sql import Fragment, all_of, sql

CUSTOMER_FIELDS: Final = frozenset({"subject", "description", "status", "priority", "type", "assignee_id", "reason"})
"""The fields of a ticket of whose changes its requester learns. A change of others alone is no step for them."""

_CONVERSATION: Final = ("comment", "file")
"""The types of subject that `comments:read` covers."""

_FIELD_EVENTS: Final = ("ticket.updated", "ticket.assigned")


class Audience(StrEnum):
    """Who may see an event at all. API keys need the scopes for it as well."""

    REQUESTER = "requester"
    """The staff, and the requester and the followers of the ticket."""
    STAFF = "staff"
    ADMINS = "admins"
    """Those who may read the audit log."""
    PERSON = "person"
    """The person that it is for, and those who may read the audit log."""


_FOR_STAFF: Final = frozenset({"mail"})
_ON_TICKETS: Final = frozenset({"ticket", *_CONVERSATION})
_OF_ONE_PERSON: Final = frozenset({"notification", "notification_preferences"})


def audience_of(event: DomainEvent) -> Audience:
    """Who may see an event: decided by its subject and by `internal`."""
    return audience(event.type, event.subject_type, internal=event.internal)


def audience(kind: str, subject_type: str, *, internal: bool) -> Audience:
    """The audience of events of a type."""
    if kind.partition(".")[0] in _OF_ONE_PERSON:
        return Audience.PERSON
    if subject_type in _FOR_STAFF:
        return Audience.STAFF
    if subject_type in _ON_TICKETS:
        return Audience.STAFF if internal else Audience.REQUESTER
    return Audience.ADMINS if internal else Audience.STAFF


def may_see(actor: Actor, event: DomainEvent, *, participants: Collection[UUID] = ()) -> bool:
    """Whether an actor may see an event in a history or as it happens.

    `participants` are the requester and the followers of its ticket, if any.

    `visible_to` says the same of rows.
    """
    if event.about_ticket is not None and not actor.may(Permission.TICKET_READ):
        return False
    if event.subject_type in _CONVERSATION and not _may_see_conversation(actor, event):
        return False
    match audience_of(event):
        case Audience.REQUESTER:
            return actor.is_staff or (actor.user_id is not None and actor.user_id in participants)
        case Audience.STAFF:
            return actor.is_staff
        case Audience.ADMINS:
            return actor.may(Permission.AUDIT_READ)
        case Audience.PERSON:
            return actor.user_id is not None and getattr(event, "user_id", None) == actor.user_id


def _may_see_conversation(actor: Actor, event: DomainEvent) -> bool:
    return actor.may(Permission.COMMENT_READ) and (not event.internal or actor.reads_notes)


def visible_to(actor: Actor) -> Fragment:
    """The rows of `events e` about tickets that an actor may see, among those of tickets that they may see."""
    conditions = []
    if not actor.is_staff:
        conditions.append(
            sql(
                "not e.internal and (e.type not in ('ticket.updated', 'ticket.assigned') "
                "or e.payload -> 'changes' ?| {}::text[])",
                sorted(CUSTOMER_FIELDS),
            )
        )
    if not actor.may(Permission.COMMENT_READ):
        conditions.append(sql("e.subject_type not in ('comment', 'file')"))
    elif actor.is_staff and not actor.reads_notes:
        conditions.append(sql("(e.subject_type not in ('comment', 'file') or not e.internal)"))
    return all_of(conditions)


class Description(Struct, frozen=True, kw_only=True):
    """The action of an event. `action` is a past participle (`created`, `status_changed`, `comment_added`, `sla_breached`).

    `changes` has each changed field's value before and after; `details` the other fields of the event, as plain values.
    """

    event: DomainEvent
    action: str
    changes: dict[str, Change]
    details: dict[str, Any]

    @property
    def values(self) -> Mapping[str, Any]:
        """The changes or, for an event that has none, the details."""
        return self.changes if hasattr(self.event, "changes") else self.details


def describe(event: DomainEvent, *, staff: bool) -> Description | None:
    """An event as the staff or the requester of its ticket is shown it; None if nothing of it concerns the requester.

    Whether they may see it, `may_see` or `visible_to` has decided before.
    """
    changes: dict[str, Change] = getattr(event, "changes", {})
    details = {
        name: msgspec.to_builtins(getattr(event, name))
        for name in event.__struct_fields__
        if name not in ("ticket_id", "changes")
    }
    if not staff:
        if event.type in _FIELD_EVENTS:
            changes = {name: change for name, change in changes.items() if name in CUSTOMER_FIELDS}
            if not changes:
                return None
        details.pop("group_id", None)  # the name of a group is internal
    return Description(event=event, action=_action(event), changes=changes, details=details)


def actions_of_types(types: Iterable[str], fields: Iterable[str]) -> set[str]:
    """The actions that events of these types can have, where `ticket.updated` changes some of these fields."""
    return {_named(each) for each in types} | {_changed(field) for field in fields}


def _action(event: DomainEvent) -> str:
    if event.type == "ticket.updated":
        fields = getattr(event, "changes", {}).keys() - {"reason"}
        if len(fields) == 1:
            return _changed(next(iter(fields)))
    return _named(event.type)


def _named(kind: str) -> str:
    noun, _, verb = kind.partition(".")
    return verb if noun == "ticket" else f"{noun}_{verb}"


def _changed(field: str) -> str:
    return f"{field.removesuffix('_id')}_changed"


NO_VALUES: Final = msgspec.Raw(b"{}")
"""The values of an event whose subject the reader may not read."""

_READ_BY: Final[dict[str, tuple[Permission, ...]]] = {
    "api_key": (Permission.API_KEY_MANAGE,),
    "article": (Permission.ARTICLE_WRITE,),
    "brand": (Permission.BRAND_READ,),
    "canned_response": (Permission.CANNED_READ,),
    "category": (Permission.CATEGORY_READ,),
    "comment": (Permission.COMMENT_READ,),
    "dkim_key": (Permission.MAIL_MANAGE,),
    "field": (Permission.FIELD_READ,),
    "file": (Permission.FILE_READ, Permission.COMMENT_INTERNAL),
    "form": (Permission.FIELD_READ,),
    "group": (Permission.GROUP_READ,),
    "macro": (Permission.MACRO_USE,),
    "mail": (Permission.MAIL_READ, Permission.COMMENT_READ, Permission.COMMENT_INTERNAL),
    "mail_address": (Permission.MAIL_REVIEW,),
    "mail_sender": (Permission.MAIL_REVIEW,),
    "mail_template": (Permission.MAIL_MANAGE,),
    "mailbox": (Permission.MAIL_MANAGE,),
    "member": (Permission.CONTACT_READ, Permission.AGENT_READ),
    "notification": (Permission.NOTIFICATION_READ,),
    "operation": (Permission.TICKET_READ,),
    "organization": (Permission.ORGANIZATION_READ,),
    "rule": (Permission.RULE_READ,),
    "sla_policy": (Permission.SLA_READ,),
    "status": (Permission.FIELD_READ,),
    "tag": (Permission.TAG_READ,),
    "ticket": (Permission.TICKET_READ,),
    "transfer": (Permission.EXPORT, Permission.IMPORT),
    "view": (Permission.VIEW_MANAGE,),
    "webhook": (Permission.WEBHOOK_MANAGE,),
    "widget": (Permission.WIDGET_MANAGE,),
}
"""By type of subject: the permissions, all of them, that the values in an event require."""

EVENT_VALUES: Final = tuple(sorted({permission for needed in _READ_BY.values() for permission in needed}))
"""The permissions with which the audit log and the export show the values of every event."""


def needed_to_read(subject_type: str) -> tuple[Permission, ...]:
    """The permissions, all of them, that the values in an event on such a subject require."""
    return _READ_BY[subject_type]


DIRECTORY: Final = frozenset({"view", "canned_response", "tag", "group", "category", "article", "brand", "field"})
"""The types of subject of which a client of the staff keeps small lists, which it fetches again after an event."""


def may_read_values(actor: Actor, subject_type: str) -> bool:
    """Whether an actor who reads the audit log or the export may also read the values of an event on such a subject."""
    return actor.scopes is None or all(map(actor.may, _READ_BY[subject_type]))
