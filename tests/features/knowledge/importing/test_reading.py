"""Files become articles: front matter, headings, languages, template language, reStructuredText, and what is refused."""

import hashlib
from pathlib import Path

import pytest
from PIL import Image

from deskbell.features.knowledge.importing.reading import Reader, digest_of
from deskbell.features.knowledge.importing.records import FileProblem, FoundArticle, LeftOut


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder called `kb` with these files."""
    for name, content in files.items():
        path = folder / "kb" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / "kb"


def articles(place: Path, category: str = "", locale: str = "en") -> dict[str, FoundArticle]:
    """The articles of a folder by file and language; nothing else may come."""
    found = list(Reader(place, category=category, locale=locale).read())
    assert all(isinstance(each, FoundArticle) for each in found), found
    return {f"{each.source} {each.locale}": each for each in found if isinstance(each, FoundArticle)}


def one(folder: Path, name: str, content: str) -> FoundArticle:
    """The one article of a folder with one file."""
    (article,) = articles(written(folder, {name: content})).values()
    return article


def test_yaml_front_matter_says_everything(tmp_path: Path) -> None:
    text = (
        "---\ntitle: Return a jacket\ncategory: returns\npermalink: /help/returns/jacket/\n"
        "tags: [returns, jackets]\nkeywords: parcel, label\nlang: pt_BR\npublished: false\n---\n\n# Steps\n\nSend it.\n"
    )
    article = one(tmp_path, "ways/jacket.md", text)
    assert article == FoundArticle(
        source="kb/ways/jacket.md", locale="pt-BR", title="Return a jacket", content="# Steps\n\nSend it.",
        category="returns", tags=["returns", "jackets", "parcel", "label"], slug="jacket", published=False,
    )  # fmt: skip


def test_toml_front_matter_and_draft(tmp_path: Path) -> None:
    article = one(tmp_path, "a.md", '+++\ntitle = "Sizes"\ntags = ["fit"]\ndraft = true\n+++\nMeasure first.\n')
    assert (article.title, article.tags, article.published, article.content) == (
        "Sizes",
        ["fit"],
        False,
        "Measure first.",
    )


@pytest.mark.parametrize(
    ("text", "title", "content"),
    [
        ("# Wash a *down* jacket #\n\nGently.", "Wash a down jacket", "Gently."),
        ("Wash it\n=======\n\nGently.", "Wash it", "Gently."),
        ("Hello.\n\n## Later\n\nText.", "Later", "Hello.\n\n## Later\n\nText."),
        ("```\n# no heading\n```\nText.", "Wash a jacket", "```\n# no heading\n```\nText."),
        ("Just text.", "Wash a jacket", "Just text."),
    ],
)
def test_the_title_is_the_first_heading_else_the_files_name(
    tmp_path: Path, text: str, title: str, content: str
) -> None:
    article = one(tmp_path, "wash-a_jacket.md", text)
    assert (article.title, article.content) == (title, content)


def test_the_language_comes_from_the_front_matter_the_name_or_the_folder(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        {
            "en/size.md": "One.",
            "es/size.md": "Dos.",
            "es/how._fr.md": "Trois.",
            "zh/size.md": "---\nlocale: de\n---\nVier.",
        },
    )
    assert set(articles(folder)) == {"kb/size.md en", "kb/size.md es", "kb/how.md es", "kb/size.md de"}
    named = written(tmp_path / "named", {"a._en.md": "A.", "a._zh.md": "甲。", "a.pt-BR.md": "Á.", "v1.2.md": "V."})
    assert set(articles(named)) == {"kb/a.md en", "kb/a.md zh", "kb/a.md pt-BR", "kb/v1.2.md en"}
    assert set(articles(named / "v1.2.md", locale="fr")) == {"kb/v1.2.md fr"}


def test_a_folder_called_it_among_departments_is_no_language(tmp_path: Path) -> None:
    found = articles(written(tmp_path, {"it/laptops.md": "New ones.", "travel-and-leave/trains.md": "Go."}))
    assert {name: each.category for name, each in found.items()} == {
        "kb/it/laptops.md en": "It",
        "kb/travel-and-leave/trains.md en": "Travel and leave",
    }
    given = articles(tmp_path / "kb", category="Staff")
    assert {each.category for each in given.values()} == {"Staff"}


def test_template_language_is_taken_out_and_what_it_says_stays(tmp_path: Path) -> None:
    text = (
        "---\ntitle: T\nbring_list:\n  - __Your ID.__ A card\n  - A letter\n---\n"
        "{% comment %}nobody sees this{% endcomment %}\n"
        "{% capture warning %}\n<b>Careful.</b>\n{% endcapture %}\n"
        "{% include alert.html type='warning' content=warning %}\n"
        "{: .list}\n"
        "See [leave]({% page \"/leave/#sick\" %}) or {% slack_channel 'people' %}.{{ site.baseurl }}\n\n"
        "{% include icon-list.html\n  items=page.bring_list size='md' %}\n\n"
        '{% alert "Heads up!" %}\n  New form.\n{% endalert %}\n'
        '{%- include "footer.html" -%}\n'
        "`{% kept %}`\n\n```liquid\n{% raw %}{% also kept %}{% endraw %}\n```\n"
        "![A map](/images/map.png) ![ ](x.png) ![Far](https://example.com/far.png)"
    )
    assert one(tmp_path, "t.md", text).content == (
        "> <b>Careful.</b>\n"
        "See leave or #people.\n\n"
        "- __Your ID.__ A card\n- A letter\n\n\n> **Heads up!**\n>\n> New form.\n\n\n".replace("\n\n\n", "\n\n")
        + "`{% kept %}`\n\n```liquid\n{% also kept %}\n```\n"
        "*A map*  ![Far](https://example.com/far.png)"
    )


def test_pictures_of_the_folder_are_marked_and_others_become_their_description(tmp_path: Path) -> None:
    Image.new("RGB", (3, 2)).save(tmp_path / "outside.png")
    kb = tmp_path / "kb"
    (kb / "guide").mkdir(parents=True)
    Image.new("RGB", (4, 3)).save(kb / "a map.png")
    (kb / "broken.png").write_bytes(b"\x89PNG, but no more")
    (kb / "guide" / "way.md").write_text(
        '![The way](/a%20map.png "Map") ![Gone](gone.png) ![No](../broken.png) ![Out](../../outside.png) ![](..)\n'
    )
    (kb / "guide" / "steps.rst").write_text("Steps\n=====\n\n.. image:: ../a%20map.png\n   :alt: The way\n")
    found = {each.title: each for each in Reader(kb).read() if isinstance(each, FoundArticle)}
    digest = hashlib.sha256((kb / "a map.png").read_bytes()).hexdigest()
    shown = f"![The way](picture-of-this-folder:{digest})"
    assert found["Way"].content == f"{shown} *Gone* *No* *Out*"
    assert found["Steps"].content == shown
    assert found["Way"].pictures == found["Steps"].pictures == {digest: str((kb / "a map.png").resolve())}
    before = digest_of(found["Way"])
    Image.new("RGB", (5, 5)).save(kb / "a map.png")
    [again] = [each for each in Reader(kb).read() if isinstance(each, FoundArticle) and each.title == "Way"]
    assert digest_of(again) != before, "a picture that changed brings its articles up to date"


def test_restructured_text_with_sphinx_dialect(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        {
            "guide/keys.rst": (
                "\ufeffShortcuts\n=========\n\n.. hint::\n   Press :kbd:`?` or see :doc:`the list </keys/all-keys>`.\n\n"
                ".. toctree::\n   :maxdepth: 1\n\n   a\n   b\n\n"
                ".. include:: /parts/warning.rst\n\n"
                ".. tabs::\n\n   .. tab:: Mac\n\n      Press ``cmd``.\n\n"
                "Section\n-------\n\n.. figure:: /images/x.png\n   :alt: A window\n\n   What you see\n\n"
                ".. list-table::\n   :header-rows: 1\n\n   * - Key\n     - Does\n   * - |x|\n     - Help\n\n"
                ".. |x| raw:: html\n\n   <i>x</i>\n\n"
                "Term\n   Meaning, :unknown:`a thing <t>` and :ref:`place`.\n\n"
                ".. code-block:: python\n   :caption: c.py\n\n   print(1)\n"
            ),
            "parts/warning.rst": "Do not *hold* both.\n",
        },
    )
    found = list(Reader(folder).read())
    article, part = found
    assert isinstance(article, FoundArticle)
    assert isinstance(part, LeftOut)
    assert part.file == "parts/warning.rst"
    assert (article.title, article.category, article.slug) == ("Shortcuts", "Guide", "keys")
    assert article.content == (
        "> **Hint**\n>\n> Press `?` or see the list.\n\n"
        "Do not *hold* both.\n\n**Mac**\n\nPress `cmd`.\n\n"
        "## Section\n\n*A window*\n\nWhat you see\n\n"
        "| Key | Does |\n| --- | --- |\n|  | Help |\n\n"
        "**Term**\n\nMeaning, a thing and place.\n\n```\nprint(1)\n```"
    )


def test_restructured_text_reads_no_file_outside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the password\n")
    text = (
        "T\n=\n\nText.\n\n.. include:: ../secret.txt\n\n.. include:: {0}\n\n.. csv-table::\n   :file: {0}\n\n"
        ".. raw:: html\n   :file: {0}\n\n.. literalinclude:: {0}\n"
    ).format(tmp_path / "secret.txt")
    assert "the password" not in one(tmp_path, "a.rst", text).content


@pytest.mark.parametrize(
    ("said", "category"), [("create-account", "Create account"), ("returns", "returns"), ("Pre-sales", "Pre-sales")]
)
def test_an_identifier_of_a_category_becomes_words(tmp_path: Path, said: str, category: str) -> None:
    assert one(tmp_path, "a.md", f"---\ncategory: {said}\n---\nText.").category == category


def test_indented_html_does_not_become_code(tmp_path: Path) -> None:
    html = "<div>\n  <p>One.</p>\n\n    <ol>\n      <li>Two.</li>\n    </ol>\n\n<pre>\n    <b>a\n</pre>\n</div>\n\n    <code>\n"
    flat = "<div>\n<p>One.</p>\n\n<ol>\n<li>Two.</li>\n</ol>\n\n<pre>\n    <b>a\n</pre>\n</div>\n\n    <code>"
    assert one(tmp_path, "a.md", f"First.\n\n{html}").content == f"First.\n\n{flat}"
    kept = "* One\n\n    <div>in the list</div>\n\n```\n<div>\n    <p>\n```\n\n    <p>code</p>"
    assert one(tmp_path / "other", "b.md", kept).content == kept


@pytest.mark.parametrize(
    ("front", "internal"),
    [
        ("visibility: internal", True),
        ("visibility: Internal\npublished: true", True),
        ("internal: true", True),
        ("internal: false", False),
        ("visibility: public", False),
        ("title: T", False),
    ],
)
def test_a_file_says_that_it_is_for_the_staff_alone(tmp_path: Path, front: str, internal: bool) -> None:
    assert one(tmp_path, "a.md", f"---\n{front}\n---\nText.").internal is internal


def test_a_command_makes_every_file_internal(tmp_path: Path) -> None:
    (article,) = Reader(written(tmp_path, {"a.md": "---\npublished: true\n---\nText."}), internal=True).read()
    assert isinstance(article, FoundArticle)
    assert article.internal


def test_a_symbolic_link_out_of_the_folder_is_left_out_and_named(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the password\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.rst").write_text("the password\n")
    place = written(tmp_path, {"fine.md": "Fine."})
    (place / "notes.md").symlink_to(tmp_path / "secret.txt")
    (place / "part.rst").symlink_to(tmp_path / "elsewhere" / "b.rst")
    (place / "same.md").symlink_to(place / "fine.md")
    found = list(Reader(place).read())
    assert [each for each in found if isinstance(each, LeftOut)] == [
        LeftOut("notes.md", "is a link that leads out of the folder"),
        LeftOut("part.rst", "is a link that leads out of the folder"),
    ]
    assert [each.content for each in found if isinstance(each, FoundArticle)] == ["Fine.", "Fine."]
    (alone,) = Reader(place / "notes.md").read()
    assert isinstance(alone, FoundArticle)  # the operator has named this very file


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("See [shipping](shipping.md) and [sizes](../faq/sizes.md#s 'Sizes').", "See shipping and sizes."),
        ("[a](</x y.md>), [b](x_(1).md), [`c`](c.md)", "a, b, `c`"),
        ("[a](https://x.example/a_(b)) [m](mailto:a@x.example) [s](#s)", None),
        ("[one][1], [Two], [three][]\n\n[1]: a.md\n[two]: b.md 'T'\n[three]: https://x.example", "one, Two, [three][]\n\n[three]: https://x.example"),
        ("`[x](y.md)` and\n\n```\n[x](y.md)\n```", None),
        ('<a class="b" href="p.html">P</a> <a href="https://x.example">Q</a>', 'P <a href="https://x.example">Q</a>'),
        ("[run](javascript:alert(1)) [ ] [x] [^1]\n\n[^1]: note", "run [ ] [x] [^1]\n\n[^1]: note"),
    ],
)  # fmt: skip
def test_links_to_other_files_become_their_words(tmp_path: Path, text: str, content: str | None) -> None:
    assert one(tmp_path, "a.md", text).content == (content or text)


def test_facts_on_top_of_restructured_text(tmp_path: Path) -> None:
    article = one(tmp_path, "a.rst", "Sizes\n=====\n\n:category: Fit\n:tags: fit, size\n:lang: fr\n\nMesurez.\n")
    assert (article.title, article.category, article.tags, article.locale, article.content) == (
        "Sizes",
        "Fit",
        ["fit", "size"],
        "fr",
        "Mesurez.",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"caf\xe9", "is not UTF-8 text (byte 4)"),
        (b"a\0b", "NUL"),
        (b"---\ntitle: [a\n---\ntext", "not valid YAML in line"),
        (b"---\n- a\n---\ntext", "not a list of names"),
        (b"+++\ntitle\n+++\ntext", "not valid TOML"),
        (b"---\nlang: klingon\n---\ntext", "'klingon'"),
        (b"---\ntitle: " + b"x" * 256 + b"\n---\ntext", "title of 256 characters"),
    ],
)
def test_a_bad_file_is_named_and_the_others_are_read(tmp_path: Path, content: bytes, words: str) -> None:
    bad, good = Reader(written(tmp_path, {"a.md": content, "b.md": "Fine."})).read()
    assert isinstance(bad, FileProblem)
    assert bad.file == "a.md"
    assert words in bad.sentence
    assert isinstance(good, FoundArticle)


def test_empty_files_hidden_files_and_others_are_no_articles(tmp_path: Path) -> None:
    files = {"a.md": "---\ntitle: A\n---\n", ".git/b.md": "B.", "node_modules/c.md": "C.", "d.txt": "D.", "e.md": "E."}
    empty, good = Reader(written(tmp_path, {**files})).read()
    assert empty == LeftOut("a.md", "has no text")
    assert isinstance(good, FoundArticle)


def test_two_files_for_one_article_in_one_language(tmp_path: Path) -> None:
    first, second = Reader(written(tmp_path, {"a.en.md": "One.", "a.md": "Two."})).read()
    assert isinstance(first, FoundArticle)
    assert str(second) == "a.md: is the same article in the same language as a.en.md"


def test_the_fingerprint_follows_what_a_file_says(tmp_path: Path) -> None:
    before = one(tmp_path, "a.md", "# T\n\nText.")
    assert digest_of(one(tmp_path, "a.md", "---\ntitle: T\n---\nText.\n\n")) == digest_of(before)
    assert digest_of(one(tmp_path, "a.md", "# T\n\nText!")) != digest_of(before)
