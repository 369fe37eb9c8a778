"""Started by root below a folder that only root may enter, PostgreSQL works, and the folder's mode does not change."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deskbell.runtime import cluster
from deskbell.runtime.embedded import DataFolderBusyError, EmbeddedPostgres, EmbeddedPostgresError, running_dsn
from deskbell.runtime.owner import owner_of
from deskbell.runtime.programs import programs, programs_for
from tests.runtime.clusters import ask, keeper, kill_everything, postgres_in

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not cluster.HERE.exists(), reason="only root changes users, and only Linux has /proc"
)
UNPRIVILEGED_UID = 65534


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that only root may enter, as `mktemp -d` makes it."""
    folder = Path(tempfile.mkdtemp(prefix="dbt-", dir="/tmp"))
    yield folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700, "what is above the data folder is not ours to change"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def installed_in_closed_folder() -> Iterator[Path]:
    """A place to import the wheel's package from that only root may enter."""
    folder = Path(tempfile.mkdtemp(prefix="dbt-", dir="/tmp"))
    package = programs().parent.parent
    shutil.copytree(programs().parent, folder / package.name / programs().parent.name)
    (folder / package.name / "__init__.py").touch()
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def closed_wheel(installed_in_closed_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with the programs that is found now, out of PostgreSQL's user's reach."""
    monkeypatch.syspath_prepend(str(installed_in_closed_folder))
    assert programs().is_relative_to(installed_in_closed_folder)
    return programs()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everyone may enter and only root may write."""
    folder = Path(tempfile.mkdtemp(prefix="dbt-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def can_run(binaries: Path) -> bool:
    """Whether PostgreSQL's own user can."""
    done = subprocess.run([binaries / "postgres", "--version"], check=False, **owner_of(Path("/nowhere")).popen())
    return done.returncode == 0


def test_it_runs_as_its_own_user_and_keeps_what_is_written(closed: Path) -> None:
    with EmbeddedPostgres(closed / "data") as server:
        ask(server.dsn, "create table words (word text)")
        ask(server.dsn, "insert into words values ('kept')")
        assert {process.username() for process in postgres_in(server.folder)} == {cluster.SYSTEM_USER}
        socket_dir = Path(cluster.mark_of(server.folder)[4])
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    assert not socket_dir.exists()
    assert postgres_in(server.folder) == []
    with EmbeddedPostgres(closed / "data") as server:
        assert ask(server.dsn, "select word from words") == [("kept",)]


def test_a_second_server_refuses_and_a_command_can_join(closed: Path) -> None:
    with EmbeddedPostgres(closed / "data") as server:
        with pytest.raises(DataFolderBusyError):
            EmbeddedPostgres(closed / "data").start()
        dsn = running_dsn(closed / "data")
        assert dsn == server.dsn
        assert ask(dsn, "select 1") == [(1,)]


def test_after_kill_9_of_everything_the_next_start_has_the_data(closed: Path) -> None:
    process, postmaster = keeper(closed / "data")
    left = Path(cluster.mark_of(closed / "data/postgres")[4])
    kill_everything(process, postmaster)
    with EmbeddedPostgres(closed / "data") as server:
        assert ask(server.dsn, "select word from kept") == [("here",)]
        assert not left.exists(), "the killed server's socket folder is removed"


def test_an_orphan_that_still_runs_is_stopped_first(closed: Path, open_folder: Path) -> None:
    with EmbeddedPostgres(closed / "data") as server:
        pass
    owner = owner_of(server.folder)
    name, arguments = cluster.seat(server.folder, owner)
    os.chown(open_folder, owner.uid or 0, owner.gid or 0)
    orphan = subprocess.Popen(
        [str(programs_for(owner) / "postgres"), "-D", name, "-k", str(open_folder), "-h", ""],
        stderr=subprocess.PIPE,
        text=True,
        **arguments,
    )
    assert orphan.stderr is not None
    with orphan.stderr:
        assert any("ready to accept connections" in line for line in orphan.stderr)
        with server:
            assert orphan.wait(20) == 0, "it was stopped in good order"
            assert ask(server.dsn, "select 1") == [(1,)]


def test_postgres_that_dies_is_started_again(closed: Path) -> None:
    with EmbeddedPostgres(closed / "data") as server:
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


def test_a_data_folder_reached_by_a_symbolic_link_in_a_closed_one_works(closed: Path, open_folder: Path) -> None:
    (closed / "data").symlink_to(open_folder)
    with EmbeddedPostgres(closed / "data") as server:
        assert ask(server.dsn, "select 1") == [(1,)]
        assert running_dsn(closed / "data") == server.dsn


def test_without_proc_the_folder_in_the_way_is_named(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "HERE", closed / "no such thing")
    with pytest.raises(EmbeddedPostgresError) as refusal:
        EmbeddedPostgres(closed / "data").start()
    assert f"who may not enter {closed}; allow it with `chmod o+x {closed}`" in str(refusal.value)


def test_programs_out_of_reach_are_copied_once(closed: Path, installed_in_closed_folder: Path) -> None:
    process, postmaster = keeper(closed / "data", PYTHONPATH=str(installed_in_closed_folder))
    ran = Path(f"/proc/{postmaster}/exe").readlink()
    copied = ran.stat().st_ctime_ns
    kill_everything(process, postmaster)
    assert not ran.is_relative_to(installed_in_closed_folder)
    process, postmaster = keeper(closed / "data", PYTHONPATH=str(installed_in_closed_folder))
    assert Path(f"/proc/{postmaster}/exe").readlink() == ran
    assert ran.stat().st_ctime_ns == copied
    kill_everything(process, postmaster)
    with EmbeddedPostgres(closed / "data") as server:
        assert ask(server.dsn, "select word from kept") == [("here",), ("here",)]


def test_an_incomplete_copy_is_created_again(closed_wheel: Path, open_folder: Path) -> None:
    owner = owner_of(Path("/nowhere"))
    copy = programs_for(owner, [open_folder])
    assert can_run(copy)
    (copy / "postgres").unlink()
    assert programs_for(owner, [open_folder]) == copy
    assert can_run(copy)
    assert [each.name for each in open_folder.iterdir()] == [copy.relative_to(open_folder).parts[0]]


@pytest.mark.parametrize("planted", ["all of it", "one file", "one that all may write", "a link"])
def test_a_copy_that_another_user_created_is_not_run(closed_wheel: Path, open_folder: Path, planted: str) -> None:
    owner = owner_of(Path("/nowhere"))
    shared, private = open_folder / "shared", open_folder / "private"
    shared.mkdir()
    shared.chmod(0o1777)
    copy = programs_for(owner, [shared])
    top = shared / copy.relative_to(shared).parts[0]
    if planted == "all of it":
        for path in (top, *top.rglob("*")):
            os.chown(path, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
    elif planted == "one file":
        os.chown(copy / "postgres", UNPRIVILEGED_UID, UNPRIVILEGED_UID)
    elif planted == "one that all may write":
        (copy / "postgres").chmod(0o777)
    else:
        top.rename(open_folder / "elsewhere")
        top.symlink_to(open_folder / "elsewhere")
        os.chown(top, UNPRIVILEGED_UID, UNPRIVILEGED_UID, follow_symlinks=False)
    found = programs_for(owner, [shared, private])
    assert can_run(found)
    assert (found / "postgres").stat().st_uid == 0
    assert not (found / "postgres").stat().st_mode & 0o022
    if planted in {"all of it", "a link"}:
        assert found.is_relative_to(private), "what is not root's own is neither used nor touched"


def test_a_place_that_others_may_write_is_not_used(closed_wheel: Path, open_folder: Path) -> None:
    owner = owner_of(Path("/nowhere"))
    writable, foreign = open_folder / "writable", open_folder / "foreign"
    writable.mkdir()
    writable.chmod(0o777)
    foreign.mkdir()
    os.chown(foreign, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
    with pytest.raises(EmbeddedPostgresError, match=r"may not enter .*; allow it with `chmod o\+x "):
        programs_for(owner, [writable, foreign])
    assert [*writable.iterdir(), *foreign.iterdir()] == []
