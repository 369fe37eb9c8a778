"""Parts shared by all documents: headers, header parameters, descriptions of responses and parameters."""

from typing import Any, Final

from deskbell.api.shared.openapi.examples import snake

NOTES: Final = """\
- **Credentials:** `Authorization: Bearer <token>` with the token from sign-in, or an API key in `X-API-Key` (also
  accepted as a bearer token). Each operation names its permission.
- **Rate limits:** every response has `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`. Beyond the
  limit the status is 429 with `Retry-After`. If the server disables rate limits, these headers are absent.
- **Idempotency:** a repeated `POST` with the same `Idempotency-Key` returns the first response again for 24 hours, with
  `Idempotent-Replayed: true`. The same key with a different request is refused with 409.
- **Concurrent changes:** send a response's `ETag` in `If-Match`. If the object has changed since, the status is 412 and
  nothing is written.
- Every response has an `X-Request-ID`. Quote it when you report a problem."""

HEADERS: Final[dict[str, Any]] = {
    "X-RateLimit-Limit": {"description": "Number of requests allowed per window", "schema": {"type": "integer"}},
    "X-RateLimit-Remaining": {"description": "Number of requests left in the window", "schema": {"type": "integer"}},
    "X-RateLimit-Reset": {"description": "End of the window as a Unix time", "schema": {"type": "integer"}},
    "X-Request-ID": {"description": "The request's id, also in the server's log", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait before a retry", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "The accepted authentication scheme", "schema": {"type": "string"}},
    "ETag": {
        "description": "The object's version, for `If-Match`",
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "Location": {
        "description": "URL of the new object",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Idempotent-Replayed": {
        "description": "`true` if this repeats the first response for the `Idempotency-Key`",
        "schema": {"type": "string", "enum": ["true"]},
    },
}

# Without examples: the reference page would send them with every trial request.
PARAMETERS: Final[dict[str, Any]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A unique text of your choice, such as `order-A-10412`, that makes it safe to retry this request",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": 'The `ETag` of the version you read, such as `"3"`. If the object has changed since, nothing is written',
        "schema": {"type": "string", "pattern": '^(?:\\*|(?:W/)?"[!#-~]*"(?:, ?(?:W/)?"[!#-~]*")*)$'},
    },
}

_PAST: Final = {
    "accept": "accepted", "add": "added", "assign": "assigned", "change": "changed", "close": "closed",
    "confirm": "confirmed", "create": "created", "deactivate": "deactivated", "delete": "deleted", "disable": "disabled",
    "edit": "edited", "enable": "enabled", "end": "ended", "invite": "invited", "mark": "marked", "post": "posted",
    "refresh": "refreshed", "register": "registered", "remove": "removed", "reopen": "reopened", "request": "requested",
    "resend": "resent", "reset": "reset", "restore": "restored", "retry": "retried", "revoke": "revoked",
    "rotate": "rotated", "save": "saved", "send": "sent", "set": "set", "start": "started", "update": "updated",
    "upload": "uploaded", "verify": "verified",
}  # fmt: skip
_ARTICLES: Final = frozenset({"a", "an", "the", "one", "your", "their"})
_READING: Final = frozenset({"get", "list", "read", "search", "download"})
_SIGNING: Final = {"Sign in": "Signed in", "Sign up": "Signed up", "Sign out": "Signed out"}


def success_words(summary: str, method: str) -> str:
    """`Ticket created` for the operation «Create a ticket», `The ticket` for «Get a ticket»."""
    if summary in _SIGNING:
        return _SIGNING[summary]
    verb, *rest = summary.split()
    if rest and rest[0].lower() in _ARTICLES:
        rest = rest[1:]
    noun = " ".join(rest)
    if verb.lower() in _READING and noun:
        return f"The {noun}"
    if (done := _PAST.get(verb.lower())) and noun:
        noun, as_, state = noun.partition(" as ")
        return f"{noun[:1].upper()}{noun[1:]} {done}{as_}{state}"
    return summary if method == "get" else "Done"


def tidy_parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    """Removes noise from a parameter: null as a type or default, since an omitted query parameter is not null."""
    schema = dict(parameter.get("schema") or {})
    options = [each for each in schema.pop("oneOf", ()) if each.get("type") != "null"]
    if len(options) == 1:
        schema = {**options[0], **schema}
    elif options:
        schema["anyOf"] = options
    schema.pop("description", None)
    if schema.get("default", ...) is None:
        del schema["default"]
    whole: dict[str, Any] = {"name": parameter["name"], "in": parameter["in"]}
    if description := parameter.get("description") or _default_description(parameter):
        whole["description"] = description
    if parameter.get("required"):
        whole["required"] = True
    return {**whole, "schema": {name: _whole_number(value) for name, value in schema.items()}}


# Default descriptions by parameter name; a route may give its own.
_MEANINGS: Final = {
    "after": "Entries at this time or later",
    "assigned_to": "Filters by assignee",
    "assignee_id": "Filters by assignee",
    "before": "Entries before this time",
    "brand_id": "Filters by brand",
    "category": "Filters by category",
    "category_id": "Filters by category",
    "channel": "Filters by channel",
    "created_after": "Entries created at this time or later",
    "created_before": "Entries created at this time or earlier",
    "customer_id": "Filters by customer",
    "deleted": "Returns deleted entries instead",
    "department": "Filters by department",
    "group_id": "Filters by group",
    "locale": "Filters by language, such as `en`",
    "order": "Ascending or descending",
    "priority": "Filters by priority",
    "published": "True for published articles only, false for those that are not: drafts and internal ones",
    "requester_id": "Filters by requester",
    "search": "Words to search for",
    "sort": "Field to sort by",
    "sort_by": "Field to sort by",
    "sort_order": "Ascending or descending",
    "state": "Filters by state",
    "status": "Filters by status",
    "subject_id": "Filters by the object concerned",
    "subject_type": "Filters by the type of object concerned",
    "tag": "Filters by tag",
    "team_id": "Filters by team",
    "token": "The token from the link",
    "type": "Filters by type",
    "user_id": "Filters by the user who acted",
}


def _default_description(parameter: dict[str, Any]) -> str:
    name: str = parameter["name"]
    if parameter["in"] == "query":
        return _MEANINGS.get(snake(name), "")
    if parameter["in"] != "path":
        return ""
    noun = name.removesuffix("_id").replace("_", " ")
    return f"The {noun}'s id" if name.endswith("_id") else f"The {noun}"


def _whole_number(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
