"""Searches of the help centre that found nothing: the articles that are missing.

Words alone are counted, never who searched. What looks like an address or a number of an order, a phone or an account is
left out: a person may have typed it about themselves.
"""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from deskbell.features.help_centre import queries
from deskbell.features.help_centre.records import MissedSearch
from deskbell.kernel.access import anyone
from deskbell.kernel.errors import NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

MOST: Final = 1_000
"""The number of words that an organization keeps; the rarest make room."""
KEPT_FOR: Final = timedelta(days=180)
"""Words are forgotten this long after their last search."""
_LONGEST: Final = 80
_MOST_WORDS: Final = 8
_PERSONAL: Final = re.compile(r"@|https?:|www\.|\d(?:[\s().+/-]*\d){3}")
"""An address, or four digits in a row, whatever is between them."""


class Misses(Counter[str]):
    """Searches that are not written yet, by their words. Beyond a number of words the rest is not counted."""

    def __init__(self) -> None:
        super().__init__()
        self.locales: dict[str, str] = {}

    def add(self, words: str, locale: str) -> None:
        """Counts a search, unless it may hold personal data."""
        counted = countable(words)
        if counted is None or (counted not in self and len(self) >= MOST):
            return
        self[counted] += 1
        self.locales[counted] = locale


def countable(words: str) -> str | None:
    """The words of a search as they are counted; None where they are too long or may hold personal data."""
    plain = " ".join(words.lower().split())
    if not plain or len(plain) > _LONGEST or len(plain.split()) > _MOST_WORDS or _PERSONAL.search(plain):
        return None
    return plain


@anyone("searches are words without a reader")
async def count(uow: UnitOfWork, searches: Mapping[str, int], locales: Mapping[str, str]) -> None:
    """Adds to the searches that found nothing in the entered organization."""
    found = [
        MissedSearch(
            id=new_id(), words=words, locale=locales[words], searches=number, first_at=uow.now, last_at=uow.now
        )
        for words, number in searches.items()
    ]  # fmt: skip
    await queries.count_missed(uow.db, found, uow.now, uow.now - KEPT_FOR, MOST)


async def list_missed(uow: UnitOfWork, request: PageRequest) -> Page[MissedSearch]:
    """A page of the searches that found nothing, the most frequent first."""
    uow.actor.require(Permission.ARTICLE_WRITE)
    return await queries.missed_page(uow.db, request)


async def dismiss(uow: UnitOfWork, missed_id: UUID) -> None:
    """Takes words off the list; they come back when a reader searches for them again in vain. Raises `NotFound`."""
    uow.actor.require(Permission.ARTICLE_WRITE)
    if not await queries.remove_missed(uow.db, missed_id):
        raise NotFound("missed_search")
