"""The file with all data of a customer."""

from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from deskbell.features.files.naming import content_disposition
from deskbell.features.own_data.service import download
from deskbell.kernel.errors import NotFound
from deskbell.runtime.storage import Storage
from deskbell.web.help.pages import missing
from deskbell.web.help.visiting import HelpRequest
from deskbell.web.portal.attaching import joined
from deskbell.web.portal.session import portal


@get(["/portal/data", "/portal/{organization:str}/data"])
async def own_data(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """The customer's own download, until it expires."""
    storage: Storage = request.app.state.storage
    async with portal(request, organization) as at:
        try:
            found = await download.ready(at.uow)
            pieces = storage.stream(str(found.storage_key))
            first = await anext(pieces, b"")  # a missing file must be noticed before the response starts
        except (NotFound, FileNotFoundError):
            return missing(at.at)
        name = f"{at.at.place.domain or at.at.place.id}-{found.requested_at:%Y-%m-%d}.zip"
        headers = {
            "Content-Disposition": content_disposition(name), "Content-Length": str(found.size),
            "content-type": "application/zip", "Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer",
            "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff",
        }  # fmt: skip
        return Stream(joined(first, pieces), headers=headers)


HANDLERS: Final[list[Any]] = [own_data]
