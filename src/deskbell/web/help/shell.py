"""The parts that every page of the customers' side has: its frame, its languages and its security policy."""

from typing import Any, Final
from urllib.parse import urlsplit

from babel.dates import format_date
from msgspec import json

from deskbell.web.answers import Rendered
from deskbell.web.help.visiting import Visit
from deskbell.web.page import FILES, render

_ASSETS: Final = {name: str(int((FILES / name).stat().st_mtime)) for name in ("help.css", "live.js", "portal.js")}
_NATIVE: Final = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "zh": "中文", "it": "Italiano",
                  "pt": "Português", "nl": "Nederlands", "pl": "Polski", "ja": "日本語", "ar": "العربية"}  # fmt: skip
"""Languages under their own names; another is shown by its tag."""
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur"})
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{pictures}; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REVALIDATED: Final = "public, no-cache"
"""Kept, but asked about before each use: an edit shows immediately."""


def shown(
    visit: Visit, template: str, *, locale: str | None = None, cache: str = REVALIDATED, canonical: str | None = None,
    **values: Any,
) -> Rendered:  # fmt: skip
    """A page of the customers' side."""
    locale = locale or visit.locale
    language = visit.language_for(locale)
    brand = visit.brand
    style = visit.snapshot.style(brand)
    text = render(
        template, language, site=visit.name, to=visit.addresses, locale=locale, place=visit.place, brand=brand,
        style=visit.addresses.file("brand.css", version=f"{hash_of(style)}") if style else None,
        sheet=f"/pages/help.css?v={_ASSETS['help.css']}", native=native, direction=direction,
        script=f"/pages/portal.js?v={_ASSETS['portal.js']}", live=f"/pages/live.js?v={_ASSETS['live.js']}",
        many=len(visit.snapshot.locales) > 1, takes_requests=visit.snapshot.takes_requests,
        canonical=canonical and visit.addresses.origin + canonical, day=lambda at: format_date(at, "long", locale=language),
        locales=visit.snapshot.locales, **values,
    )  # fmt: skip
    return Rendered.of(text, "text/html", page_headers(visit, language, cache))


def page_headers(visit: Visit, language: str, cache: str) -> dict[str, str]:
    """The headers of a page. Pictures come from this server, and the logo from where the brand has it."""
    logo = visit.brand.logo if visit.brand else None
    return {
        "Content-Security-Policy": _POLICY.format(pictures=_picture_source(logo)),
        "Cache-Control": cache,
        "Content-Language": language,
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }


def native(locale: str) -> str:
    """A language under its own name."""
    return _NATIVE.get(locale.partition("-")[0].lower(), locale)


def direction(locale: str) -> str:
    """The direction of a language's script, as HTML has it."""
    return "rtl" if locale.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def structured(**values: Any) -> str:
    """JSON for a data block of a page. No text in it can end the block."""
    return json.encode({"@context": "https://schema.org", **values}).decode().replace("<", "\\u003c")


def hash_of(text: str) -> str:
    """A short seal of a text, for addresses that change with it."""
    return Rendered.of(text, "", {}, pack=False).etag.strip('"')[:12]


def _picture_source(logo: str | None) -> str:
    """The origin of a logo that lies on another server, for the security policy."""
    if logo is None or not logo.startswith(("http://", "https://")):
        return ""
    try:
        parts = urlsplit(logo)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return ""
    plain = host.replace("-", "").replace(".", "").isalnum()
    return f" {parts.scheme}://{host}{port}" if plain else ""
