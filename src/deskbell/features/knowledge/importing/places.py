"""The files to import, and the metadata in their paths: language, category and key."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from deskbell.features.knowledge.importing.records import Source, Unreadable

MARKDOWN: Final = {".md", ".markdown", ".mdown", ".mkd"}
RESTRUCTURED: Final = {".rst", ".rest"}

# Two-letter languages of ISO 639-1 that software is commonly written in.
_LANGUAGES: Final = re.compile(
    "a[frz]|b[egns]|c[asy]|d[ae]|e[lnostu]|f[air]|g[alu]|h[eiruy]|i[dst]|ja|k[akmnoy]|l[otv]|m[klnrsy]|n[belno]|"
    "p[alst]|r[ou]|s[ikloqrvw]|t[aehklr]|u[krz]|vi|xh|yo|z[hu]"
)
_LOCALE: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_](?:[A-Za-z]{4}[-_])?([A-Za-z]{2}))?(?:[-_][A-Za-z]{4})?")
_IN_NAME: Final = re.compile(r"(?P<name>.+?)\._?(?P<locale>[A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?)")


def locale_of(text: str) -> str:
    """The language tag as articles store it: en, pt-BR. Raises `Unreadable`."""
    found = _LOCALE.fullmatch(text.strip())
    if found is None:
        raise Unreadable(f"has the language {text!r}, which must be such as en or pt-BR")
    return found[1].lower() + (f"-{found[2].upper()}" if found[2] else "")


def file_named(name: str, path: Path, top: Path) -> Path | None:
    """The file that another one names, relative to `top` if it begins with a slash, as in Sphinx; None outside `top`."""
    file = ((top / name.lstrip("/")) if name.startswith("/") else (path.parent / name)).resolve()
    return file if file.is_relative_to(top.resolve()) and file.is_file() else None


def title_from_name(name: str) -> str:
    """A folder's or file's name as a title: `travel-and-leave` becomes "Travel and leave"."""
    words = re.sub(r"[-_\s]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def sources_of(place: Path) -> Iterator[Source]:
    """The files of a folder and its subfolders, by name, without hidden ones; or the file `place` itself."""
    if place.is_file():
        yield _source(place, PurePosixPath(place.name), place.resolve().parent.name, language=None)
        return
    top = place.resolve().name
    languages = _language_folders(place)
    for path in sorted(place.rglob("*")):
        within = PurePosixPath(path.relative_to(place).as_posix())
        if path.suffix.lower() not in MARKDOWN | RESTRUCTURED or not path.is_file():
            continue
        if any(part.startswith(".") or part == "node_modules" for part in within.parts):
            continue
        language = languages.get(within.parts[0]) if len(within.parts) > 1 else None
        yield _source(path, within, top, language)


def _source(path: Path, within: PurePosixPath, top: str, language: str | None) -> Source:
    plain = PurePosixPath(*within.parts[1:]) if language else within
    named = _IN_NAME.fullmatch(plain.stem)
    if named is not None and _LANGUAGES.fullmatch(named["locale"][:2].lower()):
        language = language or locale_of(named["locale"])
        plain = plain.with_name(named["name"] + plain.suffix)
    folder = plain.parts[0] if len(plain.parts) > 1 else ""
    return Source(path, str(within), str(PurePosixPath(top) / plain), language, folder)


def _language_folders(place: Path) -> dict[str, str]:
    """Top-level folders such as `en` and `fr`, if all are languages: `it` among others may be a department."""
    names = [entry.name for entry in place.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    return {name: locale_of(name) for name in names} if names and all(map(_is_language, names)) else {}


def _is_language(name: str) -> bool:
    found = _LOCALE.fullmatch(name)
    return found is not None and _LANGUAGES.fullmatch(found[1].lower()) is not None
