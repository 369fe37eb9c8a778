"""v1: the secret with which other systems sign requests to `POST /v1/webhooks/incoming`."""

from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.incoming_webhooks.shapes import SecretView
from deskbell.channels.webhook import service
from deskbell.kernel.permissions import Permission

TAG = ["Webhooks"]


@get("/webhooks/incoming-secret", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Read the incoming secret")
async def read_incoming_secret(uow: Uow) -> Success[SecretView]:
    """Returns the organization's secret. The first request creates it."""
    return Success(SecretView(await service.read_secret(uow)))


@post("/webhooks/incoming-secret", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Rotate the incoming secret")
async def rotate_incoming_secret(uow: Uow) -> Success[SecretView]:
    """Replaces the secret. Requests signed with the old one are refused from now on."""
    return Success(SecretView(await service.rotate_secret(uow)))


ROUTES = [read_incoming_secret, rotate_incoming_secret]
