"""A brand's colour: text in it and on it can be read in both schemes, whatever colour it is."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import deskbell.web
from deskbell.web.help.colors import brand_style, contrast, read_color

PAGES = Path(deskbell.web.__file__).parent / "pages"
SHEETS = [(PAGES / name).read_text("utf-8") for name in ("help.css", "pages.css")]
TOKENS = (Path(__file__).parents[2] / "frontend" / "src" / "ui" / "tokens.css").read_text("utf-8")
GROUNDS = ("--ground", "--surface", "--sunken")
ENOUGH = 4.5


def _colors(style: str) -> dict[str, str]:
    return dict(re.findall(r"(--[a-z-]+):\s*(#[0-9a-f]{6})", style))


def _schemes(style: str) -> tuple[dict[str, str], dict[str, str]]:
    light, _, dark = style.partition("prefers-color-scheme")
    return _colors(light), _colors(dark.partition("@media")[0].partition("\n*")[0])


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_is_legible_on_every_ground_of_both_schemes(number: int) -> None:
    style = brand_style(f"#{number:06x}")
    assert style is not None
    for brand, sheet in zip(_schemes(style), _schemes(SHEETS[0]), strict=True):
        accent = read_color(brand["--accent"])
        for ground in GROUNDS:
            assert contrast(accent, read_color(sheet[ground])) >= ENOUGH
        assert contrast(accent, read_color(brand["--on-accent"])) >= ENOUGH


def test_a_legible_colour_stays_as_it_is_and_short_forms_are_read() -> None:
    assert read_color("#f08") == (0xFF, 0x00, 0x88)
    assert "--accent:#005000" in str(brand_style("#005000")).partition("@media")[0]
    assert brand_style(None) is None


@pytest.mark.parametrize("sheet", SHEETS)
def test_each_sheet_has_the_colours_of_the_agents_app(sheet: str) -> None:
    light, _, dark = TOKENS.partition("data-mantine-color-scheme")
    for here, there in zip(_schemes(sheet), (_colors(light), _colors(dark)), strict=True):
        assert here
        assert here == {name: there[name] for name in here}
