"""The script of the form and chat, at an address that never changes: sites write it into their pages."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from litestar import Response, get
from litestar.exceptions import NotFoundException

from deskbell.web.answers import Rendered, answer
from deskbell.web.help.visiting import HelpRequest

BUILT: Final = Path(__file__).parent.parent / "assets" / "widget" / "embed.js"
"""The file that `frontend/` is built into."""
_HEADERS: Final = {
    "Cache-Control": "public, max-age=300",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}


@get("/embed.js")
async def embed_script(request: HelpRequest) -> Response[bytes]:
    """The script. It is the same for every site, and holds no secret."""
    script = _script()
    if script is None:
        raise NotFoundException
    return answer(request, script)


HANDLERS: Final[list[Any]] = [embed_script]


@cache
def _script() -> Rendered | None:
    if not BUILT.is_file():
        return None
    return Rendered.of(BUILT.read_text("utf-8"), "text/javascript; charset=utf-8", _HEADERS)
