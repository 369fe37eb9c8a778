"""The progress of a long command: a bar on a terminal, else one line for each part of the work."""

import sys
from types import TracebackType
from typing import Any, Self

import click


class Progress:
    """Shows progress. Call it with the name of the part, the amount done and the total (None if unknown)."""

    def __init__(self) -> None:
        self._bars: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415 - slow to load
            from rich.progress import Progress as Bars  # noqa: PLC0415 - as above

            self._bars = Bars(console=Console(stderr=True), transient=True)
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def say(self, line: str) -> None:
        """Prints a line to standard error, above the bar."""
        if self._bars is None:
            click.echo(line, err=True)
        else:
            self._bars.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def __call__(self, what: str, done: int, total: int | None) -> None:
        if what not in self._tasks:
            if self._bars is None:
                click.echo(f"{what} …", err=True)
            self._tasks[what] = self._bars.add_task(what, total=total) if self._bars else None
        if self._bars is not None:
            self._bars.update(self._tasks[what], completed=done, total=total)
