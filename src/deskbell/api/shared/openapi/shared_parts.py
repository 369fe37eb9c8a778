"""What all documents share: headers, parameters in headers, the words for success."""

from typing import Any, Final

from deskbell.api.shared.openapi.examples import snake

NOTES: Final = """\
- **Credentials:** `Authorization: Bearer <token>` with the token that signing in answers, or an API key in `X-API-Key`
  (also taken as a bearer token). Each operation names the permission that it asks for.
- **Limits:** every answer carries `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`; past the limit
  it is 429 with `Retry-After`. A server may have limits switched off; then these headers are absent.
- **Repeating safely:** a `POST` with an `Idempotency-Key` answers a repeat as the first time (kept for 24 hours), with
  `Idempotent-Replayed: true`. The same key with another request is 409.
- **Writing only what you have read:** send an answer's `ETag` back in `If-Match`; if somebody changed the object since,
  the answer is 412 and nothing is written.
- Every answer has an `X-Request-ID`. Quote it when something went wrong."""

HEADERS: Final[dict[str, Any]] = {
    "X-RateLimit-Limit": {"description": "Requests that the window allows", "schema": {"type": "integer"}},
    "X-RateLimit-Remaining": {"description": "Requests left in the window", "schema": {"type": "integer"}},
    "X-RateLimit-Reset": {"description": "When the window ends, as a Unix time", "schema": {"type": "integer"}},
    "X-Request-ID": {"description": "This request's id, also in the server's log", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait before the next try", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "How to send credentials", "schema": {"type": "string"}},
    "ETag": {
        "description": "The object's version, to be sent back in `If-Match`",
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "Location": {
        "description": "Where the new object is found",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Idempotent-Replayed": {
        "description": "`true` where the first answer to this `Idempotency-Key` is given again",
        "schema": {"type": "string", "enum": ["true"]},
    },
}

# Without examples: the reference page would send them along with whatever is tried out.
PARAMETERS: Final[dict[str, Any]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A text of your choice, such as `order-A-10412`, that makes a repeat of this request harmless",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": 'The `ETag` that you read, such as `"3"`: nothing is then written over somebody else\'s change',
        "schema": {"type": "string", "pattern": '^(?:\\*|(?:W/)?"[!#-~]*"(?:, ?(?:W/)?"[!#-~]*")*)$'},
    },
}

_PAST: Final = {
    "accept": "accepted", "add": "added", "assign": "assigned", "change": "changed", "close": "closed",
    "confirm": "confirmed", "create": "created", "deactivate": "deactivated", "delete": "deleted", "disable": "disabled",
    "edit": "edited", "enable": "enabled", "end": "ended", "invite": "invited", "mark": "marked", "post": "posted",
    "refresh": "refreshed", "register": "registered", "remove": "removed", "reopen": "reopened", "restore": "restored",
    "retry": "retried", "revoke": "revoked", "rotate": "rotated", "send": "sent", "set": "set", "update": "updated",
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
    """A parameter without what goes without saying. A query has no null: what is left out is simply not there."""
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
    if told := parameter.get("description") or _place_words(parameter):
        whole["description"] = told
    if parameter.get("required"):
        whole["required"] = True
    return {**whole, "schema": {name: _whole_number(value) for name, value in schema.items()}}


# What parameters mean that mean the same wherever they are taken; a route may say it better.
_MEANINGS: Final = {
    "after": "Only what happened at this moment or later",
    "assigned_to": "Only those assigned to this person",
    "assignee_id": "Only those assigned to this person",
    "category": "Only those of this category",
    "category_id": "Only those of this category",
    "before": "Only what happened before this moment",
    "channel": "Only those that came this way",
    "created_after": "Only those created at this moment or later",
    "created_before": "Only those created up to this moment",
    "customer_id": "Only those of this customer",
    "deleted": "Show the deleted ones instead",
    "department": "Only those of this department",
    "group_id": "Only those of this group",
    "locale": "Only those in this language, such as `en`",
    "order": "Ascending or descending",
    "priority": "Only those of this priority",
    "published": "Only the published ones, or only the drafts",
    "requester_id": "Only those asked by this person",
    "search": "Words to look for",
    "sort": "What to sort by",
    "sort_by": "What to sort by",
    "sort_order": "Ascending or descending",
    "state": "Only those in this state",
    "status": "Only those with this status",
    "subject_id": "Only what concerns this object",
    "subject_type": "Only what concerns objects of this kind",
    "tag": "Only those with this tag",
    "team_id": "Only those of this team",
    "token": "The token from the link",
    "type": "Only those of this type",
    "user_id": "Only what this person did",
}


def _place_words(parameter: dict[str, Any]) -> str:
    name: str = parameter["name"]
    if parameter["in"] == "query":
        return _MEANINGS.get(snake(name), "")
    if parameter["in"] != "path":
        return ""
    noun = name.removesuffix("_id").replace("_", " ")
    return f"The {noun}'s id" if name.endswith("_id") else f"The {noun}"


def _whole_number(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
