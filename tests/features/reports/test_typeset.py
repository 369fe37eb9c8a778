"""Report PDFs show names in any script that a font has, and say where one is missing."""

import re
import zlib

import pytest

from deskbell.features.reports.export.document import Chart, Column, Document, Table
from deskbell.features.reports.export.typeset import write_pdf

UNASSIGNED = "\u0378"
"""A code point without a character, which no font shows."""


def report(*agents: str) -> Document:
    columns = [Column("Agent", "text"), Column("Tickets", "count")]
    table = Table("By agent", columns, [[agent, 1] for agent in agents])
    return Document(title="Agents", organization="Rival", period="2026", tables=[table], chart=Chart("Tickets", 0, [1]))


def streams(pdf: bytes) -> list[bytes]:
    return [
        zlib.decompressobj().decompress(stream)
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
        if stream.startswith(b"\x78")
    ]


def characters(pdf: bytes) -> set[str]:
    """The characters that the fonts' tables say their glyphs mean."""
    found = set()
    for stream in streams(pdf):
        for section in re.findall(rb"beginbfchar(.*?)endbfchar", stream, re.DOTALL):
            for _, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", section):
                found |= set(bytes.fromhex(text.decode()).decode("utf-16-be"))
    return found


@pytest.mark.parametrize(
    "name", ["山田太郎", "王小明", "김민수", "さとうハナコ", "Łukasz Čapek", "Пётр", "Ελένη", "שרה", "مرحبا"]
)
def test_names_in_these_scripts_are_shown(name: str) -> None:
    shown = characters(write_pdf(report(name)))
    assert set(name) - {" "} <= shown
    assert "?" not in shown


@pytest.mark.parametrize("name", [f"Ann {UNASSIGNED}", "Ann \x07"])
def test_a_missing_character_is_replaced_and_a_note_says_so(name: str) -> None:
    shown = characters(write_pdf(report(name)))
    assert "?" in shown
    assert set("Somecharacters cannot be shown").difference(" ") <= shown
    assert UNASSIGNED not in shown


def test_a_missing_character_leaves_the_others_as_they_are() -> None:
    assert set("山田") <= characters(write_pdf(report("山田" + UNASSIGNED)))


def test_a_report_without_missing_characters_has_no_note() -> None:
    plain = characters(write_pdf(report("Ann")))
    assert not set("XLSXCSV").issubset(plain)


def test_the_file_is_for_archives() -> None:
    assert b"<pdfaid:part>2</pdfaid:part>" in write_pdf(report("Ann"))
