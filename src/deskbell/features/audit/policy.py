"""Which permissions the values in an event ask for. Plain functions, no I/O."""

from typing import Final

import msgspec

from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission

NO_DATA: Final = msgspec.Raw(b"{}")
"""The data of an event on an object that the reader may not read."""

READ_BY: Final[dict[str, tuple[Permission, ...]]] = {
    "api_key": (Permission.API_KEY_MANAGE,),
    "article": (Permission.ARTICLE_WRITE,),
    "canned_response": (Permission.CANNED_READ,),
    "category": (Permission.CATEGORY_READ,),
    "comment": (Permission.COMMENT_READ,),
    "file": (Permission.FILE_READ, Permission.COMMENT_INTERNAL),
    "group": (Permission.GROUP_READ,),
    "member": (Permission.CONTACT_READ, Permission.AGENT_READ),
    "notification": (Permission.NOTIFICATION_READ,),
    "organization": (Permission.ORGANIZATION_READ,),
    "sla_policy": (Permission.SLA_READ,),
    "tag": (Permission.TAG_READ,),
    "ticket": (Permission.TICKET_READ,),
    "view": (Permission.VIEW_MANAGE,),
    "webhook": (Permission.WEBHOOK_MANAGE,),
}
"""By type of subject: the permissions, all of them, that the values in an event ask for."""

EVENT_DATA: Final = tuple(sorted({permission for needed in READ_BY.values() for permission in needed}))
"""The permissions with which the audit log and the export show the values of every event."""


def may_read_data(actor: Actor, subject_type: str) -> bool:
    """Whether an actor who reads the audit log or the export may also read the values in an event on such an object."""
    return actor.scopes is None or all(map(actor.may, READ_BY[subject_type]))
