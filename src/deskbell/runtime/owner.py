"""The system user that runs the embedded PostgreSQL, and the folders that this user can reach."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from deskbell.kernel.errors import OperatorError

SYSTEM_USER = "pgserver"  # created because PostgreSQL refuses to run as root


class EmbeddedPostgresError(OperatorError):
    """The embedded PostgreSQL cannot be used; the message is one sentence for the operator."""


class Owner(NamedTuple):
    """The user that PostgreSQL runs as. `uid` is None for the user of this process."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def popen(self, folder: Path | None = None) -> dict[str, Any]:
        """The arguments for subprocess to run a program as this user, in a minimal, fixed environment.

        It starts in `folder`. The process enters it before it drops its privileges, so the user needs no access to the
        folders above.
        """
        # The default is not the current folder, which the user may be unable to enter. TZ keeps initdb from probing
        # every time zone.
        fixed: dict[str, Any] = {"cwd": folder or "/", "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}
        return fixed if self.uid is None else fixed | {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_pass(self, path: Path) -> bool:
        """Whether the mode bits let this user enter the folder, or run the program, at `path`."""
        found = path.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        return bool(found.st_mode & (stat.S_IXGRP if found.st_gid == self.gid else stat.S_IXOTH))

    def closed_above(self, path: Path) -> Path | None:
        """The topmost folder above `path` that this user may not enter; None if there is none."""
        if self.uid is None:
            return None
        return next((folder for folder in reversed(path.resolve().parents) if not self.may_pass(folder)), None)

    def refused(self, closed: Path, target: Path) -> EmbeddedPostgresError:
        """The error for a folder that blocks access to `target`."""
        return EmbeddedPostgresError(
            f"Started by root, PostgreSQL runs as the user {self.name}, who may not enter {closed}; "
            f"allow it with `chmod o+x {closed}`, or choose another place for {target}."
        )


def owner_of(cluster: Path) -> Owner:
    """The user that runs PostgreSQL on the folder `cluster`: the current user; for root the folder's owner, else `pgserver`."""
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
                return pwd.getpwnam(SYSTEM_USER)  # created here, or by a concurrent process
            except KeyError:
                continue
    raise EmbeddedPostgresError(
        f"PostgreSQL does not run as root and the user {SYSTEM_USER} could not be created; create it, start Deskbell as an "
        "ordinary user, or set DESKBELL_DATABASE_URL."
    )


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
