"""The page of performance says what the results say."""

import pytest

from benchmarks.page import PAGE, document, number, tables


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == document(), "run `python -m benchmarks.page`"


def test_a_table_is_read_by_its_first_column() -> None:
    (table,) = tables("words\n\n| name | ms |\n|---|---|\n| get | **1.5** (2) |\n\n")
    assert table.columns == ("name", "ms")
    assert number(table.rows["get"]["ms"]) == 1.5
    with pytest.raises(ValueError, match="no number"):
        number("none")
