"""`deskbell backup` and `deskbell restore`: what one desk held, another holds, down to who is signed in."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import psycopg
import pytest

from deskbell import __version__
from deskbell.runtime.embedded import EmbeddedPostgres
from tests.cli.running import run, served, short_folder

FILE = b"\x89PNG and what else is in it" * 1000
PASSWORD = "correct-horse-battery-1"


@pytest.fixture(scope="module")
def backed_up() -> Iterator[tuple[Path, httpx.Headers, list[dict[str, object]]]]:
    """A folder with `desk.zip`, made while a server ran on `data`; a signed-in caller's headers; the tickets then."""
    with short_folder() as folder:
        owner = ("--email", "owner@shop.example", "--name", "Olga Owner")
        organization = ("--organization", "Shop", "--domain", "shop.example")
        done = run("create-owner", *owner, *organization, "--password-stdin", folder=folder, words=PASSWORD)
        assert done.returncode == 0, done.stderr
        (folder / "data/files/ab").mkdir(parents=True)
        (folder / "data/files/ab/picture").write_bytes(FILE)
        with served(folder) as server:
            api = httpx.Client(base_url=f"{server.url}/api/v1")
            signed_in = api.post("/auth/login", json={"email": "owner@shop.example", "password": PASSWORD}).json()
            headers = httpx.Headers({"authorization": f"Bearer {signed_in['data']['token']}"})
            for number in range(3):
                words = {"subject": f"Where is parcel {number}?", "description": "It should have come on Monday."}
                assert api.post("/tickets", json=words, headers=headers).status_code == 201
            tickets = api.get("/tickets", headers=headers).json()["data"]["tickets"]
            done = run("backup", "desk.zip", folder=folder)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("desk.zip: the database and 1 files, ")
        yield folder, headers, tickets


@pytest.fixture
def archive(backed_up: tuple[Path, httpx.Headers, list[dict[str, object]]]) -> Path:
    return backed_up[0] / "desk.zip"


def test_a_backup_of_a_running_server_becomes_the_same_desk(
    backed_up: tuple[Path, httpx.Headers, list[dict[str, object]]], archive: Path
) -> None:
    _, headers, tickets = backed_up
    assert archive.stat().st_mode & 0o077 == 0, "it holds everything, so it is its owner's alone"
    with short_folder() as folder:
        (folder / "data/restore.new/half").mkdir(parents=True)  # of a restore that was killed
        done = run("restore", archive, folder=folder)
        assert done.returncode == 0, done.stderr
        assert {path.name for path in (folder / "data").iterdir()} == {
            "postgres", "files", "secret-key", "deskbell.lock", "deskbell.use"
        }  # fmt: skip
        assert (folder / "data/files/ab/picture").read_bytes() == FILE
        with served(folder) as server:
            api = httpx.Client(base_url=f"{server.url}/api/v1", headers=headers)
            assert len(tickets) == 3
            assert api.get("/tickets").json()["data"]["tickets"] == tickets, "the sign-in holds, too"
            words = {"subject": "One more", "description": "Numbers go on where they were."}
            assert api.post("/tickets", json=words).json()["data"]["number"] == 4


def unread(connection: psycopg.Connection[tuple[object, ...]], reader: str) -> list[object]:
    """The events that a reader of the journal has still before it, in its order."""
    rows = connection.execute(
        "select batch.id from journal_readers r, deskbell_journal_batch(r.xact_id, r.id, 1000) batch where r.name = %s",
        [reader],
    )
    return [row[0] for row in rows.fetchall()]


def test_readers_of_the_journal_go_on_exactly_where_they_were(archive: Path) -> None:
    append = (
        "insert into events (organization_id, type, subject_type, subject_id, internal, at, payload) "
        "select id, 'test', 'organization', id, true, now(), '{}' from organizations returning id"
    )
    with short_folder() as folder:
        shutil.copytree(archive.parent / "data", folder / "data")
        with EmbeddedPostgres(folder / "data") as server, psycopg.connect(server.dsn) as early:
            with psycopg.connect(server.dsn) as late:
                early.execute(append)
                late.execute(append)  # its id lies between the two of a transaction that comes before it
            early.execute(append)
            early.execute("delete from journal_readers")
            early.execute(
                "insert into journal_readers select 'middle', xact_id, id from events order by id desc limit 1"
            )
            early.execute("insert into journal_readers select 'first', xact_id, id from events order by id limit 1")
            early.execute("insert into journal_readers values ('new', '0', 0)")
            early.commit()
            before = {name: unread(early, name) for name in ("new", "first", "middle")}
            early.rollback()
            done = run("backup", "desk.zip", folder=folder)
            assert done.returncode == 0, done.stderr
        assert len(before["middle"]) == 1
        assert len(before["first"]) == len(before["new"]) - 1 > 1
        done = run("restore", "desk.zip", "--data-dir", "other", folder=folder)
        assert done.returncode == 0, done.stderr
        with EmbeddedPostgres(folder / "other") as server, psycopg.connect(server.dsn, autocommit=True) as connection:
            for name, events in before.items():
                assert set(unread(connection, name)) == set(events)
            added = connection.execute(append).fetchone()
            assert added is not None
            for name in before:
                assert unread(connection, name)[-1] == added[0], "what is new comes last for every reader"


