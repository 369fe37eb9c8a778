"""The embedded PostgreSQL starts, stops, recovers and keeps to itself."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from deskbell.runtime import cluster
from deskbell.runtime.embedded import DataFolderBusyError, EmbeddedPostgres, EmbeddedPostgresError, running_dsn
from deskbell.runtime.owner import owner_of
from deskbell.runtime.programs import programs_for
from tests.runtime.clusters import ask, keeper, kill_everything, postgres_in


@pytest.fixture
def place() -> Iterator[Path]:
    """A short path that PostgreSQL's own user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="dbt-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data folder whose cluster is made once, for the tests that need not make one."""
    folder = Path(tempfile.mkdtemp(prefix="dbt-", dir="/tmp"))
    folder.chmod(0o755)
    with EmbeddedPostgres(folder / "data"):
        pass
    yield folder / "data"
    shutil.rmtree(folder)


def test_first_start_makes_the_database_and_stop_leaves_nothing(place: Path) -> None:
    server = EmbeddedPostgres(place / "data")
    dsn = server.start()
    assert ask(dsn, "select current_user, current_database()") == [("deskbell", "deskbell")]
    assert ask(dsn, "select rolsuper or rolbypassrls from pg_roles where rolname = current_user") == [(False,)]
    assert ask(
        dsn,
        "select pg_encoding_to_char(encoding), datlocprovider, datlocale from pg_database where datname = 'deskbell'",
    ) == [("UTF8", "b", "C.UTF-8")]
    for name, value in {"fsync": "on", "jit": "off", "listen_addresses": "", "max_connections": "200"}.items():
        assert ask(dsn, f"show {name}") == [(value,)]
    running = postgres_in(server.folder)
    assert server.pid in {process.pid for process in running}
    server.stop()
    assert psutil.wait_procs(running, timeout=30)[1] == []
    assert server.pid is None
    assert {path.name for path in (place / "data").iterdir()} == {"postgres", "deskbell.lock"}
    assert not (server.folder / "postmaster.pid").exists()


def test_only_its_owner_may_enter_the_cluster_and_the_socket(made: Path) -> None:
    with EmbeddedPostgres(made) as server:
        assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((server.folder / ".s.PGSQL.5432").stat().st_mode) == 0o700
        for process in postgres_in(server.folder):
            assert process.net_connections(kind="inet") == []
            assert process.uids().real == server.folder.stat().st_uid != 0


def test_what_was_written_is_there_at_the_next_start(made: Path) -> None:
    with EmbeddedPostgres(made) as server:
        ask(server.dsn, "create table words (word text)")
        ask(server.dsn, "insert into words values ('kept') returning word")
    with EmbeddedPostgres(made) as server:
        assert ask(server.dsn, "select word from words") == [("kept",)]


def test_a_second_server_on_the_folder_says_so(made: Path) -> None:
    with EmbeddedPostgres(made) as server:
        with pytest.raises(DataFolderBusyError) as refusal:
            EmbeddedPostgres(made).start()
        assert str(refusal.value) == (
            f"Another Deskbell (process {os.getpid()}) is using the data folder {made}; "
            "stop it, or choose another folder with --data-dir."
        )
        assert running_dsn(made) == server.dsn
        assert ask(server.dsn, "select 1") == [(1,)], "the first one is not disturbed"
    assert running_dsn(made) is None


