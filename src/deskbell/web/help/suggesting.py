"""Articles that may answer a request before it is sent."""

from typing import Final

from deskbell.features.help_centre.records import Head
from deskbell.features.knowledge import service as knowledge
from deskbell.features.knowledge.records import ArticleFilter
from deskbell.kernel.paging import PageRequest
from deskbell.web.help.visiting import Visit

_SUGGESTED: Final = 5
_LONGEST: Final = 200


def clean_subject(text: str) -> str:
    """A subject in one line, no longer than one may be."""
    return " ".join(text.replace("\0", " ").split())[:_LONGEST]


async def suggested(at: Visit, subject: str, language: str) -> list[Head]:
    """Published articles about a subject, in the reader's language or else in any."""
    if not subject.strip():
        return []
    await at.enter()
    locale = at.snapshot.choose_locale(language, [])
    filters = ArticleFilter(search=subject, locale=locale, published=True)
    found = await knowledge.list_articles(at.uow, filters, PageRequest(_SUGGESTED, 0))
    return [head for each in found.items if (head := at.snapshot.find(each.locale, each.slug))]
