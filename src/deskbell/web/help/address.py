"""Addresses of the help centre's pages."""

from typing import Final
from urllib.parse import quote, urlencode

from msgspec import Struct

from deskbell.features.help_centre.records import Head

HELP: Final = "/help"
PORTAL: Final = "/portal"


class Addresses(Struct, frozen=True):
    """The addresses of one help centre. `origin` is scheme and host for addresses that leave the page, as in feeds."""

    origin: str
    organization: str | None = None

    @property
    def root(self) -> str:
        """The path of the home page."""
        return f"{HELP}/{quote(self.organization, safe='')}" if self.organization else HELP

    @property
    def portal(self) -> str:
        """The path of the portal."""
        return f"{PORTAL}/{quote(self.organization, safe='')}" if self.organization else PORTAL

    @property
    def contact(self) -> str:
        """The form of visitors without an account."""
        return f"{self.root}/contact"

    def home(self, locale: str | None = None) -> str:
        """The home page, in a language."""
        return f"{self.root}{_query(lang=locale)}"

    def article(self, head: Head) -> str:
        """An article. Its language is part of its address."""
        return f"{self.root}/articles/{quote(head.locale, safe='')}/{quote(head.slug, safe='')}"

    def category(self, name: str, locale: str | None = None, page: int | None = None) -> str:
        """A category, in a language."""
        return f"{self.root}/categories{_query(name=name, lang=locale, page=page)}"

    def search(self, locale: str | None = None, words: str | None = None, cursor: str | None = None) -> str:
        """The search page, with a search."""
        return f"{self.root}/search{_query(q=words, lang=locale, cursor=cursor)}"

    def suggest(self, locale: str | None = None) -> str:
        """Articles for words that are being typed: a part of a page, for its script."""
        return f"{self.root}/suggest{_query(lang=locale)}"

    def file(self, name: str, locale: str | None = None, version: str | None = None) -> str:
        """A feed, the site map or the style sheet."""
        return f"{self.root}/{name}{_query(lang=locale, v=version)}"


def _query(**values: str | int | None) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""
