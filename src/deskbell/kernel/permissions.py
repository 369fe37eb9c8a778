"""Permissions and the roles that hold them. Everything not listed is denied."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A member's role in one organization, weakest first."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SENIOR_AGENT = "senior_agent"
    TEAM_LEAD = "team_lead"
    ADMIN = "admin"
    OWNER = "owner"


STAFF_ROLES: Final = frozenset(Role) - {Role.CUSTOMER}


class Permission(StrEnum):
    """A permission that routes require. Its value is also a scope of API keys, next to `tickets:*` and `*`."""

    # Every member, on the objects visible to them
    TICKET_READ = "tickets:read"
    TICKET_CREATE = "tickets:create"
    TICKET_CLOSE = "tickets:close"
    COMMENT_READ = "comments:read"
    COMMENT_CREATE = "comments:create"
    FILE_READ = "files:read"
    FILE_UPLOAD = "files:upload"
    FILE_DELETE = "files:delete"
    CATEGORY_READ = "categories:read"
    BRAND_READ = "brands:read"
    FIELD_READ = "fields:read"
    ORGANIZATION_READ = "organization:read"
    PROFILE = "profile:manage"
    NOTIFICATION_READ = "notifications:read"
    SEARCH = "search:read"
    # Customers only
    TICKET_OWN = "tickets:own"
    FEEDBACK_CREATE = "feedback:create"
    # Staff
    TICKET_UPDATE = "tickets:update"
    TICKET_ASSIGN = "tickets:assign"
    TICKET_EXPLAIN = "tickets:explain"
    COMMENT_INTERNAL = "comments:internal"
    CONTACT_READ = "contacts:read"
    CONTACT_WRITE = "contacts:write"
    AGENT_READ = "agents:read"
    AGENT_STATUS = "agents:status"
    GROUP_READ = "groups:read"
    TAG_READ = "tags:read"
    CANNED_READ = "canned:read"
    CANNED_WRITE = "canned:write"
    MACRO_USE = "macros:use"
    SLA_READ = "sla:read"
    ARTICLE_WRITE = "articles:write"
    VIEW_MANAGE = "views:manage"
    MAIL_READ = "mail:read"
    DASHBOARD_READ = "dashboard:read"
    # Leads and above
    CONTACT_DELETE = "contacts:delete"
    TAG_MANAGE = "tags:manage"
    REPORT_READ = "reports:read"
    RULE_READ = "rules:read"
    MACRO_MANAGE = "macros:manage"
    MAIL_REVIEW = "mail:review"
    # Admins and owners
    TICKET_DELETE = "tickets:delete"
    TICKET_BULK_ANY = "tickets:bulk"
    COMMENT_DELETE = "comments:delete"
    AGENT_MANAGE = "agents:manage"
    GROUP_MANAGE = "groups:manage"
    CATEGORY_MANAGE = "categories:manage"
    BRAND_MANAGE = "brands:manage"
    WIDGET_MANAGE = "widget:manage"
    FIELD_MANAGE = "fields:manage"
    ARTICLE_MANAGE = "articles:manage"
    SLA_MANAGE = "sla:manage"
    RULE_MANAGE = "rules:manage"
    MAIL_MANAGE = "mail:manage"
    MEMBER_MANAGE = "members:manage"
    ORGANIZATION_MANAGE = "organization:manage"
    WEBHOOK_MANAGE = "webhooks:manage"
    API_KEY_MANAGE = "api-keys:manage"
    AUDIT_READ = "audit:read"
    METRICS_READ = "metrics:read"
    EXPORT = "export:read"
    IMPORT = "import:manage"
    # Operators of the server
    PLATFORM = "platform:manage"


P = Permission

DESCRIPTIONS: Final[dict[Permission, str]] = {
    P.TICKET_READ: "Read tickets, their history and their service levels.",
    P.TICKET_CREATE: "File tickets.",
    P.TICKET_CLOSE: "Close and reopen tickets.",
    P.COMMENT_READ: "Read public replies.",
    P.COMMENT_CREATE: "Write public replies.",
    P.FILE_READ: "Download files of comments that may be read.",
    P.FILE_UPLOAD: "Upload files.",
    P.FILE_DELETE: "Delete own uploads; admins delete any.",
    P.CATEGORY_READ: "List categories.",
    P.BRAND_READ: "List brands.",
    P.FIELD_READ: "List fields, forms and statuses.",
    P.ORGANIZATION_READ: "Read the organization's profile.",
    P.PROFILE: "Change the own profile, password, second factor, sessions and preferences.",
    P.NOTIFICATION_READ: "Read and clear own notifications.",
    P.SEARCH: "Search what may be read.",
    P.TICKET_OWN: "Act as a customer on own requests.",
    P.FEEDBACK_CREATE: "Rate own solved requests.",
    P.TICKET_UPDATE: "Change fields of tickets, snooze and link them.",
    P.TICKET_ASSIGN: "Assign tickets to agents and groups.",
    P.TICKET_EXPLAIN: "Read why rules changed a ticket.",
    P.COMMENT_INTERNAL: "Read and write internal notes, and read links between tickets.",
    P.CONTACT_READ: "Read contacts and followers.",
    P.CONTACT_WRITE: "Add and change contacts.",
    P.AGENT_READ: "Read members of the staff.",
    P.AGENT_STATUS: "Set the own availability; admins set that of others.",
    P.GROUP_READ: "List groups and their members.",
    P.TAG_READ: "List tags.",
    P.CANNED_READ: "Read and use canned responses.",
    P.CANNED_WRITE: "Write own canned responses; leads change shared ones.",
    P.MACRO_USE: "List and apply macros.",
    P.SLA_READ: "Read service levels.",
    P.ARTICLE_WRITE: "Write articles and change own ones.",
    P.VIEW_MANAGE: "List views, and save own ones.",
    P.MAIL_READ: "Read received and sent mails of tickets.",
    P.DASHBOARD_READ: "Read the dashboard.",
    P.CONTACT_DELETE: "Delete and merge contacts.",
    P.TAG_MANAGE: "Rename, merge and delete tags.",
    P.REPORT_READ: "Read reports.",
    P.RULE_READ: "Read rules and what they did.",
    P.MACRO_MANAGE: "Write shared macros.",
    P.MAIL_REVIEW: "Release and reject mails in quarantine, and suppress addresses.",
    P.TICKET_DELETE: "Delete and restore tickets.",
    P.TICKET_BULK_ANY: "Change and delete many tickets with one request.",
    P.COMMENT_DELETE: "Edit and delete comments of others.",
    P.AGENT_MANAGE: "Add, change and remove members of the staff.",
    P.GROUP_MANAGE: "Change groups and their members.",
    P.CATEGORY_MANAGE: "Change categories.",
    P.BRAND_MANAGE: "Change brands.",
    P.WIDGET_MANAGE: "Change the form and the chat for other sites.",
    P.FIELD_MANAGE: "Change fields, forms and statuses.",
    P.ARTICLE_MANAGE: "Publish, change and delete any article.",
    P.SLA_MANAGE: "Change service levels.",
    P.RULE_MANAGE: "Change and try rules.",
    P.MAIL_MANAGE: "Change mailboxes, their servers and the texts of mails.",
    P.MEMBER_MANAGE: "Invite members and set roles.",
    P.ORGANIZATION_MANAGE: "Change the organization.",
    P.WEBHOOK_MANAGE: "Change webhooks and read their deliveries.",
    P.API_KEY_MANAGE: "Make and revoke API keys.",
    P.AUDIT_READ: "Read the audit log.",
    P.METRICS_READ: "Read the metrics of the server.",
    P.EXPORT: "Export tickets and events.",
    P.IMPORT: "Import tickets.",
    P.PLATFORM: "Operate the server and its organizations.",
}
"""The acts that each permission allows, for people who grant it. A role may narrow it further: see `features/*/policy`."""

_MEMBER = frozenset(
    {
        P.TICKET_READ, P.TICKET_CREATE, P.TICKET_CLOSE, P.COMMENT_READ, P.COMMENT_CREATE, P.FILE_READ, P.FILE_UPLOAD,
        P.FILE_DELETE, P.CATEGORY_READ, P.ORGANIZATION_READ, P.PROFILE, P.NOTIFICATION_READ, P.SEARCH,
        P.BRAND_READ, P.FIELD_READ,
    }
)  # fmt: skip
_STAFF = _MEMBER | {
    P.TICKET_UPDATE, P.TICKET_ASSIGN, P.TICKET_EXPLAIN, P.COMMENT_INTERNAL, P.CONTACT_READ, P.CONTACT_WRITE, P.AGENT_READ,
    P.AGENT_STATUS, P.GROUP_READ, P.TAG_READ, P.CANNED_READ, P.CANNED_WRITE, P.SLA_READ, P.ARTICLE_WRITE,
    P.VIEW_MANAGE, P.DASHBOARD_READ, P.MACRO_USE, P.MAIL_READ,
}  # fmt: skip
_LEAD = _STAFF | {P.CONTACT_DELETE, P.TAG_MANAGE, P.REPORT_READ, P.RULE_READ, P.MACRO_MANAGE, P.MAIL_REVIEW}
_ADMIN = _LEAD | {
    P.TICKET_DELETE, P.TICKET_BULK_ANY, P.COMMENT_DELETE, P.AGENT_MANAGE, P.GROUP_MANAGE, P.CATEGORY_MANAGE,
    P.SLA_MANAGE, P.MEMBER_MANAGE, P.ORGANIZATION_MANAGE, P.WEBHOOK_MANAGE, P.API_KEY_MANAGE, P.AUDIT_READ,
    P.METRICS_READ, P.EXPORT, P.ARTICLE_MANAGE, P.BRAND_MANAGE, P.FIELD_MANAGE, P.RULE_MANAGE, P.MAIL_MANAGE,
    P.WIDGET_MANAGE, P.IMPORT,
}  # fmt: skip

PERMISSIONS_OF: Final[dict[Role, frozenset[Permission]]] = {
    Role.CUSTOMER: _MEMBER | {P.TICKET_OWN, P.FEEDBACK_CREATE},
    Role.AGENT: _STAFF,
    Role.SENIOR_AGENT: _STAFF,
    Role.TEAM_LEAD: _LEAD,
    Role.ADMIN: _ADMIN,
    Role.OWNER: _ADMIN,
}


def scope_covers(scope: str, permission: Permission) -> bool:
    """Whether an API key's scope grants a permission: exactly, by its noun (`tickets:*`), or everything (`*`)."""
    return scope in ("*", permission.value) or (scope.endswith(":*") and permission.value.startswith(scope[:-1]))
