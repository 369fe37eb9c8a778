"""Example objects, generated from a schema and a table of realistic values by field name."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from deskbell.api.shared.openapi.schemas import REF

_NOW: Final = "2026-11-20T09:30:00Z"

# Keys are a field's name, or `Schema.name` if it differs there. The first value that matches the schema is used.
VALUES: Final[Mapping[str, tuple[Any, ...]]] = {
    "action": ("status_changed",),
    "author": ("Maya Lindqvist",),
    "avatar_url": ("https://cdn.example/avatars/maya.png",),
    "average_rating": (4.6,),
    "avg_first_response_time": ("42m", 2520),
    "avg_resolution_time": ("6h 10m", 22200),
    "body": ("Thank you for writing. I have sent you a new label just now.",),
    "business_name": ("Demo Outfitters",),
    "by_priority": ({"low": 3, "normal": 14, "high": 5, "urgent": 1},),
    "by_status": ({"new": 4, "open": 9, "pending": 5, "resolved": 5},),
    "changes": ({"status": {"old": "open", "new": "pending"}},),
    "channel": ("web",),
    "code": ("482915",),
    "color": ("#2f6fde",),
    "columns": (["number", "subject", "status"],),
    "comment": ("Quick and kind.",),
    "company": ("Lindqvist & Daughters",),
    "content": ("Thank you for writing. I have sent you a new label just now.",),
    "custom": ({"theme": "dark"},),
    "custom_fields": ([{"name": "order_number", "value": "A-10412"}],),
    "data": ({},),
    "date": ("2026-11-20",),
    "department": ("Customer care",),
    "description": ("My order A-10412 was to arrive on Monday. The tracking page has not changed since.",),
    "Group.description": ("Returns, refunds and exchanges",),
    "CreateGroup.description": ("Returns, refunds and exchanges",),
    "detail": ("Ticket not found",),
    "domain": ("demo.example",),
    "email": ("maya@lindqvist.example",),
    "event": ("ticket.created",),
    "events": (["ticket.created", "ticket.updated"],),
    "event_type": ("ticket.created",),
    "expires_in": (900,),
    "external_id": ("crm-88213",),
    "first_response_seconds": (14_400,),
    "first_response_target": (14400,),
    "first_response_time": ("4h", 240),
    "mean_seconds": (11_520.0,),
    "median_seconds": (7_500.0,),
    "p90_seconds": (34_800.0,),
    "resolution_seconds": (86_400,),
    "resolution_target": (86400,),
    "resolution_time": ("1d", 1440),
    "paused": (False,),
    "public": (True,),
    "internal": (False,),
    "is_internal": (False,),
    "platform_admin": (False,),
    "duplicate": (False,),
    "reopen_count": (0,),
    "filename": ("label.pdf",),
    "group_by": ("day",),
    "helpful": (True,),
    "hint": ("dbk_…x7Qp",),
    "ip": ("203.0.113.7",),
    "key": ("dbk_live_4f1c0c3a9d",),
    "label": ("2026-11-20",),
    "language": ("en",),
    "limit": (20,),
    "link": ("/tickets/01945b3e-8c1a-7d20-9f3e-2b6a5c4d1e0f",),
    "locale": ("en-GB",),
    "mean": ("3h 12m",),
    "median": ("2h 5m",),
    "message": ("Done",),
    "mime_type": ("application/pdf",),
    "name": ("Maya Lindqvist",),
    "CustomField.name": ("order_number",),
    "ItemBody.field": ("order_number",),
    "ApiKeyView.name": ("Warehouse sync",),
    "address": ("https://outfitters.example",),
    "Brand.name": ("Demo Outfitters",),
    "Category.name": ("Shipping",),
    "CategoryCount.name": ("Shipping",),
    "CategoryView.name": ("Shipping",),
    "CreateApiKey.name": ("Warehouse sync",),
    "CreateBrand.name": ("Demo Outfitters",),
    "CreateCategory.name": ("Shipping",),
    "CreateGroup.name": ("Returns",),
    "CreateOrganization.name": ("Demo Outfitters",),
    "CreateTag.name": ("refund",),
    "CreateTeam.name": ("Returns",),
    "CreatedApiKey.name": ("Warehouse sync",),
    "Group.name": ("Returns",),
    "GroupDetails.name": ("Returns",),
    "Named.name": ("Returns",),
    "OrganizationView.name": ("Demo Outfitters",),
    "PublicOrganization.name": ("Demo Outfitters",),
    "TagView.name": ("refund",),
    "TeamView.name": ("Returns",),
    "TeamWithMembers.name": ("Returns",),
    "UpdateBrand.name": ("Demo Outfitters",),
    "UpdateCategory.name": ("Shipping",),
    "UpdateGroup.name": ("Returns",),
    "UpdateOrganization.name": ("Demo Outfitters",),
    "new_password": ("a-longer-passphrase-2",),
    "next": ("48215",),
    "next_cursor": ("eyJpZCI6IjAxOTQ1YjNlIn0",),
    "number": (1042,),
    "offset": (0,),
    "organization": ("demo.example",),
    "organization_name": ("Demo Outfitters",),
    "p90": ("9h 40m",),
    "page": (1,),
    "password": ("a-long-passphrase-1",),
    "pages": (3,),
    "permissions": (["tickets:read", "tickets:create"],),
    "phone": ("+46 8 123 456 78",),
    "priority": ("normal", "medium", "Medium"),
    "rating": (5,),
    "refresh_token": ("r1.Zx0kq0VYb3JtYWw",),
    "request_id": ("01945b3e-8c1a-7d20-9f3e-2b6a5c4d1e0f",),
    "reset": (1795166400,),
    "resolution": ("A new parcel is on its way.",),
    "role": ("agent",),
    "scopes": (["tickets:read", "tickets:create"],),
    "secret": ("whsec_C2FVsBQIhrscChlQIMV",),
    "shortcut": ("/thanks",),
    "slug": ("how-to-return-an-order",),
    "snippet": ("… print the <mark>label</mark> and hand the parcel in …",),
    "status": ("open", "active", "online", "Open", "Closed", "accepted"),
    "subject": ("Where is my order?",),
    "subject_type": ("ticket",),
    "support_email": ("help@demo.example",),
    "tags": (["shipping", "late"],),
    "tag": ("shipping",),
    "ticket_external_id": ("crm-88213",),
    "time_zone": ("Europe/Stockholm",),
    "title": ("Where is my order?",),
    "ArticleView.title": ("How to return an order",),
    "CreateArticle.title": ("How to return an order",),
    "UpdateArticle.title": ("How to return an order",),
    "AgentView.title": ("Support agent",),
    "CannedView.title": ("Thank you",),
    "CreateCanned.title": ("Thank you",),
    "NotificationView.title": ("A ticket was assigned to you",),
    "token": ("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYWdlbnQifQ.c2ln",),
    "total": (42,),
    "total_pages": (3,),
    "type": ("question", "reply", "ticket.assigned"),
    "url": ("https://demo.example/uploads/label.pdf",),
    "RegisterWebhook.url": ("https://hooks.example/deskbell",),
    "WebhookView.url": ("https://hooks.example/deskbell",),
    "NewWebhookView.url": ("https://hooks.example/deskbell",),
    "authorize_url": ("https://id.shop.example/authorize",),
    "token_url": ("https://id.shop.example/token",),
    "user_agent": ("Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0",),
    "user_email": ("maya@lindqvist.example",),
    "user_name": ("Maya Lindqvist",),
    "value": ("A-10412",),
    "version": (3,),
    "website": ("https://demo.example",),
}
# Fields that are null for an ordinary, open object.
_EMPTY: Final = frozenset({
    "closed_at", "deleted_at", "edited_at", "first_response_breached_at", "last_used_at", "read_at",
    "resolution_breached_at", "resolved_at", "solved_at",
})  # fmt: skip
_TYPES: Final[Mapping[str, Any]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict, "null": type(None),
}  # fmt: skip


class Examples:
    """Examples of the objects that a contract's schemas describe."""

    def __init__(self, components: Mapping[str, Any]) -> None:
        self._components = components

    def of(self, schema: Mapping[str, Any], name: str = "", owner: str = "") -> Any:
        """An object of this schema, for the field called `name` of the schema called `owner`."""
        if (target := schema.get("$ref")) is not None:
            inner = target.removeprefix(REF)
            return self.of(self._components[inner], name, inner)
        if options := schema.get("anyOf") or schema.get("oneOf"):
            if {"type": "null"} in options and snake(name) in _EMPTY:
                return None
            return self.of(next((each for each in options if each.get("type") != "null"), options[0]), name, owner)
        if "properties" in schema:
            fields = schema["properties"]
            # If all fields of a body are optional, the example shows all of them rather than none.
            shown = [field for field in fields if _worth(schema, field)] or list(fields)
            return {field: self.of(fields[field], field, owner) for field in shown}
        plain = snake(name)
        for value in (*VALUES.get(f"{owner}.{plain}", ()), *VALUES.get(plain, ())):
            if _fits(value, schema):
                return value
        return self._made(schema, plain, owner)

    def _made(self, schema: Mapping[str, Any], name: str, owner: str) -> Any:
        """A value for a field that is not in the table."""
        if schema.get("default") is not None:
            return schema["default"]
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "array":
                items = schema.get("items") or {}
                return [self.of(items, name.removesuffix("s"), owner)] if items else []
            case "object":
                inner = schema.get("additionalProperties")
                return {"example": self.of(inner, "", owner)} if isinstance(inner, dict) and inner else {}
            case "integer":
                return int(max(schema.get("minimum", 1), 1))
            case "number":
                return float(max(schema.get("minimum", 1), 1))
            case "boolean":
                return True
            case "string":
                return _text(schema, name, owner)
            case _:
                return None


