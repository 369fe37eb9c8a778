"""Related articles, found by the words of titles and by categories: in memory, without a query."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from deskbell.features.help_centre.records import Head

_WORD: Final = re.compile(r"\w+")
_SAME_CATEGORY: Final = 1.0
"""The weight of a common category, between that of a common word and that of a rare one."""
_STEM: Final = 7
"""The beginning of a word, in characters, by which its forms are compared."""
_FIRST_IDEOGRAPH: Final = "\u2e80"
_MOST_COMMON: Final = 200
"""A word in more titles than this says little, and would cost more than it helps."""


class RelatedArticles:
    """The articles of one language by the words of their titles."""

    def __init__(self, heads: Sequence[Head]) -> None:
        self._heads = heads
        self._with_word: dict[str, list[int]] = {}
        self._in_category: dict[str, list[int]] = {}
        for place, head in enumerate(heads):
            for word in set(_words(head.title)):
                self._with_word.setdefault(word, []).append(place)
            if head.category:
                self._in_category.setdefault(head.category.casefold(), []).append(place)

    def to(self, head: Head, most: int) -> list[Head]:
        """The articles that share rare words of the title, or the category; the most alike first."""
        scores: defaultdict[int, float] = defaultdict(float)
        for word in set(_words(head.title)):
            places = self._with_word.get(word, [])
            if len(places) <= _MOST_COMMON:
                weight = math.log(1 + (len(self._heads) - len(places) + 0.5) / (len(places) + 0.5)) ** 2
                for place in places:
                    scores[place] += weight
        for place in self._in_category.get(head.category.casefold(), [])[:_MOST_COMMON]:
            scores[place] += _SAME_CATEGORY
        best = sorted(scores.items(), key=lambda each: (-each[1], self._heads[each[0]].title, each[0]))
        found = (self._heads[place] for place, _ in best)
        return [each for each in found if each.id != head.id][:most]


def _words(title: str) -> Iterator[str]:
    for word in _WORD.findall(title.casefold()):
        if word[0] < _FIRST_IDEOGRAPH:
            yield word[:_STEM]
        else:
            yield from (word[i : i + 2] for i in range(max(1, len(word) - 1)))  # a script without spaces
