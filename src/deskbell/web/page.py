"""Deskbell's own small pages: Jinja2 templates with HTML escaped, in the caller's language, under a strict security policy."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from babel.messages.pofile import read_po
from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response

from deskbell.runtime.messages import language_of

FILES: Final = Path(__file__).parent / "pages"
"""The style and scripts of the pages, served below `/pages`."""
ICON: Final = f"data:image/svg+xml,{quote((FILES / 'bell.svg').read_text('utf-8').strip())}"
"""The bell as a data address, which needs no request."""

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # an address may hold a token; with none at all, forms would come with `Origin: null`
}


def page(request: Request[Any, Any, Any], template: str, *, status_code: int = 200, **values: Any) -> Response[str]:
    """A page from a template. Values are escaped."""
    language = language_of(request.headers.get("accept-language"))
    text = render(template, language, **values)
    headers = {**_HEADERS, "Content-Language": language}
    return Response(text, media_type="text/html", headers=headers, status_code=status_code)


def render(template: str, language: str = "en", **values: Any) -> str:
    """The text of a template in a language. Raises for a value that the template needs and does not get."""
    return _environment(language).get_template(template).render(values)


@cache
def _environment(language: str) -> Environment:
    environment: Any = Environment(
        loader=PackageLoader("deskbell.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.update(language=language, icon=ICON, wide=False)
    texts = {} if language == "en" else dict(_catalogue(language))

    def text(message: str) -> str:
        return texts.get(message, message)

    def plural(one: str, many: str, count: int) -> str:
        return text(one if count == 1 else many)

    environment.install_gettext_callables(text, plural, newstyle=True)
    made: Environment = environment
    return made


def _catalogue(language: str) -> Iterator[tuple[str, str]]:
    """Each English text with its translation."""
    with (Path(__file__).parent / "templates" / f"{language}.po").open("rb") as file:
        yield from ((str(each.id), str(each.string)) for each in read_po(file, locale=language) if each.id)
