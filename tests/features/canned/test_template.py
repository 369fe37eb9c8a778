import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.features.canned.template import VARIABLES, problems, render

CONTEXT = {
    "requester": {"name": "Jo Li", "email": ""},
    "ticket": {"number": "42", "subject": "Where is {{agent.name}}?"},
    "agent": {"name": "Max\\1"},
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hello {{requester.name}}, ticket #{{ ticket.number }}.", "Hello Jo Li, ticket #42."),
        ("{{Requester.Name}}", "Jo Li"),
        ("Mail: {{requester.email}}.", "Mail: ."),
        ("Mail: {{requester.email| none given }}.", "Mail: none given."),
        ("{{organization.name|our shop}}", "our shop"),
        ("{{organization.name|}}!", "!"),
        ("{{requester.name|there}}", "Jo Li"),
        ("no variables { } here", "no variables { } here"),
        ("{{{requester.name}}}", "{Jo Li}"),
    ],
)
def test_variables_are_filled_in(template: str, text: str) -> None:
    rendered = render(template, CONTEXT)
    assert (rendered.text, rendered.unknown) == (text, [])


def test_a_value_is_put_in_as_it_is_and_never_read_again() -> None:
    assert render("{{ticket.subject}} – {{agent.name}}", CONTEXT).text == "Where is {{agent.name}}? – Max\\1"


@pytest.mark.parametrize(
    ("template", "unknown"),
    [
        ("{{requester.phone}} {{requester.phone}} {{x}}", ["requester.phone", "x"]),
        ("{{requester.phone|0}}", ["requester.phone"]),
        ("{{organization.name}}", ["organization.name"]),
        ("{{requester.__class__.mro}}", ["requester.__class__.mro"]),
        ("{{ }}", [""]),
    ],
)
def test_what_is_not_known_stays_as_written_and_is_reported_once(template: str, unknown: list[str]) -> None:
    rendered = render(template, CONTEXT)
    assert (rendered.text, rendered.unknown) == (template, unknown)


def test_every_listed_variable_is_accepted_at_saving_and_has_a_meaning() -> None:
    assert problems(" ".join(f"{{{{{name}}}}} {{{{ {name} | x }}}}" for name in VARIABLES)) == []
    assert all(VARIABLES.values())


@pytest.mark.parametrize(
    ("template", "part", "said"),
    [
        ("Hi {{requestor.name}}", "{{requestor.name}}", "did you mean {{requester.name}}?"),
        ("Hi {{weather}}", "{{weather}}", "there are requester.name,"),
        ("Hi {{requester.name", "{{", "is unpaired"),
        ("Hi requester.name}}!", "}}", "is unpaired"),
        ("Hi {{requester.\nname}}", "{{", "on one line"),
    ],
)
def test_a_template_that_will_not_work_is_explained_at_its_place(template: str, part: str, said: str) -> None:
    problem = problems(template)[0]
    assert template[problem.position : problem.position + problem.length] == part
    assert said in problem.message


NAMES = st.sampled_from(list(VARIABLES))


def context_with(values: dict[str, str]) -> dict[str, dict[str, str]]:
    context: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        group, field = name.split(".")
        context.setdefault(group, {})[field] = value
    return context


@given(st.lists(st.tuples(st.text(st.characters(exclude_characters="{}")), NAMES)), st.dictionaries(NAMES, st.text()))
def test_the_text_around_is_kept_and_each_place_becomes_its_value(
    parts: list[tuple[str, str]], values: dict[str, str]
) -> None:
    template = "".join(f"{words}{{{{{name}}}}}" for words, name in parts)
    expected = "".join(words + values.get(name, f"{{{{{name}}}}}") for words, name in parts)
    rendered = render(template, context_with(values))
    assert rendered.text == expected
    assert set(rendered.unknown) == {name for _, name in parts} - set(values)


@given(st.text(alphabet="{}|. \nab"))
def test_a_template_without_problems_leaves_nothing_unfilled(template: str) -> None:
    if not problems(template):
        everything = context_with(dict.fromkeys(VARIABLES, "x"))
        assert render(template, everything).unknown == []
        assert "{{" not in render(template, everything).text
