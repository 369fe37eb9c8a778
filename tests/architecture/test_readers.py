"""The register of the journal's readers is complete, and its table in the manual is current."""

import re

import pytest

from deskbell.jobs import readers as generator
from deskbell.runtime.journal.readers import reader, readers
from tests.architecture.checkout import ROOT

_READS = re.compile(r"""\b(?:from|join|update) events\b|\bTable\(\s*"events\"""")


def test_the_table_of_events_and_readers_is_current() -> None:
    written = (ROOT / "docs/dev/readers.md").read_text()
    assert written == generator.document(), "Run `make readers`, read what changed, and commit docs/dev/readers.md."


def test_each_module_that_reads_events_registers() -> None:
    generator.load_everything()
    registered = {each.module for each in readers()}
    reading = {
        ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
        for path in (ROOT / "src/deskbell").rglob("*.py")
        if _READS.search(path.read_text()) and not path.is_relative_to(ROOT / "src/deskbell/runtime")
    }
    assert reading - registered == set(), "Call `reader(name, purpose, types=…)` of runtime/journal/readers.py there."


def test_a_name_belongs_to_one_reader() -> None:
    generator.load_everything()
    with pytest.raises(TypeError, match="two readers of the journal called history"):
        reader("history", "Another history.")
