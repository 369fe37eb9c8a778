"""The agents' app at `/desk`: one page for every address below it, and its files, which never change under their names."""

import mimetypes
import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

BUILT: Final = Path(__file__).parent / "assets" / "desk"
"""The folder that `frontend/` is built into."""

_PLACE_OF_NONCE: Final = "DESKBELL-NONCE"
_PACKINGS: Final = {"br": ".br", "gzip": ".gz"}
"""The file endings of packed copies by the name of the packing, the smallest first."""
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
_TYPES: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}


class _Asset(NamedTuple):
    media_type: str
    packed: dict[str, Path]


@get(["/desk", "/desk/{address:path}"])
async def desk_page(address: FromPath[str] = "") -> Response[str]:
    """The app's page; its script reads the address. The nonce, new each time, admits the styles that it adds."""
    del address
    if (text := _page()) is None:
        raise NotFoundException
    nonce = secrets.token_urlsafe(18)
    return Response(text.replace(_PLACE_OF_NONCE, nonce), media_type="text/html", headers=_page_headers(nonce))


@get("/desk/search")
async def search_page(request: Request[Any, Any, State]) -> Redirect:
    """A search is a list of the inbox, where its tickets can be worked on."""
    query = request.scope["query_string"].decode("ascii", "ignore")
    return Redirect(f"/desk/inbox/all?{query}" if query else "/desk/inbox/all", status_code=303)


@get("/assets/desk/{name:path}")
async def desk_asset(request: Request[Any, Any, State], name: FromPath[str]) -> Response[bytes]:
    """A file of the app, packed as the browser accepts it."""
    asset = _assets().get(name.lstrip("/"))
    if asset is None:
        raise NotFoundException
    accepted = {word.partition(";")[0].strip() for word in request.headers.get("accept-encoding", "").split(",")}
    packing = next((each for each in asset.packed if each in accepted), "")
    headers = {**_FOR_EVER, "Content-Encoding": packing} if packing else _FOR_EVER
    return Response(_bytes(asset.packed[packing]), media_type=asset.media_type, headers=headers)


HANDLERS: Final[list[Any]] = [desk_page, search_page, desk_asset]


def _page_headers(nonce: str) -> dict[str, str]:
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",  # an address may hold a token
    }


@cache
def _page() -> str | None:
    file = BUILT / "index.html"
    return file.read_text("utf-8") if file.is_file() else None


@cache
def _assets() -> dict[str, _Asset]:
    """Every file that may be asked for, by its name below `/assets/desk`. The page itself is not one."""
    return dict(_found())


def _found() -> Iterator[tuple[str, _Asset]]:
    for path in sorted(BUILT.rglob("*")):
        if not path.is_file() or path.suffix in _PACKINGS.values() or path.name == "index.html":
            continue
        packed = {name: Path(f"{path}{ending}") for name, ending in _PACKINGS.items()}
        media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        there = {name: file for name, file in packed.items() if file.is_file()}
        yield path.relative_to(BUILT).as_posix(), _Asset(media_type, {**there, "": path})


@cache
def _bytes(path: Path) -> bytes:
    return path.read_bytes()
