"""Commands on people and their access."""

from deskbell.features.accounts.service.api_keys import (
    create_api_key,
    enter_with_api_key,
    list_api_keys,
    revoke_api_key,
)
from deskbell.features.accounts.service.people import add_member, ensure_customer
from deskbell.features.accounts.service.sessions import (
    end_other_sessions,
    end_session,
    list_sessions,
    refresh,
    start_session,
)

__all__ = [
    "add_member",
    "create_api_key",
    "end_other_sessions",
    "end_session",
    "ensure_customer",
    "enter_with_api_key",
    "list_api_keys",
    "list_sessions",
    "refresh",
    "revoke_api_key",
    "start_session",
]