def _worth(schema: Mapping[str, Any], field: str) -> bool:
    """Whether an example includes a field; optional nullable fields are left out."""
    if field == "message" and "data" in schema["properties"]:
        return False
    options = schema["properties"][field].get("anyOf", ())
    optional = field not in schema.get("required", ())
    return not (optional and {"type": "null"} in options)


def _text(schema: Mapping[str, Any], name: str, owner: str) -> str:
    match schema.get("format"):
        case "uuid":
            return _uuid(owner.lower().removesuffix("view") if name == "id" else name.removesuffix("_id"))
        case "date-time":
            return _NOW
        case "date":
            return _NOW[:10]
        case _ if name == "id":
            return "1042"  # objects with numeric ids, such as history entries
        case _:
            return name.replace("_", " ").strip().capitalize() or "Text"


def _uuid(noun: str) -> str:
    digits = hashlib.sha256(noun.removesuffix("_id").encode()).hexdigest()
    return f"01945b3e-8c1a-7{digits[:3]}-9{digits[3:6]}-{digits[6:18]}"


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    if "enum" in schema:
        return value in schema["enum"]
    if schema.get("format") in ("uuid", "date-time", "date"):
        return False
    kind = schema.get("type")
    if kind == "array" and isinstance(value, list):
        items = schema.get("items", {})
        return "$ref" not in items and all(_fits(each, items) for each in value)
    if not isinstance(kind, str) or (isinstance(value, bool) and kind != "boolean"):
        return kind is None
    if isinstance(value, str):
        if (pattern := schema.get("pattern")) and not re.search(pattern, value):
            return False
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            return False
    if isinstance(value, dict) and isinstance(inner := schema.get("additionalProperties"), dict):
        return "$ref" not in inner and all(_fits(each, inner) for each in value.values())
    return isinstance(value, _TYPES[kind])


def snake(name: str) -> str:
    """The snake_case form of a field's name."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]", lambda found: "_" + found.group().lower(), name)
