"""Safe HTML of comments."""

import pytest

from deskbell.runtime.markdown import to_html

OWN = "/api/v1/uploads/0196a1b2-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hello\nthere", "<p>Hello<br>\nthere</p>"),
        ("**bold** *it* ~~no~~ `code`", "<p><strong>bold</strong> <em>it</em> <s>no</s> <code>code</code></p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("\\- one", "<p>- one</p>"),
        ("<b>typed</b>", "<p>&lt;b&gt;typed&lt;/b&gt;</p>"),
        (f"![lamp]({OWN})", f'<p><img src="{OWN}" alt="lamp"></p>'),
    ],
)
def test_marks_become_html(text: str, html: str) -> None:
    assert to_html(text) == html


def test_bare_addresses_are_links_without_the_sentence_around_them() -> None:
    html = to_html("See https://shop.example/a?b=1&c=2, or `https://code.example`.")
    assert '<a href="https://shop.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">' in html
    assert html.count("<a ") == 1
    assert to_html("[here](https://shop.example)").count("<a ") == 1


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://spy.example/pixel.png)",
        "![x](//spy.example/pixel.png)",
        f"![x]({OWN}/../../../evil)",
        '![x" onerror="alert(1)](https://spy.example/p.png)',
        "<img src=x onerror=alert(1)>",
        "https://x.example/\"onmouseover='alert(1)'",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_nothing_runs_and_no_other_host_is_asked(text: str) -> None:
    html = to_html(text)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert " onerror=" not in html.replace("&quot;", '"').split(">", 1)[0]
