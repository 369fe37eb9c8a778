"""The server renders the composer's Markdown as the web app's own tests expect it, from the same samples."""

import json
from pathlib import Path

from deskbell.runtime.markdown import to_html

SAMPLES = Path(__file__).with_name("markdown_samples.json")


def test_the_markdown_of_the_composer_becomes_the_html_that_its_tests_read_back() -> None:
    samples = json.loads(SAMPLES.read_text("utf-8"))
    assert len(samples) > 100
    wrong = [sample["markdown"] for sample in samples if to_html(sample["markdown"]) != sample["html"]]
    assert wrong == []
