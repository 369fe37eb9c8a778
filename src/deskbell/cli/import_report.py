"""The report of `deskbell import`, and the default path of its rejects file."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deskbell.features.transfer.importing.summary import Counts

_PLURALS = {"person": "people", "category": "categories"}


def free_rejects_path(file: Path) -> Path:
    """A new path in the current folder, named after the imported file: `desk.rejects.jsonl`.

    An earlier file is never replaced: it may hold corrections.
    """
    name = (
        "import" if str(file) == "-" else file.name.removesuffix(".gz").removesuffix(".jsonl").partition(".rejects")[0]
    )
    paths = (Path(f"{name}.rejects{'' if number == 1 else f'-{number}'}.jsonl") for number in count(1))
    return next(path for path in paths if not path.exists())


def report(counts: "Counts", seconds: float, rejects: Path) -> Iterator[str]:
    """The lines of the report."""
    rate = f", {counts.tickets / seconds:,.0f} tickets/s" if counts.tickets else ""
    yield f"Imported {_number(counts.tickets, 'ticket')} in {seconds:.1f} s{rate}:"
    parts = {"comment": counts.comments, "person": counts.people, "group": counts.groups, "category": counts.categories,
             "brand": counts.brands, "tag": counts.tags, "definition": counts.definitions,
             "article": counts.articles, "file": counts.files}  # fmt: skip
    yield "  new: " + (", ".join(_number(n, word) for word, n in parts.items() if n) or "nothing else")
    if counts.present:
        yield f"  there already: {_number(counts.present, 'line')}"
    if counts.shortened:
        yield f"  shortened: {_number(counts.shortened, 'text')}; the whole text is attached to its ticket"
    if counts.kept_as_fields:
        yield f"  kept as custom fields: {_number(counts.kept_as_fields, 'word')} that the format does not define"
    if counts.kept_as_files:
        yield f"  kept as text files: {_number(counts.kept_as_files, 'link')} that are not web addresses"
    if counts.corrected:
        yield f"  corrected: {_number(counts.corrected, 'value')}, each named above"
    if counts.refused:
        yield f"  skipped: {_number(counts.refused, 'line')}, each named above; correct {rejects} and import it"


def _number(n: int, word: str) -> str:
    return f"{n:,} {word if n == 1 else _PLURALS.get(word, f'{word}s')}"
