"""`deskbell workflow export` and `import`, as a person runs them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import run, short_folder

PASSWORD = "correct-horse-battery-1"
TEXT = """
fields: [{field: order, type: text, label: Order}]
rules: [{trigger: Mark, on: [ticket.created], do: [{add_tags: [new]}]}]
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as place:
        yield place


def test_a_configuration_goes_from_a_file_into_one_desk_and_into_the_next(
    folder: Path, fresh_database_url: str
) -> None:
    desk = {"DATABASE_URL": fresh_database_url}
    for domain in ("shop.example", "other.example"):
        owner = ("--email", f"ann@{domain}", "--name", "Ann", "--organization", domain, "--domain", domain)
        made = run("create-owner", *owner, "--password-stdin", folder=folder, words=PASSWORD, **desk)
        assert made.returncode == 0, made.stderr
    into = ("--organization", "shop.example")
    tried = run("workflow", "import", "-", *into, "--dry-run", folder=folder, words=TEXT, **desk)
    assert (tried.returncode, tried.stdout) == (0, "+ fields: order\n+ rules: Mark\n"), tried.stderr
    done = run("workflow", "import", "-", *into, folder=folder, words=TEXT, **desk)
    assert done.stdout == tried.stdout, done.stderr
    assert run("workflow", "export", "desk.yaml", *into, folder=folder, **desk).returncode == 0
    other = ("--organization", "other.example")
    run("workflow", "import", "desk.yaml", *other, folder=folder, **desk)
    exported = run("workflow", "export", "-", *other, folder=folder, **desk)
    assert exported.stdout == (folder / "desk.yaml").read_text()
    same = run("workflow", "import", "desk.yaml", *other, folder=folder, **desk)
    assert same.stdout == "Nothing differs.\n"
    checked = run("workflow", "check", "desk.yaml", *other, folder=folder, **desk)
    assert (checked.returncode, checked.stdout) == (0, "It can be imported.\n"), checked.stderr
    unknown = TEXT.replace("add_tags: [new]", "assign: no.such@shop.example")
    mistaken = run("workflow", "check", "-", *other, folder=folder, words=unknown, **desk)
    assert (mistaken.returncode, "no.such@shop.example" in mistaken.stderr) == (1, True), mistaken.stderr
    wrong = run("workflow", "import", "-", *other, folder=folder, words="rules: [", **desk)
    assert wrong.returncode == 1
    assert "Traceback" not in wrong.stderr
    nowhere = run("workflow", "export", "-", "--organization", "nowhere.example", folder=folder, **desk)
    assert (nowhere.returncode, "nowhere.example" in nowhere.stderr) == (1, True)
