"""Pictures in the folder of imported articles. An article names them by a mark until they are stored."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from deskbell.features.knowledge.importing.places import file_named
from deskbell.features.knowledge.importing.records import Unreadable
from deskbell.features.knowledge.pictures.service import PLACE
from deskbell.runtime.pictures import NoPictureError, Size, figure, size_of

_MARK: Final = "picture-of-this-folder:"
_MARKED: Final = re.compile(re.escape(_MARK) + r"([0-9a-f]{64})")
_TARGET: Final = re.compile(r"\s*(?:<([^<>]*)>|([^\s<>]+))")
_LARGEST: Final = 20_000_000  # bytes, the limit of the API

Figures = Mapping[str, tuple[bytes, Size]]


class PicturesBeside:
    """The pictures of the folder that one file names: `paths` by the digest of their content."""

    def __init__(self, path: Path, top: Path) -> None:
        self._path, self._top = path, top
        self.paths: dict[str, str] = {}

    def mark_for(self, target: str) -> str | None:
        """The address under which the article names a picture; None for a file that is missing, too large or no picture."""
        named = _TARGET.match(target)
        name = unquote((named[1] or named[2]) if named is not None else "").partition("?")[0].partition("#")[0]
        try:
            file = file_named(name, self._path, self._top) if name and "\0" not in name else None
            if file is None or file.stat().st_size > _LARGEST:
                return None
            content = file.read_bytes()
            with file.open("rb") as stream:
                size_of(stream)
        except (OSError, NoPictureError):
            return None
        digest = hashlib.sha256(content).hexdigest()
        self.paths[digest] = str(file)
        return f"{_MARK}{digest}"


def figures_of(paths: Mapping[str, str]) -> Figures:
    """The pictures as figures, by digest. Slow: call it in a thread. Raises `Unreadable`."""
    made = {}
    for digest, path in paths.items():
        try:
            made[digest] = figure(Path(path).read_bytes())
        except (OSError, NoPictureError) as error:
            raise Unreadable(f"shows {Path(path).name}, which is no picture that can be read") from error
    return made


def with_addresses(content: str, ids: Mapping[str, object]) -> str:
    """The text with the pictures' own addresses in place of their marks. `ids` are those of the pictures, by digest."""
    return _MARKED.sub(lambda found: f"{PLACE}{ids[found[1]]}" if found[1] in ids else found[0], content)
