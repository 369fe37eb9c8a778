"""The SQL files of the schema, and which of them a database lacks.

`schema/tables/` holds numbered files, each applied once. `schema/functions/` holds functions, triggers and policies;
a file is applied again whenever its text changes. A line `-- needs: text, session` at the head of a file names the
function files that must come before it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from deskbell import __version__
from deskbell.kernel.errors import OperatorError

SCHEMA: Final = Path(__file__).parent / "schema"
FUNCTIONS: Final = "functions/"
_NEEDS: Final = re.compile(r"^-- needs: (.+)$", re.MULTILINE)


class SchemaError(OperatorError):
    """The database is incompatible with this program. The message names the problem and a fix."""

    def __init__(self, found: str, cure: str) -> None:
        super().__init__(f"{found} {cure}")
        self.found, self.cure = found, cure


class NewerSchemaError(SchemaError):
    """A newer program has changed the database."""


class SchemaFile(NamedTuple):
    """One SQL file: `0003_organizations`, or `functions/text`."""

    name: str
    sql: str
    needs: tuple[str, ...]
    checksum: str

    @classmethod
    def read(cls, path: Path, prefix: str = "") -> "SchemaFile":
        sql = path.read_text("utf-8")
        needs = [FUNCTIONS + name.strip() for line in _NEEDS.findall(sql) for name in line.split(",")]
        return cls(prefix + path.stem, sql, tuple(needs), hashlib.sha256(sql.encode()).hexdigest())


class Applied(NamedTuple):
    """A database's record of an applied file: its checksum, and the Deskbell version that applied it."""

    checksum: str
    version: str


class Schema(NamedTuple):
    """All files of one version: the table files in order, the function files by name."""

    tables: tuple[SchemaFile, ...]
    functions: Mapping[str, SchemaFile]

    @classmethod
    def read(cls, folder: Path) -> "Schema":
        tables = (SchemaFile.read(path) for path in sorted((folder / "tables").glob("*.sql")))
        functions = (SchemaFile.read(path, FUNCTIONS) for path in sorted((folder / "functions").glob("*.sql")))
        return cls(tuple(tables), {file.name: file for file in functions})

    def missing(self, applied: Mapping[str, Applied], version: str = __version__) -> list[list[SchemaFile]]:
        """The files that a database lacks, in order, one list per transaction. Raises SchemaError."""
        self._check(applied, version)
        changed = {
            file.name: file
            for file in self.functions.values()
            if file.name not in applied or applied[file.name].checksum != file.checksum
        }
        batches = [[*self._take(file.needs, changed), file] for file in self.tables if file.name not in applied]
        rest = [*self._take(self.functions, changed)]
        return [*batches, rest] if rest else batches

    def _take(self, names: Iterable[str], changed: dict[str, SchemaFile]) -> Iterator[SchemaFile]:
        """Removes function files from `changed` and yields them, each after the files that it needs."""
        for name in names:
            yield from self._take(self.functions[name].needs, changed)
            if name in changed:
                yield changed.pop(name)

    def _check(self, applied: Mapping[str, Applied], version: str) -> None:
        newest = max((file.version for file in applied.values()), key=numbers_in, default=version)
        known = {file.name: file.checksum for file in self.tables}
        unknown = [name for name in applied if name not in known and not name.startswith(FUNCTIONS)]
        if numbers_in(newest) > numbers_in(version) or unknown:
            raise NewerSchemaError(
                f"The database belongs to a newer Deskbell ({newest}).", "Run that version or a later one."
            )
        for name, file in applied.items():
            if known.get(name, file.checksum) != file.checksum:
                raise SchemaError(
                    f"The file {name}.sql has changed since Deskbell {file.version} applied it to this database.",
                    "Restore the file and put the change into a new one; before a release, delete the data folder instead.",
                )


def numbers_in(version: str) -> list[int]:
    """The numbers of a version, as a comparable key."""
    return [int(digits) for digits in re.findall(r"\d+", version)]


@cache
def our_schema() -> Schema:
    """The schema of this version."""
    return Schema.read(SCHEMA)
