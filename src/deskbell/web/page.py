"""The frame of Deskbell's own small pages: one look, one strict content security policy, nothing from elsewhere."""

from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import quote

from litestar import Response

__all__ = ["FILES", "ICON", "page"]

FILES: Final = Path(__file__).parent / "pages"
"""Their style and script, served below `/pages`."""
ICON: Final = f"data:image/svg+xml,{quote((FILES / 'bell.svg').read_text('utf-8').strip())}"
"""The bell as an address: no request of its own."""

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # an address may hold a token
}
_BELL: Final = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3a1.5 1.5 0 0 1 1.5 1.5v.64A7.5 7.5 0 0 1 19.5 12.5V15h-15'
    'v-2.5a7.5 7.5 0 0 1 6-7.36V4.5A1.5 1.5 0 0 1 12 3zM3 16.5h18v2.25a.75.75 0 0 1-.75.75H3.75a.75.75 0 0 1-.75-.75z"/>'
    "</svg>"
)


def page(title: str, body: str, *, script: str = "", wide: bool = False, status_code: int = 200) -> Response[str]:
    """A page; `body` is HTML, `script` the name of a file below `/pages`."""
    run = f'<script src="/pages/{script}" type="module"></script>\n' if script else ""
    text = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)} · Deskbell</title>
<link rel="icon" href="{ICON}">
<link rel="stylesheet" href="/pages/pages.css">
{run}</head>
<body>
<main{' class="wide"' if wide else ""}>
<p class="mark">{_BELL}Deskbell</p>
{body}
</main>
</body>
</html>
"""
    return Response(text, media_type="text/html", headers=_HEADERS, status_code=status_code)
