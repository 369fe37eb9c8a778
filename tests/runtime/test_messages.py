"""The message catalogue holds a sentence for every code in use, in every language, and no other."""

import ast
import string
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from deskbell.app import CONTRACTS
from deskbell.kernel.errors import Conflict, Invalid, Problem
from deskbell.runtime.messages import LANGUAGES, language_of, sentence, sentences

SOURCE = Path(__file__).parents[2] / "src" / "deskbell"
REFUSALS = {
    "Conflict",
    "Forbidden",
    "MalformedRequest",
    "QueryProblem",
    "TargetRefused",
    "Unauthenticated",
    "Unavailable",
}
NOT_FOUND = {"NotFound"}


def _catalogue(language: str) -> dict[tuple[str, str], str]:
    with files("deskbell.runtime.messages").joinpath(f"{language}.po").open("rb") as file:
        return {(each.context or "", str(each.id)): str(each.string) for each in read_po(file) if each.id}


def _codes_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each literal code that a refusal, a problem or a field's `Meta.extra` names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            owner = ast.unparse(node.func).rpartition(".")[0]
            literals = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
            if name in REFUSALS and literals and isinstance(literals[0], str):
                yield node.lineno, literals[0]
            elif name in NOT_FOUND and literals and isinstance(literals[0], str):
                yield node.lineno, f"{literals[0].lower().replace(' ', '_')}.not_found"
            elif (name, owner) in {("field", "Invalid"), ("at", "Problem")} and len(literals) > 1:
                if isinstance(literals[1], str):
                    yield node.lineno, literals[1]
            elif name == "Problem" and literals and isinstance(literals[0], str):
                yield node.lineno, literals[0]
        elif isinstance(node, ast.Dict):
            yield from _codes_in_extra(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id == "default" and isinstance(node.value.value, str):
                yield node.lineno, node.value.value


def _codes_in_extra(node: ast.Dict) -> Iterator[tuple[int, str]]:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "messages" and isinstance(value, ast.Dict):
            for code in value.values:
                if isinstance(code, ast.Constant):
                    yield code.lineno, str(code.value)


def test_every_code_in_the_source_has_a_sentence() -> None:
    known = {code for _, code in _catalogue("en")}
    missing = [
        f"{path.relative_to(SOURCE)}:{line}: {code}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line, code in _codes_in(ast.parse(path.read_text("utf-8")))
        if code not in known
    ]
    assert not missing, f"add these codes to runtime/messages/*.po, or fix the code: {missing}"


def test_every_sentence_is_used() -> None:
    text = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    unused = [
        code
        for context, code in _catalogue("en")
        if f'"{code}"' not in text and not code.startswith("type.") and not code.endswith(".not_found")
    ]
    assert not unused, f"remove these codes from runtime/messages/*.po: {unused}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_languages_have_the_same_messages_with_the_same_parameters(language: str) -> None:
    english, other = _catalogue("en"), _catalogue(language)
    assert other.keys() == english.keys()
    for key, text in other.items():
        assert text.strip() or key == ("", "or"), key
        assert _parameters(text) == _parameters(english[key]), key


def _parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_contexts_are_contracts_and_their_sentences_have_a_common_form() -> None:
    for context, code in _catalogue("en"):
        assert context in {"", *CONTRACTS}, code
        assert ("", code) in _catalogue("en"), code


def test_a_problem_reads_in_each_language_and_contract() -> None:
    problem = Problem("enum", "status", {"allowed": ("open", "closed")})
    assert sentence(problem) == "Must be one of: open, closed"
    assert sentence(problem, "de") == "Erlaubt sind: open, closed"
    assert sentence(problem, contract="v2") == "Invalid enum value. Expected 'open' | 'closed'"
    assert sentence(Problem("type", "", {"expected": ("uuid", "null")})) == "Must be an id (UUID) or null"
    assert sentence(Problem("group.name_taken", "", {"name": "{x}"}), contract="routes").endswith("named {x}")


def test_a_refusal_on_one_line_names_each_field() -> None:
    refusal = Invalid([Problem.at("domain", "not_a_domain"), Problem.at("name", "blank")])
    assert sentences(refusal) == ("domain: Must be a domain, such as example.com; name: This field must not be empty")
    assert sentences(Conflict("already_exists")) == "This already exists"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("fr, de;q=0.4, en;q=0.8", "en"),
        ("fr", "en"),
        ("de;q=0", "en"),
        ("de;q=x, *", "en"),
    ],
)
def test_the_language_is_the_best_that_the_caller_accepts(header: str | None, language: str) -> None:
    assert language_of(header) == language