def test_an_operators_database_is_backed_up_and_restored_into_an_empty_one(archive: Path) -> None:
    with short_folder() as folder, EmbeddedPostgres(folder / "server") as postgres:
        with psycopg.connect(postgres.superuser_dsn, autocommit=True) as connection:
            connection.execute("create role another login createrole")
            connection.execute("create database another owner another")
        settings = {
            "DATABASE_URL": postgres.dsn.replace("deskbell@/deskbell", "another@/another"),
            "SECRET_KEY": "k" * 40,
        }
        done = run("restore", archive, folder=folder, **settings)
        assert done.returncode == 0, done.stderr
        assert not (folder / "data/postgres").exists()
        assert run("migrate", "--check", folder=folder, **settings).returncode == 0
        done = run("backup", "again.zip", folder=folder, **settings)
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("DESKBELL_SECRET_KEY is not in it: keep that, too.\n")
        done = run("restore", "again.zip", "--data-dir", "other", folder=folder, **settings)
        assert done.stderr.endswith("The database that DESKBELL_DATABASE_URL names is not empty; make a new one.\n")
        done = run("restore", "again.zip", "--data-dir", "other", folder=folder)
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("Set DESKBELL_SECRET_KEY to the one of the original server.\n")


def test_a_backup_replaces_no_file_and_needs_a_database(archive: Path) -> None:
    content = archive.read_bytes()
    done = run("backup", "desk.zip", folder=archive.parent)
    assert (done.returncode, done.stderr) == (1, f"Error: {archive} already exists; name another file.\n")
    assert archive.read_bytes() == content
    with short_folder() as folder:
        done = run("backup", folder=folder)
        assert done.returncode == 1
        assert done.stderr == f"Error: There is no database in {folder}/data; name its folder with --data-dir.\n"


def test_a_data_folder_in_use_is_not_restored_into(archive: Path) -> None:
    data = archive.parent / "data"
    done = run("restore", "desk.zip", folder=archive.parent)
    assert done.returncode == 1
    assert done.stderr == f"Error: The data folder {data} is not empty; name another with --data-dir.\n"
    with EmbeddedPostgres(data):
        assert "Another Deskbell (process " in run("restore", "desk.zip", folder=archive.parent).stderr


@pytest.mark.parametrize("harm", ["cut short", "something else", "damaged", "newer", "newer version", "before 0.1"])
def test_what_cannot_be_restored_is_refused_and_leaves_nothing(archive: Path, harm: str) -> None:
    with short_folder() as folder:
        given = folder / "given.zip"
        content = bytearray(archive.read_bytes())
        sentence = f"{given} is not a complete backup of Deskbell."
        if harm == "cut short":
            given.write_bytes(content[: len(content) // 2])
        elif harm == "something else":
            with ZipFile(given, "w") as file:
                file.writestr("letter.txt", "dear")
        elif harm == "damaged":
            with ZipFile(archive) as file:
                start = file.getinfo("database.dump").header_offset
            content[start + 5000] ^= 0xFF
            given.write_bytes(content)
            sentence = f"{given} is damaged; restore another backup."
        else:
            by = {
                "newer": {"version": 2, "deskbell": __version__, "migrations": ["9999_later"]},
                "newer version": {"version": 2, "deskbell": "99.0.0", "migrations": []},
                "before 0.1": {"version": 1, "deskbell": __version__, "migrations": ["0001_tenancy"]},
            }[harm]
            with ZipFile(given, "w") as file:
                rest = {"made_at": "2030-01-01T00:00:00Z", "files": 0, "secret_key": False}
                file.writestr("backup.json", json.dumps(by | rest))
            sentence = (
                f"{given} was written before release 0.1; restore it with the program that wrote it, and export from there."
                if by["version"] == 1
                else f"{given} was written by a newer Deskbell ({by['deskbell']}); "
                "restore it with that version or a later one."
            )
        done = run("restore", given, folder=folder)
        assert done.returncode == 1
        assert done.stderr.endswith(f"Error: {sentence}\n")
        left = {path.name for path in (folder / "data").iterdir()} if (folder / "data").exists() else set()
        assert left <= {"deskbell.lock"}
