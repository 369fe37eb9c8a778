"""v1: pictures of articles."""

import asyncio
from typing import Any, Final
from uuid import UUID

from litestar import Response
from litestar.params import FromPath
from msgspec import Struct

from deskbell.api.shared.idempotency import note_answer, note_body
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Public, Uow, get, post
from deskbell.api.shared.unit import late_unit
from deskbell.api.shared.uploads import read_upload
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.files.endpoints import UploadOperation, matches_etag
from deskbell.features.knowledge.pictures import service
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import Permission
from deskbell.runtime import pictures

TAG: Final = ["Knowledge base"]
MAX_BYTES: Final = 20 * 1024 * 1024
"""The largest file from which a picture is made."""
_PUBLIC: Final = "public, max-age=3600"
"""Kept for an hour: an article that is withdrawn takes its pictures with it."""


class ArticlePictureView(Struct, frozen=True):
    """A picture for the Markdown of an article: `![What it shows](url)`. The sizes are in pixels."""

    id: UUID
    url: str
    width: int
    height: int


@post(
    "/kb/pictures", permission=Permission.ARTICLE_WRITE, late=True, request_max_body_size=None,
    operation_class=UploadOperation, tags=TAG, summary="Upload a picture of an article",
)  # fmt: skip
async def upload_article_picture(request: DeskbellRequest) -> Response[Success[ArticlePictureView]]:
    """Makes a picture from the form field `file` (`multipart/form-data`): PNG, JPEG, GIF or WebP, 20 MB at most.

    It is kept with at most 1,600 pixels a side, without what a camera notes in it and without movement. A picture that no
    article names within a day is deleted.
    """
    upload = await read_upload(request, MAX_BYTES)
    try:
        content = await upload.read()
    finally:
        await upload.close()
    try:
        figure, size = await asyncio.to_thread(pictures.figure, content)
    except pictures.NoPictureError as error:
        raise Invalid.field("file", "upload.not_a_picture") from error
    note_body(request, figure.hex())
    async with late_unit(request) as uow:
        picture = await service.add(uow, figure, size)
        view = ArticlePictureView(picture.id, f"{service.PLACE}{picture.id}", picture.width, picture.height)
        return await note_answer(Response(Success(view), status_code=201))


@get(
    "/kb/pictures/{picture_id:str}", permission=Public.OPTIONAL, more=(Permission.ARTICLE_WRITE,),
    media_type="application/octet-stream", tags=TAG, summary="Get a picture of an article", produces=("*/*",),
    also=(304,),
)  # fmt: skip
async def get_article_picture(uow: Uow, request: DeskbellRequest, picture_id: FromPath[UUID]) -> Response[Any]:
    """Returns a picture of a published article to everyone, and any other to those who write articles."""
    shown = await service.show(uow, picture_id)
    tag = f'"{picture_id}"'  # a picture never changes
    cache = _PUBLIC if shown.public else "private, max-age=0, must-revalidate"
    headers = {"ETag": tag, "Cache-Control": cache}
    if matches_etag(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    return Response(shown.content, headers=headers | {"content-type": pictures.TYPE})


ROUTES = [upload_article_picture, get_article_picture]
