"""Related articles: by rare words of titles, in any script, and by category."""

from datetime import UTC, datetime
from uuid import UUID

from deskbell.features.help_centre.records import Head
from deskbell.web.help.related import RelatedArticles

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def head(number: int, title: str, category: str = "") -> Head:
    return Head(
        id=UUID(int=number), slug=f"s{number}", title=title, category=category, locale="en", source=None, summary="",
        published_at=NOW, updated_at=NOW,
    )  # fmt: skip


def related(titles: list[tuple[str, str]], most: int = 3) -> list[str]:
    """The articles related to the first."""
    heads = [head(number, *each) for number, each in enumerate(titles)]
    return [each.title for each in RelatedArticles(heads).to(heads[0], most)]


def test_rare_words_count_more_than_common_ones_and_an_article_is_not_related_to_itself() -> None:
    titles = ["How do I pay by card?", "How do I sign in?", "How do I cancel?", "Card refused", "How do I ask?"]
    assert related([(title, "") for title in titles])[0] == "Card refused"


def test_forms_of_a_word_are_one_and_the_category_helps() -> None:
    titles = [("Authentication methods", "Sign-in"), ("Delivery", "Orders"), ("Codes", "Sign-in"), ("Authenticate", "")]
    assert set(related(titles)) == {"Codes", "Authenticate"}


def test_scripts_without_spaces_have_words_of_two_signs() -> None:
    assert related([("\u91cd\u7f6e\u5bc6\u7801", ""), ("\u4ed8\u6b3e", ""), ("\u5fd8\u8bb0\u5bc6\u7801", "")]) == [
        "\u5fd8\u8bb0\u5bc6\u7801"
    ]


def test_a_word_in_most_titles_is_left_out() -> None:
    many = [("Article one", ""), *[(f"Article {number}x", "") for number in range(300)]]
    assert related(many) == []
