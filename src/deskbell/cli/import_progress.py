"""The progress of an import, on standard error."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from rich.progress import TaskID

    from deskbell.features.transfer.format.adjustments import Adjustment
    from deskbell.features.transfer.format.reading import LineProblem
    from deskbell.features.transfer.importing.summary import Summary


def _size_of(file: Path) -> int:
    if file.is_file():
        return file.stat().st_size
    return sum(each.stat().st_size for each in file.rglob("*") if each.is_file())


class Shown:
    """Prints adjusted values and refused lines to standard error, and a progress bar if it is a terminal."""

    def __init__(self, file: Path) -> None:
        self._size = None if str(file) == "-" else _size_of(file)
        self._stream: BinaryIO | None = None
        self._printed_problems = 0
        self._printed_adjustments = 0

    def __enter__(self) -> Self:
        from rich.console import Console  # noqa: PLC0415 - slow to load
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - with the rest

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        console = Console(stderr=True, soft_wrap=True)
        self._progress: Progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task: TaskID = self._progress.add_task("Reading", total=self._size)
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def watch(self, stream: BinaryIO) -> None:
        """Derives the progress from the position in this stream."""
        self._stream = stream

    def passed(self, size: int) -> None:
        """Shows the progress of a first pass, in bytes."""
        self._progress.update(self._task, completed=size)

    def update(self, summary: "Summary") -> None:
        """Shows the progress and the summary's new lines."""
        new: list[LineProblem | Adjustment] = [*summary.problems[self._printed_problems :]]
        new += summary.adjustments[self._printed_adjustments :]
        for each in sorted(new, key=lambda each: each.line):
            self._progress.console.print(str(each), markup=False, highlight=False)
        self._printed_adjustments = len(summary.adjustments)
        self._printed_problems = len(summary.problems)
        done = None
        if self._size is not None and self._stream is not None and not self._stream.closed:
            done = os.lseek(self._stream.fileno(), 0, os.SEEK_CUR)
        self._progress.update(self._task, completed=done, description=f"{summary.counts.tickets:,} tickets")
