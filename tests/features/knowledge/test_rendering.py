"""Whatever an author writes, readers get safe HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.features.knowledge.rendering import _render, as_html


async def test_markdown_becomes_html_with_tables() -> None:
    html = await as_html("# Size\n\n| EU | UK |\n|---|---|\n| 42 | 8 |\n\n**Measure** your *foot*.")
    assert "<h1>Size</h1>" in html
    assert "<td>42</td>" in html
    assert "<strong>Measure</strong>" in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
        "<a href='data:text/html,x'>x</a>",
        "<iframe src='https://elsewhere.example'></iframe>", "<style>body{display:none}</style>", "<svg onload=alert(1)>",
    ],
)  # fmt: skip
async def test_nothing_that_runs_survives(hostile: str) -> None:
    html = await as_html(f"Hello {hostile} there")
    for trace in ("<script", "onerror", '="javascript:', '="data:', "<iframe", "<style", "onload"):
        assert trace not in html


async def test_long_articles_are_rendered_too() -> None:
    assert (await as_html("word " * 20_000)).startswith("<p>word")


@given(st.text())
def test_any_text_is_rendered(text: str) -> None:
    assert "<script" not in _render(text).lower()
