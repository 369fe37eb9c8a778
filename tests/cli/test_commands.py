"""The commands explain themselves, refuse in sentences, and do what they say."""

import asyncio
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from deskbell.cli import COMMANDS
from deskbell.cli.serve import address_to_try, is_loopback
from deskbell.cli.support import connected, missing_migrations
from deskbell.runtime import migrate
from deskbell.runtime.embedded import EmbeddedPostgres, running_dsn
from deskbell.runtime.queue import put, put_many
from deskbell.runtime.schema_files import SchemaError
from deskbell.runtime.settings import Settings
from tests.cli.running import PROGRAM, environment, run, short_folder


@pytest.fixture(scope="module")
def desk() -> Iterator[Path]:
    """A folder whose `data` holds a migrated database; nothing runs on it."""
    with short_folder() as folder:
        done = run("migrate", folder=folder)
        assert done.returncode == 0, done.stderr
        yield folder


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as place:
        yield place


def test_help_lists_every_command(folder: Path) -> None:
    done = run("--help", folder=folder)
    assert done.returncode == 0
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout
    assert list(folder.iterdir()) == [], "asking for help makes nothing"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_that_names_its_options(folder: Path, name: str) -> None:
    done = run(name, "--help", folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: deskbell {name}")
    assert "\n  -h, --help" in done.stdout


@pytest.mark.parametrize("name", ["import", "export"])
def test_a_list_of_commands_cuts_no_sentence_short(folder: Path, name: str) -> None:
    usage, _, rest = run(name, "--help", folder=folder).stdout.partition("\n")
    assert usage.startswith("Usage: ")
    assert "Commands:" in rest
    assert "..." not in rest


def test_an_unknown_command_is_named(folder: Path) -> None:
    done = run("sreve", folder=folder)
    assert done.returncode == 2
    assert "No such command 'sreve'" in done.stderr


def test_a_wrong_setting_stops_with_one_sentence(folder: Path) -> None:
    done = run("serve", folder=folder, POOL_SIZE="many")
    assert done.returncode == 1
    assert done.stderr == "Error: DESKBELL_POOL_SIZE must be a whole number from 1 to 500, not 'many'.\n"


def test_the_file_env_is_read(folder: Path) -> None:
    (folder / ".env").write_text("DESKBELL_API_DEFAULT=v9\n")
    assert "DESKBELL_API_DEFAULT must be v1 or v2" in run("serve", folder=folder).stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_the_demo_refuses_an_address_that_others_reach(folder: Path, host: str) -> None:
    done = run("serve", "--demo", "--port", "0", "--host", host, folder=folder)
    assert done.returncode == 1
    assert not (folder / "data/postgres").exists()
    if host != "192.0.2.7":  # that one is no address of this machine, which is said first
        assert f"does not listen on {host}" in done.stderr
        assert "--demo-anywhere" in done.stderr


@pytest.mark.parametrize(
    ("host", "loopback", "tried"),
    [
        ("127.0.0.1", True, "127.0.0.1"),
        ("localhost", True, "localhost"),
        ("::1", True, "[::1]"),
        ("[::1]", True, "[::1]"),
        ("0.0.0.0", False, "127.0.0.1"),
        ("::", False, "[::1]"),
        ("10.0.0.7", False, "10.0.0.7"),
        ("desk.example.com", False, "desk.example.com"),
    ],
)
def test_which_hosts_only_this_machine_reaches(host: str, loopback: bool, tried: str) -> None:
    assert is_loopback(host) is loopback
    assert address_to_try(host) == tried


def test_a_port_in_use_is_said_in_one_sentence(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run("serve", "--port", str(port), folder=folder)
    assert done.returncode == 1
    assert done.stderr == (
        f"Error: Port {port} on 127.0.0.1 is in use. Stop that program, or choose another port with --port.\n"
    )


def test_a_second_server_on_the_data_folder_says_so_and_ends(desk: Path) -> None:
    with EmbeddedPostgres(desk / "data"):
        done = run("serve", "--port", "0", folder=desk)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: Another Deskbell (process ")
    assert done.stderr.count("\n") == 1


def test_migrate_applies_once_and_check_lists_what_is_missing(folder: Path) -> None:
    missing = run("migrate", "--check", folder=folder)
    assert missing.returncode == 1
    assert "missing 0001_application_role" in missing.stdout
    applied = run("migrate", folder=folder)
    assert applied.returncode == 0
    assert applied.stdout == missing.stdout.replace("missing", "applied")
    again = run("migrate", folder=folder)
    assert (again.returncode, again.stdout) == (0, "The database is up to date.\n")
    assert run("migrate", "--check", folder=folder).returncode == 0


def test_commands_that_come_together_share_one_postgres(desk: Path) -> None:
    command = [*PROGRAM, "migrate", "--check"]
    together = [
        subprocess.Popen(
            command, cwd=desk, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    results = [process.communicate(timeout=120) for process in together]
    assert [process.returncode for process in together] == [0] * 4, results


def test_a_command_joins_the_postgres_of_a_running_server_and_leaves_it_running(desk: Path) -> None:
    with EmbeddedPostgres(desk / "data") as server:
        pid = server.pid
        done = run("migrate", "--check", folder=desk)
        assert done.returncode == 0, done.stderr
        assert server.pid == pid


def test_doctor_finds_nothing_wrong_with_a_fresh_desk(desk: Path) -> None:
    done = run("doctor", folder=desk)
    assert done.returncode == 0, done.stdout + done.stderr
    subjects = [line.split()[1] for line in done.stdout.splitlines()]
    assert subjects == [
        "settings",
        "secret",
        "disk",
        "storage",
        "mail",
        "database",
        "migrations",
        "role",
        "clock",
        "jobs",
        "waiting",
        "mailboxes",
    ]
    assert all(line.startswith("ok ") for line in done.stdout.splitlines())


async def test_doctor_finds_unused_contents_and_removes_them_on_request(desk: Path) -> None:
    organization = uuid4()
    with EmbeddedPostgres(desk / "data") as server:
        connection = await asyncpg.connect(server.dsn)
        await connection.execute(
            "insert into organizations (id, name, created_at, updated_at) values ($1, 'Shop', now(), now())",
            organization,
        )
        await connection.close()
    left = desk / "data" / "files" / str(organization) / str(uuid4())
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x" * 300_000)
    young = await asyncio.to_thread(run, "doctor", "--unused", folder=desk)
    assert (young.returncode, young.stdout.splitlines()[-1]) == (
        0, "ok       unused      each stored content belongs to a file, or is younger than a day",
    )  # fmt: skip
    os.utime(left, (0, 0))
    found = await asyncio.to_thread(run, "doctor", "--unused", folder=desk)
    assert found.returncode == 1
    assert "problem  unused      1 stored content (0.3 MB) that no file refers to\n" in found.stdout
    assert "→ Remove them with `deskbell doctor --remove-unused`." in found.stdout
    assert left.exists()
    removed = await asyncio.to_thread(run, "doctor", "--remove-unused", folder=desk)
    assert (removed.returncode, left.exists()) == (0, False), removed.stdout


def test_doctor_names_each_problem_and_its_cure(folder: Path) -> None:
    (folder / "file").write_text("")
    done = run(
        "doctor",
        folder=folder,
        POOLSIZE="3",
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/desk",
        STORAGE_URL=f"{(folder / 'file' / 'storage').as_uri()}",
    )
    assert done.returncode == 1
    problems = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("problem")]
    assert problems == ["settings", "storage", "database"]
    assert "unknown: DESKBELL_POOLSIZE" in done.stdout
    assert done.stdout.count("→") == 3


def test_doctor_names_a_mail_server_that_takes_no_mail(folder: Path) -> None:
    done = run("doctor", folder=folder, SMTP_URL="smtp://mailer:very-secret@127.0.0.1:9")
    assert done.returncode == 1
    assert "no mail can be sent" in done.stdout
    assert "Correct DESKBELL_SMTP_URL" in done.stdout
    assert "very-secret" not in done.stdout + done.stderr


async def test_doctor_names_failing_jobs_and_retry_jobs_queues_the_ended_ones_again(desk: Path) -> None:
    with EmbeddedPostgres(desk / "data") as server:
        connection = await asyncpg.connect(server.dsn)
        await put(connection, "mail.send", b"{}")
        await put_many(connection, ["reaction"] * 2, [b'{"reaction":"tickets.mail_reply"}'] * 2)
        await connection.execute("update pgqueuer set attempts = 1")
        await connection.close()
    found = await asyncio.to_thread(run, "doctor", folder=desk)
    assert found.returncode == 1
    assert "problem  jobs        failing: 2 tickets.mail_reply, 1 mail.send\n" in found.stdout
    assert "Each has attempts left and runs again after a pause." in found.stdout
    with EmbeddedPostgres(desk / "data") as server:
        connection = await asyncpg.connect(server.dsn)
        await connection.execute("delete from pgqueuer where entrypoint = 'mail.send'")
        await connection.execute("update pgqueuer set status = 'failed', attempts = 8")
        await connection.close()
    found = await asyncio.to_thread(run, "doctor", folder=desk)
    assert "failing: 2 tickets.mail_reply; 2 at the last attempt\n" in found.stdout
    assert "Then run `deskbell retry-jobs`" in found.stdout
    retried = await asyncio.to_thread(run, "retry-jobs", folder=desk)
    assert (retried.returncode, retried.stdout) == (0, "2 jobs queued again.\n"), retried.stderr
    assert (await asyncio.to_thread(run, "retry-jobs", folder=desk)).stdout == "0 jobs queued again.\n"
    mended = await asyncio.to_thread(run, "doctor", folder=desk)
    assert mended.returncode == 0
    assert "ok       jobs        none failed" in mended.stdout.splitlines()


def test_doctor_names_missing_migrations(folder: Path) -> None:
    with EmbeddedPostgres(folder / "data"):
        pass  # made, and nothing in it
    done = run("doctor", folder=folder)
    assert done.returncode == 1
    assert "problem  migrations  missing: 0001_application_role" in done.stdout
    assert "Run `deskbell migrate`" in done.stdout


def test_doctor_makes_no_database_where_there_is_none(folder: Path) -> None:
    done = run("doctor", folder=folder)
    assert done.returncode == 1
    assert f"problem  database    there is none in {folder.resolve() / 'data'}" in done.stdout
    assert not (folder / "data/postgres").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["export", "jsonl", "-", "--organization", "x"],
        ["backup"],
        ["remove-second-factor", "--email", "ann@shop.example"],
        ["retry-jobs"],
    ],
    ids=" ".join,
)
def test_a_command_on_a_folder_without_a_desk_makes_none(folder: Path, command: list[str]) -> None:
    done = run(*command, "--data-dir", folder / "slip", folder=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: There is no database in {folder / 'slip'}; name its folder with --data-dir.\n"
    assert list(folder.iterdir()) == []


def test_an_unknown_setting_is_reported_with_the_closest_name(folder: Path) -> None:
    done = run("serve", folder=folder, SMPT_URL="smtp://mail.example.com", POOL_SIZE="many")
    assert done.stderr.splitlines()[0] == (
        "DESKBELL_SMPT_URL is not a setting and has no effect; did you mean DESKBELL_SMTP_URL?"
    )


def test_a_storage_that_cannot_be_used_stops_the_start_with_one_sentence(folder: Path) -> None:
    (folder / "file").write_text("")
    done = run("serve", "--port", "0", folder=folder, STORAGE_URL=(folder / "file" / "storage").as_uri())
    assert done.returncode == 1
    assert done.stderr.startswith("Error: DESKBELL_STORAGE_URL: the folder ")
    assert done.stderr.count("\n") == 1
    assert not (folder / "data/postgres").exists()


def test_an_owner_is_not_made_without_a_password(folder: Path) -> None:
    owner = ["--email", "ann@shop.example", "--name", "Ann", "--organization", "Shop", "--domain", "shop.example"]
    done = subprocess.run(
        [*PROGRAM, "create-owner", *owner], cwd=folder, env=environment(), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, check=False, start_new_session=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == ("Error: There is no terminal to ask for the password; pass it with --password-stdin.\n")
    assert not (folder / "data/postgres").exists()


async def test_an_older_postgres_is_refused_by_name(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "OLDEST_MAJOR", 99)
    with pytest.raises(SchemaError, match=r"The database is PostgreSQL \S+\. Use PostgreSQL 99 or newer\."):
        await missing_migrations(database_url)


async def test_a_login_without_the_right_to_create_the_role_gets_one_sentence(desk: Path, folder: Path) -> None:
    with EmbeddedPostgres(desk / "data") as server:
        connection = await asyncpg.connect(server.superuser_dsn)
        try:
            await connection.execute("create role weak login")
            await connection.execute("create database weak owner weak")
            await connection.execute("alter role deskbell_app rename to deskbell_app_away")
            url = server.dsn.replace("//deskbell@/deskbell?", "//weak@/weak?")
            done = await asyncio.to_thread(run, "migrate", folder=folder, DATABASE_URL=url)
        finally:
            await connection.execute("alter role deskbell_app_away rename to deskbell_app")
            await connection.close()
    assert done.returncode == 1
    assert (
        "Error: The database login lacks a right that 0001_application_role.sql needs: permission denied to create role."
        in done.stderr
    )
    assert "Traceback" not in done.stderr


def test_doctor_says_which_setting_is_wrong(folder: Path) -> None:
    done = run("doctor", folder=folder, DEMO="perhaps")
    assert done.returncode == 1
    assert "problem  settings    DESKBELL_DEMO must be on or off" in done.stdout


def test_a_database_that_is_away_is_one_sentence(folder: Path) -> None:
    done = run("migrate", folder=folder, DATABASE_URL="postgresql://nobody@127.0.0.1:1/desk")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The database cannot be reached: ")
    assert done.stderr.count("\n") == 1


async def test_a_command_that_fails_leaves_no_postgres(desk: Path) -> None:
    settings = Settings.load({}, data_dir=desk / "data")

    async def fail() -> None:
        async with connected(settings) as dsn:
            assert running_dsn(settings.data_dir) == dsn
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert running_dsn(settings.data_dir) is None


async def test_the_command_that_started_postgres_stops_it_after_the_others_have_finished(desk: Path) -> None:
    settings = Settings.load({}, data_dir=desk / "data")
    first, second = connected(settings), connected(settings)
    dsn = await first.__aenter__()
    assert await second.__aenter__() == dsn
    stopping = asyncio.create_task(first.__aexit__(None, None, None))
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("select 1") == 1
    await connection.close()
    assert not stopping.done()
    await second.__aexit__(None, None, None)
    await stopping
    assert running_dsn(settings.data_dir) is None


def test_routes_lists_each_with_its_permission(folder: Path) -> None:
    done = run("routes", folder=folder)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["v1", "GET", "/api/v1/tickets", "tickets:read"] in rows
    assert all(len(row) >= 4 for row in rows)
    assert run("routes", "v7", folder=folder).stderr == "Error: There is no contract v7.\n"


def test_openapi_prints_a_contracts_document(folder: Path) -> None:
    done = run("openapi", "v1", folder=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["openapi"].startswith("3.1")
    assert run("openapi", "v7", folder=folder).stderr.startswith("Error: Unknown contract v7. Use one of: v1, ")
