"""Pictures of other servers in mails: they wait under signed addresses of our own until a reader asks for them."""

import re
from html import unescape
from typing import Final

from deskbell.features.mail.queries import outgoing
from deskbell.features.mail.service.making import ensure_keys
from deskbell.kernel.access import step
from deskbell.kernel.errors import NotFound
from deskbell.kernel.mail.images import MAX_URL, make_image_token, read_image_token
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

PLACE: Final = "/api/v1/mail/images/"
MAX_IMAGES: Final = 500
"""Pictures of one mail that can be shown; further ones are left out."""
_WAITING: Final = re.compile(r'data-src="([^"]*)"')


async def address_of(uow: UnitOfWork, token: str) -> str:
    """The address of the picture that a token names. Raises `NotFound` for a token that is not ours."""
    uow.actor.require(Permission.MAIL_READ, Permission.TICKET_READ, Permission.COMMENT_READ)
    address = read_image_token(await outgoing.keys(uow.db), uow.actor.organization_id, token)
    if address is None:
        raise NotFound("file")
    return address


@step("`file_mail`")
async def with_images(uow: UnitOfWork, html: str | None) -> str | None:
    """Safe HTML whose pictures of other servers wait under signed addresses of ours."""
    if html is None or 'data-src="' not in html:
        return html
    keys, left = await ensure_keys(uow), MAX_IMAGES

    def signed(found: re.Match[str]) -> str:
        nonlocal left
        left -= 1
        address = unescape(found[1])
        if left < 0 or len(address) > MAX_URL:
            return ""
        return f'data-src="{PLACE}{make_image_token(keys, uow.actor.organization_id, address)}"'

    return _WAITING.sub(signed, html)
