"""`deskbell import` and `deskbell export`, as a person runs them."""

import gzip
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.cli.running import PROGRAM, environment, run, served, short_folder
from tests.support.transfer import HEADER, a_history, at, ticket


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as place:
        yield place


def written(path: Path, lines: list[dict[str, Any]]) -> Path:
    """A file of lines."""
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def files_in(folder: Path) -> list[str]:
    """The files of lines in a folder, whole or not."""
    return sorted(path.name for path in folder.iterdir() if "jsonl" in path.name)


def started(*arguments: str, folder: Path, **settings: str) -> "subprocess.Popen[bytes]":
    """A command that reads what it is given."""
    return subprocess.Popen([*PROGRAM, *arguments], cwd=folder, env=environment(**settings), stdin=subprocess.PIPE)


async def subjects(url: str, domain: str) -> list[str]:
    """The tickets of an organization, by number."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "select t.subject from tickets t join organizations o on o.id = t.organization_id "
            "where o.domain = $1 order by t.number",
            domain,
        )
    finally:
        await connection.close()
    return [row[0] for row in rows]


async def test_export_of_an_import_of_an_export_is_the_same_file(folder: Path, fresh_database_url: str) -> None:
    desk = {"DATABASE_URL": fresh_database_url}
    first = written(folder / "in.jsonl.gz", [HEADER, *a_history(30)])
    done = run("import", "jsonl", first, "--organization", "shop.example", "--create", folder=folder, **desk)
    assert done.returncode == 0, done.stderr
    assert "Imported 30 tickets" in done.stdout
    done = run("export", "jsonl", "one.jsonl.gz", "--organization", "shop.example", folder=folder, **desk)
    assert done.returncode == 0, done.stderr
    assert files_in(folder) == ["in.jsonl.gz", "one.jsonl.gz"]
    connection = await asyncpg.connect(fresh_database_url)
    await connection.execute("update organizations set domain = 'old.example'")
    await connection.close()
    done = run("import", "jsonl", "one.jsonl.gz", "--organization", "shop.example", "--create", folder=folder, **desk)
    assert done.returncode == 0, done.stderr
    done = run("export", "jsonl", "-", "--organization", "shop.example", folder=folder, **desk)
    assert done.returncode == 0, done.stderr
    assert done.stdout.encode() == gzip.decompress((folder / "one.jsonl.gz").read_bytes())


async def test_bad_lines_are_shown_and_the_command_ends_with_one(folder: Path, fresh_database_url: str) -> None:
    lines = [HEADER, ticket("one"), {**ticket("two"), "prio": "high"}, ticket("three")]
    file = written(folder / "in.jsonl", lines)
    done = run(
        "import", "jsonl", file, "--organization", "shop.example", "--create",
        folder=folder, DATABASE_URL=fresh_database_url,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "line 3, prio: unknown field\n"
    assert "Imported 2 tickets" in done.stdout
    assert "skipped: 1 line" in done.stdout
    assert await subjects(fresh_database_url, "shop.example") == ["one", "three"]


async def test_rejected_lines_are_mended_and_imported_with_the_same_command(
    folder: Path, fresh_database_url: str
) -> None:
    desk = {"DATABASE_URL": fresh_database_url}
    lines = [HEADER, ticket("one"), {**ticket("two"), "prio": "high"}, ticket("three")]
    file = written(folder / "in.jsonl.gz", lines)
    into = ("--organization", "shop.example", "--create")
    done = run("import", "jsonl", file, *into, folder=folder, **desk)
    assert "skipped: 1 line, each named above; correct in.rejects.jsonl and import it" in done.stdout
    rejects = folder / "in.rejects.jsonl"
    assert rejects.stat().st_mode & 0o777 == 0o600
    header, line = map(json.loads, rejects.read_text().splitlines())
    assert header == HEADER
    assert line == {
        "rejected": {"line": 3, "field": "prio", "reason": "unknown field"},
        "record": {**ticket("two"), "prio": "high"},
    }
    line["record"]["priority"] = line["record"].pop("prio")
    written(rejects, [header, line])
    done = run("import", "jsonl", rejects, *into, folder=folder, **desk)
    assert done.returncode == 0, done.stderr
    assert await subjects(fresh_database_url, "shop.example") == ["one", "three", "two"]


async def test_rejects_go_where_the_option_says_and_never_over_the_import(
    folder: Path, fresh_database_url: str
) -> None:
    desk = {"DATABASE_URL": fresh_database_url}
    assert run("import", "jsonl", written(folder / "h.jsonl", [HEADER]), "--organization", "shop.example", "--create",
               folder=folder, **desk).returncode == 0  # fmt: skip
    issues = folder / "issues.jsonl"
    issues.write_bytes(b'{"number": 7}\nnot JSON \n\xff\xfe\n')
    github = ("import", "github", issues, "--organization", "shop.example", "--rejects")
    done = run(*github, issues, folder=folder, **desk)
    assert done.returncode == 2
    assert "must not be the imported file" in done.stderr
    done = run(*github, "later.jsonl", folder=folder, **desk)
    assert done.returncode == 1
    first, second, third = map(json.loads, (folder / "later.jsonl").read_text().splitlines())
    assert (first["record"], second["text"], third["base64"]) == ({"number": 7}, "not JSON", "//4K")
    first["record"] |= {"subject": "Crash", "state": "open", "created_at": at(0)}
    written(folder / "later.jsonl", [first])
    done = run("import", "github", "later.jsonl", "--organization", "shop.example", folder=folder, **desk)
    assert done.returncode == 0, done.stderr
    assert await subjects(fresh_database_url, "shop.example") == ["Crash"]


def test_a_time_zone_that_is_none_makes_no_organization(folder: Path, fresh_database_url: str) -> None:
    for zone in ("Mars/Phobos", "localtime", "Factory"):
        file = written(folder / "in.jsonl", [{**HEADER, "time_zone": zone}, ticket("one")])
        done = run("import", "jsonl", file, "--organization", "shop.example", "--create",
                   folder=folder, DATABASE_URL=fresh_database_url)  # fmt: skip
        assert done.returncode == 1
        assert "time_zone: Must be a time zone" in done.stderr


def test_what_is_not_there_is_said(folder: Path, fresh_database_url: str) -> None:
    desk = {"DATABASE_URL": fresh_database_url}
    file = written(folder / "in.jsonl", [ticket("one")])
    for arguments, words in [
        (("import", "jsonl", file, "--organization", "shop.example"), "There is no organization shop.example"),
        (("import", "jsonl", file, "--organization", "shop.example", "--create"), "does not begin with"),
        (("import", "jsonl", "nowhere.jsonl", "--organization", "shop.example"), "does not exist"),
        (("export", "jsonl", "out.jsonl", "--organization", "shop.example"), "There is no organization shop.example"),
    ]:
        done = run(*arguments, folder=folder, **desk)
        assert done.returncode != 0
        assert words in done.stderr
        assert "Traceback" not in done.stderr
    assert not (folder / "out.jsonl").exists()


async def test_standard_input_and_a_github_archive(folder: Path, fresh_database_url: str) -> None:
    desk = {"DATABASE_URL": fresh_database_url}
    words = "".join(json.dumps(line) + "\n" for line in [HEADER, ticket("piped", number=1)])
    done = run(
        "import", "jsonl", "-", "--organization", "shop.example", "--create", folder=folder, words=words, **desk
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    issue = {"number": 7, "subject": "Crash", "state": "open", "created_at": at(0), "requester": "ann"}
    archive = written(folder / "issues.jsonl.gz", [issue])
    done = run("import", "github", archive, "--organization", "shop.example", folder=folder, **desk)
    assert done.returncode == 0, done.stderr
    assert await subjects(fresh_database_url, "shop.example") == ["piped", "Crash"]


async def test_killed_in_the_middle_it_goes_on_when_started_again(folder: Path, fresh_database_url: str) -> None:
    """A batch is in the database once the next one has been read, so the end of the input is held back until then."""
    history = a_history(1200)
    process = started(
        "import", "jsonl", "-", "--organization", "shop.example", "--create",
        folder=folder, DATABASE_URL=fresh_database_url,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write("".join(json.dumps(line) + "\n" for line in [HEADER, *history[:1100]]).encode())
    process.stdin.flush()
    while not await subjects(fresh_database_url, "shop.example"):
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    kept = len(await subjects(fresh_database_url, "shop.example"))
    assert 0 < kept < 1200
    file = written(folder / "in.jsonl", [HEADER, *history])
    done = run(
        "import", "jsonl", file, "--organization", "shop.example", folder=folder, DATABASE_URL=fresh_database_url
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"there already: {kept:,} lines" in done.stdout
    assert sorted(await subjects(fresh_database_url, "shop.example")) == sorted(line["subject"] for line in history)


def test_it_works_with_and_without_a_running_server(folder: Path) -> None:
    """Both on the embedded PostgreSQL: started by the command, and started by a running server."""
    file = written(folder / "in.jsonl", [HEADER, *a_history(3)])
    into = ("--organization", "shop.example", "--data-dir", "data")
    assert run("import", "jsonl", file, *into, "--create", folder=folder).returncode == 0
    more = written(folder / "more.jsonl", [ticket("later")])
    with served(folder, "--no-worker"):
        done = run("import", "jsonl", more, *into, folder=folder)
        assert done.returncode == 0, done.stderr
        there = run("export", "jsonl", "-", *into, folder=folder)
    alone = run("export", "jsonl", "-", *into, folder=folder)
    assert alone.stdout == there.stdout
    assert sum(json.loads(line)["kind"] == "ticket" for line in alone.stdout.splitlines()) == 4


def test_an_export_replaces_no_device_or_pipe_and_follows_a_link(folder: Path, fresh_database_url: str) -> None:
    desk = {"DATABASE_URL": fresh_database_url}
    file = written(folder / "in.jsonl", [HEADER, ticket("one")])
    assert (
        run("import", "jsonl", file, "--organization", "shop.example", "--create", folder=folder, **desk).returncode
        == 0
    )
    pipe, link, plain = folder / "pipe", folder / "link.jsonl", folder / "out.jsonl"
    os.mkfifo(pipe)
    plain.write_text("old")
    link.symlink_to(plain)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        done = run("export", "jsonl", pipe, "--organization", "shop.example", folder=folder, **desk)
        assert done.returncode == 0, done.stderr
        assert reader.stdout is not None
        piped = reader.stdout.read()
    assert pipe.is_fifo()
    assert run("export", "jsonl", link, "--organization", "shop.example", folder=folder, **desk).returncode == 0
    assert link.is_symlink()
    assert plain.read_bytes() == piped
    assert piped.count(b"\n") > 1


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="this system has no disk that is always full")
def test_an_export_that_finds_no_room_or_no_folder_says_so(folder: Path, fresh_database_url: str) -> None:
    desk = {"DATABASE_URL": fresh_database_url}
    file = written(folder / "in.jsonl", [HEADER, ticket("one")])
    assert (
        run("import", "jsonl", file, "--organization", "shop.example", "--create", folder=folder, **desk).returncode
        == 0
    )
    cases: list[tuple[Path, str]] = [
        (Path("/dev/full"), "Error: The work cannot go on: No space left on device.\n"),
        (
            folder / "nowhere" / "x.jsonl",
            f"Error: The file cannot be created in {folder / 'nowhere'} (No such file or directory).\n",
        ),
    ]
    for target, words in cases:
        done = run("export", "jsonl", target, "--organization", "shop.example", folder=folder, **desk)
        assert (done.returncode, done.stderr) == (1, words)
    assert Path("/dev/full").is_char_device()
