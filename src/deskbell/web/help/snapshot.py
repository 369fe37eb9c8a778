"""One organization's help centre in one version: its articles by language and category, and pages rendered from it."""

from collections import OrderedDict
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from deskbell.features.help_centre.records import Contents, Head, Place, PublicBrand
from deskbell.web.answers import Rendered
from deskbell.web.help.colors import brand_style
from deskbell.web.help.related import RelatedArticles

_BUDGET: Final = 64_000_000
"""The size in bytes of all rendered pages that a worker keeps."""
_LONGEST: Final = 100_000
"""The size in bytes up to which a page is kept."""
_OVERHEAD: Final = 1_000
"""The size in bytes that a page counts for besides its text."""


class Shelf:
    """The rendered pages that a worker keeps, of all help centres; the one that was asked for longest ago makes room."""

    def __init__(self, budget: int = _BUDGET) -> None:
        self._budget = budget
        self._pages: OrderedDict[tuple[object, ...], Rendered] = OrderedDict()
        self._taken = 0

    def find(self, key: tuple[object, ...]) -> Rendered | None:
        """A page that is kept."""
        found = self._pages.get(key)
        if found is not None:
            self._pages.move_to_end(key)
        return found

    def keep(self, key: tuple[object, ...], page: Rendered) -> None:
        """Keeps a page, unless it is a long one."""
        if len(page.plain) > _LONGEST:
            return
        before = self._pages.pop(key, None)
        self._taken += _size(page) - (_size(before) if before else 0)
        self._pages[key] = page
        while self._taken > self._budget:
            self._taken -= _size(self._pages.popitem(last=False)[1])


class Listing:
    """The articles for readers of one language: of each article the best translation."""

    def __init__(self, heads: list[Head]) -> None:
        self.heads = heads
        by_name: dict[str, list[Head]] = {}
        for head in heads:
            by_name.setdefault(head.category.casefold(), []).append(head)
        named = {each[0].category: each for key, each in sorted(by_name.items()) if key}
        self.categories: dict[str, list[Head]] = named
        """Articles by category, in alphabetical order; those without one are not among them."""
        self.others = by_name.get("", [])

    def category(self, name: str) -> tuple[str, list[Head]] | None:
        """A category by its name in any case, with its articles."""
        found = (each for each in self.categories.items() if each[0].casefold() == name.casefold())
        return next(found, None)


class Snapshot:
    """A version of a help centre. Threads do not share it; tasks may fill its pages twice, which does no harm."""

    def __init__(self, place: Place, contents: Contents, shelf: Shelf) -> None:
        self.place = place
        self.version = place.version
        self.heads = contents.heads
        self.takes_requests = contents.takes_requests
        self._brands = contents.brands
        self._listings: dict[tuple[str, ...], Listing] = {}
        self._shelf = shelf
        self._related: dict[str, RelatedArticles] = {}
        self._styles: dict[str | None, str | None] = {}

    @cached_property
    def locales(self) -> list[str]:
        """The languages in which there are articles, that of the organization first."""
        found = sorted({head.locale for head in self.heads})
        return sorted(found, key=lambda locale: locale.casefold() != self.place.language.casefold())

    @cached_property
    def _by_address(self) -> dict[tuple[str, str], Head]:
        return {(head.locale, head.slug): head for head in self.heads}

    @cached_property
    def _translations(self) -> dict[str, dict[str, Head]]:
        """The translations of each article: what was imported from one file, or has the same slug."""
        groups: dict[str, dict[str, Head]] = {}
        for head in self.heads:
            groups.setdefault(_group(head), {}).setdefault(head.locale, head)
        return groups

    def find(self, locale: str, slug: str) -> Head | None:
        """The article at an address."""
        return self._by_address.get((locale, slug))

    def related(self, head: Head, most: int) -> list[Head]:
        """The articles in the same language that are most like one."""
        if head.locale not in self._related:
            self._related[head.locale] = RelatedArticles([each for each in self.heads if each.locale == head.locale])
        return self._related[head.locale].to(head, most)

    def translations(self, head: Head) -> dict[str, Head]:
        """An article in every language that it has, itself among them."""
        return {**self._translations[_group(head)], head.locale: head}

    def choose_locale(self, asked: str | None, accepted: list[str]) -> str:
        """The language of articles for a reader: the one asked for, else the best accepted, else the organization's."""
        wanted = [*([asked] if asked else []), *accepted, self.place.language, "en"]
        for each in wanted:
            if (found := self._known(each)) is not None:
                return found
        return self.locales[0] if self.locales else self.place.language

    def listing(self, locale: str) -> Listing:
        """The articles for readers of a language; where one lacks it, the organization's language or English."""
        order = tuple(dict.fromkeys([locale, self._known(self.place.language) or "en", self._known("en") or "en"]))
        if order not in self._listings:
            rank = {each: place for place, each in enumerate(order)}
            best = [
                min(group.values(), key=lambda head: (rank.get(head.locale, len(rank)), head.locale))
                for group in self._translations.values()
            ]
            self._listings[order] = Listing(best)
        return self._listings[order]

    def brand(self, host: str) -> PublicBrand | None:
        """The brand of a host name, else the only one of the organization."""
        for each in self._brands:
            if each.address is not None and _host_of(each.address) == host:
                return each
        return self._brands[0] if len(self._brands) == 1 else None

    def style(self, brand: PublicBrand | None) -> str | None:
        """The style sheet of a brand's colour."""
        color = brand.color if brand else None
        if color not in self._styles:
            self._styles[color] = brand_style(color)
        return self._styles[color]

    def rendered(self, key: tuple[object, ...]) -> Rendered | None:
        """A page that is kept."""
        return self._shelf.find((self.place.id, self.version, *key))

    def keep(self, key: tuple[object, ...], page: Rendered) -> None:
        """Keeps a page of this version while there is room for it."""
        self._shelf.keep((self.place.id, self.version, *key), page)

    def _known(self, tag: str) -> str | None:
        """The language of articles that a tag means: itself, or its language without the region, and the reverse."""
        tag = tag.casefold()
        exact = {locale.casefold(): locale for locale in self.locales}
        if tag in exact:
            return exact[tag]
        base = tag.partition("-")[0]
        return next((locale for locale in self.locales if locale.casefold().partition("-")[0] == base), None)


def _size(page: Rendered) -> int:
    return len(page.plain) + len(page.packed or b"") + _OVERHEAD


def _group(head: Head) -> str:
    return f"file {head.source}" if head.source is not None else f"slug {head.slug}"


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
