"""v1: the picture of the current user, and pictures for everyone."""

import asyncio
from typing import Any, Final
from uuid import UUID

from litestar import Response
from litestar.params import FromPath

from deskbell.api.shared.idempotency import note_answer, note_body
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Public, Uow, delete, get, put
from deskbell.api.shared.unit import late_unit
from deskbell.api.shared.uploads import read_upload
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.files.endpoints import UploadOperation
from deskbell.api.v1.settings.shapes import ProfileView
from deskbell.features.access import service as access
from deskbell.features.people.service import avatars
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import Permission
from deskbell.runtime import pictures

TAG: Final = ["Settings"]
MAX_BYTES: Final = 20 * 1024 * 1024
"""The largest file from which a picture is made."""


@put(
    "/settings/avatar", permission=Permission.PROFILE, late=True, request_max_body_size=None,
    operation_class=UploadOperation, tags=TAG, summary="Set your picture",
)  # fmt: skip
async def set_avatar(request: DeskbellRequest) -> Response[Success[ProfileView]]:
    """Makes your picture from the form field `file` (`multipart/form-data`): PNG, JPEG, GIF or WebP, 20 MB at most.

    The middle of it is kept as a square of 256 pixels, without what a camera notes in it. Its address is new each time.
    """
    upload = await read_upload(request, MAX_BYTES)
    try:
        content = await upload.read()
    finally:
        await upload.close()
    try:
        portrait = await asyncio.to_thread(pictures.portrait, content)
    except pictures.NoPictureError as error:
        raise Invalid.field("file", "upload.not_a_picture") from error
    note_body(request, portrait.hex())
    async with late_unit(request) as uow:
        view = ProfileView.of(await avatars.set_avatar(uow, portrait), await access.pending_address(uow))
        return await note_answer(Response(Success(view), status_code=200))


@delete("/settings/avatar", permission=Permission.PROFILE, tags=TAG, summary="Remove your picture", status_code=200)
async def remove_avatar(uow: Uow) -> Success[ProfileView]:
    """Removes your picture."""
    return Success(ProfileView.of(await avatars.remove_avatar(uow), await access.pending_address(uow)))


@get(
    "/avatars/{avatar_id:str}", permission=Public.ANONYMOUS, media_type="application/octet-stream", tags=TAG,
    summary="Get a picture", produces=("*/*",),
)  # fmt: skip
async def get_avatar(uow: Uow, avatar_id: FromPath[UUID]) -> Response[Any]:
    """Returns the picture of a member. It never changes: a new picture has a new address."""
    content = await avatars.portrait(uow, avatar_id)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "content-type": pictures.TYPE}
    return Response(content, headers=headers)


ROUTES = [set_avatar, remove_avatar, get_avatar]
