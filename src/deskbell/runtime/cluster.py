"""The embedded PostgreSQL's data directory: access for its owner, creation, and cleanup after a killed server."""

import os
import shutil
import signal
import stat
import subprocess
from pathlib import Path
from typing import Any

from deskbell.runtime.owner import SYSTEM_USER, EmbeddedPostgresError, Owner, owner_of
from deskbell.runtime.programs import MAJOR, programs, programs_for

__all__ = [
    "DATABASE", "ROLE", "SOCKET", "SUPERUSER", "SYSTEM_USER", "EmbeddedPostgresError", "Owner", "end_leftovers", "make",
    "mark_of", "open_way", "owner_of", "programs", "programs_for", "seat",
]  # fmt: skip

HERE = Path("/proc/self/cwd")  # Linux: the working directory, reachable without access to its parents
SUPERUSER = "postgres"
DATABASE = ROLE = "deskbell"
SOCKET = ".s.PGSQL.5432"

FIRST_STATEMENTS = f"""\
CREATE ROLE {ROLE} LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS
CREATE DATABASE {DATABASE} OWNER {ROLE}
"""


def open_way(data_dir: Path, owner: Owner) -> None:
    """Gives `owner` access to the data folder. Raises EmbeddedPostgresError if a folder above it denies access.

    Changes the mode of the data folder only, and for the owner's group only.
    """
    if owner.uid is None:
        return
    closed = owner.closed_above(data_dir)
    if closed is not None and not HERE.exists():
        raise owner.refused(closed, data_dir)
    found = data_dir.stat()
    if not owner.may_pass(data_dir):
        os.chown(data_dir, -1, owner.gid if owner.gid is not None else -1)
        data_dir.chmod(stat.S_IMODE(found.st_mode) & ~stat.S_IRWXG | stat.S_IXGRP)


def seat(folder: Path, owner: Owner) -> tuple[str, dict[str, Any]]:
    """The path of `folder` to pass to a PostgreSQL program, and the arguments for subprocess.

    If `owner` may not enter a folder above it, the program is started in `folder` and gets the path of its working
    directory.
    """
    folder = folder.resolve()
    if owner.closed_above(folder) is None:
        return str(folder), owner.popen()
    return str(HERE), owner.popen(folder)


def make(cluster: Path, owner: Owner) -> None:
    """Creates the cluster with the role and database `deskbell` if it is missing, completely or not at all."""
    if (cluster / "PG_VERSION").exists():
        found = (cluster / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise EmbeddedPostgresError(
                f"{cluster} was written by PostgreSQL {found} and this Deskbell brings {MAJOR}; export from the "
                "Deskbell that wrote it and import here."
            )
        _give(cluster, owner)
        return
    if cluster.exists() and any(cluster.iterdir()):
        raise EmbeddedPostgresError(f"{cluster} is neither empty nor a PostgreSQL database; move it away.")
    draft = cluster.with_name(cluster.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)  # left by a start that was killed
    draft.mkdir(mode=0o700)
    _give(draft, owner)
    name, arguments = seat(draft, owner)
    binaries = programs_for(owner)
    _run([str(binaries / "initdb"), *_initdb(name)], "", arguments)
    _run([str(binaries / "postgres"), "--single", "-D", name, "template1"], FIRST_STATEMENTS, arguments)
    if cluster.exists():
        cluster.rmdir()
    draft.rename(cluster)
    _sync_folder(cluster.parent)


def end_leftovers(cluster: Path) -> None:
    """Ends the PostgreSQL that a killed server left running on `cluster`, and removes its pid and lock files.

    Call only while holding the data folder's lock: no other server can then be using that PostgreSQL.
    """
    marks = [
        cluster / "postmaster.pid",
        *(folder / f"{SOCKET}.lock" for folder in {cluster, Path(mark_of(cluster)[4] or cluster)}),
    ]
    if not any(mark.exists() for mark in marks):
        return
    import psutil  # noqa: PLC0415 - needed only after a crash, and slow to load

    left = [process for process in psutil.process_iter() if _works_in(process, cluster)]
    postmaster = [process for process in left if str(process.pid) == mark_of(cluster)[0]]
    # SIGINT is a fast shutdown for the postmaster only; backends without a postmaster are terminated.
    for number, targets, seconds in (
        (signal.SIGINT, postmaster, 15),
        (signal.SIGQUIT, left, 5),
        (signal.SIGKILL, left, 5),
    ):
        alive = [process for process in targets if process.is_running()]
        for process in alive:
            _signal(process, number)
        psutil.wait_procs(alive, timeout=seconds)
    # The remaining files name a process that has ended, is a zombie, or whose id another program has now. PostgreSQL would
    # refuse to start in each case.
    for mark in marks:
        mark.unlink(missing_ok=True)


def mark_of(cluster: Path) -> list[str]:
    """The lines of `postmaster.pid`: process, folder, start, port, socket folder, address, memory, status."""
    try:
        lines = (cluster / "postmaster.pid").read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        lines = []
    return [line.strip() for line in lines] + [""] * (8 - len(lines))


def _works_in(process: Any, cluster: Path) -> bool:
    import psutil  # noqa: PLC0415 - see end_leftovers

    try:
        return bool(process.name() == "postgres" and Path(process.cwd()) == cluster.resolve())
    except (psutil.Error, OSError):
        return False


def _signal(process: Any, number: int) -> None:
    import psutil  # noqa: PLC0415 - see end_leftovers

    try:
        process.send_signal(number)
    except psutil.Error:
        return  # it has already ended


def _initdb(folder: str) -> list[str]:
    return [
        f"--pgdata={folder}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--auth-local=trust",  # the socket is in a folder that only its owner may enter
        "--auth-host=reject",
        "--no-instructions",
    ]


def _run(command: list[str], words: str, arguments: dict[str, Any]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own programs, no shell
            command, input=words, capture_output=True, text=True, check=False, errors="replace", **arguments
        )
    except OSError as error:
        raise EmbeddedPostgresError(f"{command[0]} cannot be run ({error.strerror}).") from None
    # In single-user mode a failed statement is reported but does not end the program with an error.
    complaint = next((line for line in done.stderr.splitlines() if "ERROR:" in line or "FATAL:" in line), None)
    if done.returncode != 0 or complaint:
        lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise EmbeddedPostgresError(f"The database could not be created: {complaint or lines[-1]}")


def _give(folder: Path, owner: Owner) -> None:
    """Changes the owner of a folder that root created, and of all its contents."""
    if owner.uid is None or owner.gid is None or folder.stat().st_uid == owner.uid:
        return
    for place, _, files in os.walk(folder):
        for path in (place, *(os.path.join(place, name) for name in files)):  # noqa: PTH118 - thousands of files
            os.chown(path, owner.uid, owner.gid, follow_symlinks=False)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
