"""Loads pictures of other servers for the readers of mails, so that their senders learn of no reader."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from io import BytesIO
from typing import Final
from urllib.parse import urljoin

from msgspec import Struct

from deskbell.features.webhooks.sending import Sender, Unreachable
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.runtime.pictures import NoPictureError, size_of

MAX_BYTES: Final = 5 * 1024 * 1024
_REDIRECTS: Final = 3
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_HEADERS: Final = {"User-Agent": "Deskbell", "Accept": "image/webp,image/png,image/jpeg,image/gif"}
_SIGNS: Final = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)
_LOADING: Final = asyncio.Semaphore(8)
"""A mail may show hundreds of pictures: so many are loaded at a time by one process."""


class RemoteImage(Struct, frozen=True):
    """A picture of another server."""

    content: bytes
    mime_type: str


async def load_image(url: str, allowed_hosts: Sequence[str]) -> RemoteImage | None:
    """A picture by its address; None for one that is private, too large, too slow, or no picture.

    Nothing of the reader is sent: no cookies, no referrer.
    """
    async with _LOADING, Sender(AllowedHosts(allowed_hosts)) as sender:
        for _ in range(_REDIRECTS + 1):
            try:
                answer = await sender.get(url, _HEADERS, MAX_BYTES)
            except Unreachable:
                return None
            if answer.status not in _MOVED:
                break
            url = urljoin(url, answer.headers.get("location", ""))
        if answer.status != HTTPStatus.OK or len(answer.content) > MAX_BYTES:
            return None
    return await asyncio.to_thread(_picture, answer.content)


def _picture(content: bytes) -> RemoteImage | None:
    mime_type = next((kind for sign, kind in _SIGNS if content.startswith(sign)), None)
    try:
        size_of(BytesIO(content))
    except NoPictureError:
        return None
    return None if mime_type is None else RemoteImage(content, mime_type)
