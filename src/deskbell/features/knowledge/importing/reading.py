"""Reads a folder: each file yields an article, or the reason why it is none."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from deskbell.features.knowledge.importing import front, markdown, restructured
from deskbell.features.knowledge.importing.pictures import PicturesBeside
from deskbell.features.knowledge.importing.places import RESTRUCTURED, locale_of, sources_of, title_from_name
from deskbell.features.knowledge.importing.records import (
    LONGEST_CATEGORY,
    LONGEST_CONTENT,
    LONGEST_TITLE,
    FileProblem,
    FoundArticle,
    LeftOut,
    Source,
    Unreadable,
)

_IDENTIFIER: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)+")
_LARGEST: Final = 4 * LONGEST_CONTENT  # bytes


class Reader:
    """Reads the articles of a folder or of one file.

    `category`, `locale` and `published` are defaults for files that do not set them. `internal` makes all of them internal.
    """

    def __init__(
        self,
        place: Path,
        *,
        category: str = "",
        locale: str = "en",
        published: bool | None = None,
        internal: bool = False,
    ) -> None:
        self._top = place if place.is_dir() else place.parent
        self._category = category
        self._locale = locale
        self._published = published
        self._internal = internal
        self.sources = list(sources_of(place))
        self._outside = {each.path for each in self.sources if place.is_dir() and _leads_out(each.path, place)}
        self._parts = self._parts_of_others()

    def read(self) -> Iterator[FoundArticle | LeftOut | FileProblem]:
        """The result for each file, in order."""
        taken: dict[tuple[str, str], str] = {}
        for source in self.sources:
            try:
                answer: FoundArticle | LeftOut | FileProblem = self._read(source)
            except Unreadable as problem:
                yield FileProblem(source.shown, str(problem))
                continue
            if isinstance(answer, FoundArticle):
                first = taken.setdefault((answer.locale, answer.source), source.shown)
                if first != source.shown:
                    answer = FileProblem(source.shown, f"is the same article in the same language as {first}")
            yield answer

    def _read(self, source: Source) -> FoundArticle | LeftOut:
        if source.path in self._outside:
            return LeftOut(source.shown, "is a link that leads out of the folder")
        if source.path.resolve() in self._parts:
            return LeftOut(source.shown, "is a part of other files")
        facts, text = front.split_front_matter(_text_of(source.path))
        pictures = PicturesBeside(source.path, self._top)
        if source.path.suffix.lower() in RESTRUCTURED:
            more, heading, content = restructured.read(text, source.path, self._top, pictures)
            facts = more | facts
        else:
            content = markdown.clean(text, facts, pictures)
            heading = ""
            if not front.text_in(facts, "title"):
                heading, content = markdown.headed(content)
        if not content:
            return LeftOut(source.shown, "has no text")
        article = replace(self._article(source, facts, heading, content), pictures=pictures.paths)
        _check(article)
        return article

    def _article(self, source: Source, facts: Mapping[str, Any], heading: str, content: str) -> FoundArticle:
        stem = PurePosixPath(source.key).stem
        language = front.text_in(facts, "locale", "lang", "language")
        said = front.published_in(facts)
        permalink = front.text_in(facts, "slug", "permalink", "url").rstrip("/").rpartition("/")[2]
        return FoundArticle(
            source=source.key, locale=locale_of(language) if language else source.locale or self._locale,
            title=front.text_in(facts, "title") or heading or title_from_name(stem), content=content,
            category=_category_in(facts) or self._category or title_from_name(source.folder),
            tags=front.tags_in(facts), slug=PurePosixPath(permalink).stem or stem,
            published=said if said is not None else self._published,
            internal=self._internal or front.internal_in(facts),
        )  # fmt: skip

    def _parts_of_others(self) -> set[Path]:
        """The files that others include. Unreadable ones are skipped here and reported as files."""
        parts: set[Path] = set()
        for source in self.sources:
            if source.path.suffix.lower() in RESTRUCTURED and source.path not in self._outside:
                try:
                    parts |= restructured.included_by(_text_of(source.path), source.path, self._top)
                except Unreadable:
                    continue
        return parts


def _category_in(facts: Mapping[str, Any]) -> str:
    """The category that a file names; an identifier such as `create-account` as words."""
    said = front.text_in(facts, "category", "categories")
    return title_from_name(said) if _IDENTIFIER.fullmatch(said) else said


def digest_of(article: FoundArticle) -> bytes:
    """A digest of a file's content and pictures: while it is unchanged, the import does not touch the article."""
    placeless = replace(article, pictures=dict.fromkeys(article.pictures, ""))
    return hashlib.sha256(msgspec.json.encode(placeless)).digest()


def _leads_out(path: Path, folder: Path) -> bool:
    """Whether a symbolic link points outside the folder: it must not publish other files of the operator."""
    return not path.resolve().is_relative_to(folder.resolve())


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise Unreadable(f"is larger than {_LARGEST // 1_000_000} MB")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8 text (byte {error.start + 1})") from error
    except OSError as error:
        raise Unreadable(f"cannot be opened: {error.strerror}") from error
    if "\0" in text:
        raise Unreadable("holds a NUL character, so it is hardly text")
    return text


def _check(article: FoundArticle) -> None:
    for name, value, most in (
        ("title", article.title, LONGEST_TITLE),
        ("category", article.category, LONGEST_CATEGORY),
        ("text", article.content, LONGEST_CONTENT),
    ):
        if len(value) > most:
            raise Unreadable(f"has a {name} of {len(value):,} characters, and at most {most:,} are allowed")
