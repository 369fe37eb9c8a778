"""Whatever an author writes, readers get safe HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.features.knowledge.rendering import _render, as_html, as_text


async def test_markdown_becomes_html_with_tables() -> None:
    html = await as_html("# Size\n\n| EU | UK |\n|---|---|\n| 42 | 8 |\n\n**Measure** your *foot*.")
    assert '<h1 id="article-size">Size</h1>' in html
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


async def test_headings_have_ids_that_links_lead_to() -> None:
    html = await as_html("See [two](#step-two), [own](#own).\n\n## Step *two*\n\n## Step two\n\n<h3 id='own'>Own</h3>")
    for part in (
        'href="#article-step-two"', '<h2 id="article-step-two">', '<h2 id="article-step-two-1">', 'href="#article-own"',
        '<h3 id="article-own">',
    ):  # fmt: skip
        assert part in html
    assert 'name="article-old"' in await as_html('<a name="old">Here</a>')
    assert 'href="#"' in await as_html("[top](#)")


async def test_columns_keep_their_alignment() -> None:
    html = await as_html("| Size | Price | Left |\n|:----:|------:|:-----|\n| S | 10.00 | 3 |")
    assert '<th align="center">Size</th>' in html
    assert '<td align="right">10.00</td>' in html
    assert '<td align="left">3</td>' in html
    assert "style" not in html


async def test_the_text_is_what_readers_see() -> None:
    markdown = (
        "# R&amp;D\n\nOur caf&eacute; is [here](https://x.example/map) &lt;left&gt;.<br>Next `a&amp;b`\n\n"
        "| A | B |\n|---|---|\n| 1 | 2 |\n\n- one\n- **tw**o\n\n<script>alert(1)</script><!-- hidden -->"
    )
    assert await as_text(markdown) == "R&D Our café is here <left>. Next a&amp;b A B 1 2 one two"