def test_after_kill_9_of_everything_the_next_start_has_the_data(place: Path) -> None:
    process, postmaster = keeper(place / "data")
    kill_everything(process, postmaster)
    assert (place / "data/postgres/postmaster.pid").exists(), "it had no time to clean up"
    with EmbeddedPostgres(place / "data") as server:
        assert ask(server.dsn, "select word from kept") == [("here",)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_killed_parent_takes_postgres_with_it(place: Path) -> None:
    process, postmaster = keeper(place / "data")
    family = [psutil.Process(postmaster), *psutil.Process(postmaster).children(recursive=True)]
    process.kill()
    process.communicate()
    assert psutil.wait_procs(family, timeout=20)[1] == []
    assert not (place / "data/postgres/postmaster.pid").exists(), "it stopped in good order"


def test_an_orphan_that_still_runs_is_stopped_first(made: Path) -> None:
    folder = made / "postgres"
    owner = owner_of(folder)
    orphan = subprocess.Popen(
        [str(programs_for(owner) / "postgres"), "-D", str(folder), "-k", str(folder), "-h", ""],
        stderr=subprocess.PIPE,
        text=True,
        **owner.popen(),
    )
    assert orphan.stderr is not None
    assert any("ready to accept connections" in line for line in orphan.stderr)
    with EmbeddedPostgres(made) as server:
        assert orphan.wait(20) == 0, "it was stopped in good order"
        assert server.pid != orphan.pid
        assert ask(server.dsn, "select 1") == [(1,)]
    orphan.stderr.close()


def test_the_mark_of_a_process_number_that_another_program_has_now_is_no_obstacle(made: Path) -> None:
    mark = made / "postgres/postmaster.pid"
    mark.write_text(f"{os.getppid()}\n{made / 'postgres'}\n1\n5432\n{made / 'postgres'}\n\n  0 0\nready   \n")
    with EmbeddedPostgres(made) as server:
        assert ask(server.dsn, "select 1") == [(1,)]


def test_a_first_start_that_was_killed_is_started_over(place: Path) -> None:
    draft = place / "data/postgres.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(place / "data") as server:
        assert ask(server.dsn, "select 1") == [(1,)]
    assert not draft.exists()


def test_postgres_that_dies_is_started_again(made: Path) -> None:
    with EmbeddedPostgres(made) as server:
        first = server.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        limit = time.monotonic() + 30
        while True:
            try:
                assert ask(server.dsn, "select 1") == [(1,)]
                break
            except psycopg.OperationalError:
                assert time.monotonic() < limit, "it did not come back"
        assert server.pid not in {first, None}


def test_a_path_too_long_for_a_socket_works_and_its_socket_folder_is_private_and_removed(place: Path) -> None:
    long = place / ("long" * 30) / "data"
    with EmbeddedPostgres(long) as server:
        socket_dir = Path(cluster.mark_of(server.folder)[4])
        assert ask(server.dsn, "select 1") == [(1,)]
        assert running_dsn(long) == server.dsn
        assert len(str(socket_dir)) < 60
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    assert not socket_dir.exists()


def test_the_socket_folder_of_a_killed_server_is_removed_at_the_next_start(place: Path) -> None:
    long = place / ("long" * 30) / "data"
    process, postmaster = keeper(long)
    left = Path(cluster.mark_of(long / "postgres")[4])
    kill_everything(process, postmaster)
    assert left.exists()
    with EmbeddedPostgres(long):
        assert not left.exists()


def test_a_folder_of_another_postgres_version_is_refused(place: Path) -> None:
    (place / "data/postgres").mkdir(parents=True)
    (place / "data/postgres/PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedPostgresError, match=r"written by PostgreSQL 12 and this Deskbell brings 18"):
        EmbeddedPostgres(place / "data").start()


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(place: Path) -> None:
    (place / "data/postgres").mkdir(parents=True)
    (place / "data/postgres/letter.txt").write_text("dear")
    with pytest.raises(EmbeddedPostgresError, match="neither empty nor a PostgreSQL database"):
        EmbeddedPostgres(place / "data").start()
    assert (place / "data/postgres/letter.txt").read_text() == "dear"


def test_a_cluster_that_cannot_start_is_reported_with_its_own_words(place: Path) -> None:
    with EmbeddedPostgres(place / "data") as server:
        pass
    (server.folder / "global/pg_control").unlink()
    with pytest.raises(EmbeddedPostgresError, match=r"does not start: .*(pg_control|database system)"):
        server.start()
    assert postgres_in(server.folder) == []


root_only = pytest.mark.skipif(os.geteuid() != 0, reason="changes users, which only root may")


@root_only
def test_as_root_it_runs_as_a_user_of_its_own(made: Path) -> None:
    with EmbeddedPostgres(made) as server:
        assert {process.username() for process in postgres_in(server.folder)} == {cluster.SYSTEM_USER}
    assert stat.S_IMODE(made.stat().st_mode) & stat.S_IRWXO == 0, "the data folder stays closed to others"


@root_only
def test_an_ordinary_user_runs_it_and_root_may_go_on_with_that_folder(place: Path) -> None:
    unprivileged_uid = 65534
    change = ["setpriv", f"--reuid={unprivileged_uid}", f"--regid={unprivileged_uid}", "--clear-groups"]
    if (
        not shutil.which("setpriv")
        or subprocess.run(
            [*change, sys.executable, "-c", "import deskbell.runtime.embedded"], check=False, cwd="/"
        ).returncode
    ):
        pytest.skip("another user cannot run this Python here")
    os.chown(place, unprivileged_uid, unprivileged_uid)
    process, postmaster = keeper(place / "data", *change)
    assert psutil.Process(postmaster).uids().real == unprivileged_uid
    family = [psutil.Process(postmaster), *psutil.Process(postmaster).children(recursive=True)]
    process.kill()
    process.communicate()
    psutil.wait_procs(family, timeout=20)
    with EmbeddedPostgres(place / "data") as server:
        assert ask(server.dsn, "select word from kept") == [("here",)]
        assert {each.uids().real for each in postgres_in(server.folder)} == {unprivileged_uid}
