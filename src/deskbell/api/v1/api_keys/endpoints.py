"""v1: API keys."""

from typing import Literal
from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.api.v1.api_keys.shapes import ApiKeyView, CreateApiKey, CreatedApiKey
from deskbell.api.v1.envelope import NEVER_STORED, Done, Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam, to_utc
from deskbell.features.access import service
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["API keys"]


@get("/api-keys", permission=Permission.API_KEY_MANAGE, tags=TAG, summary="List API keys")
async def list_api_keys(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
) -> Paginated[ApiKeyView]:
    """Lists the organization's active keys, newest first."""
    found = await service.list_api_keys(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([ApiKeyView.of(key) for key in found.items], Pagination.of(found))


@post(
    "/api-keys", permission=Permission.API_KEY_MANAGE, tags=TAG, summary="Create an API key",
    cache_control=NEVER_STORED,
)  # fmt: skip
async def create_api_key(uow: Uow, data: JSONBody[CreateApiKey]) -> Success[CreatedApiKey]:
    """Creates a key that acts as you, limited to its scopes. The key is shown only once. Send it as `X-API-Key`."""
    key, text = await service.create_api_key(uow, data.name.strip(), data.scopes, to_utc(data.expires_at))
    return Success(
        CreatedApiKey(key.id, key.name, text, key.hint, key.scopes, key.created_at, key.expires_at),
        "Keep this key safe; it is not shown again",
    )


@delete(
    "/api-keys/{key_id:str}", permission=Permission.API_KEY_MANAGE, tags=TAG, summary="Revoke an API key",
    status_code=200,
)  # fmt: skip
async def revoke_api_key(uow: Uow, key_id: FromPath[UUID]) -> Done:
    """Revokes a key; it is refused immediately."""
    await service.revoke_api_key(uow, key_id)
    return Done("API key revoked")


ROUTES = [list_api_keys, create_api_key, revoke_api_key]
