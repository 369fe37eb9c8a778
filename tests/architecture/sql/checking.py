"""Calls each query function with made-up arguments on a `PreparingDb` and says what is wrong with its SQL."""

import importlib
import inspect
import itertools
import pkgutil
from collections.abc import Awaitable, Callable, Iterator
from types import ModuleType
from typing import Any
from uuid import UUID

from deskbell.kernel.paging import PageRequest
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory
from deskbell.runtime.rows import MissingColumnError
from tests.architecture.sql.preparing import MOST_STATEMENTS, EndlessQueryError, PreparingDb
from tests.architecture.sql.samples import CannotSampleError, Sampler

MOST_TURNS = 24
CURE = (
    "Give its parameters fuller annotations, or a sample in tests/architecture/sql/samples.py, so that this test "
    "reaches its SQL; a function of `queries` that needs no database belongs elsewhere or is no coroutine."
)


def modules_below(package: str, wanted: Callable[[str], bool]) -> Iterator[ModuleType]:
    """The package and every module in it whose full name is wanted, imported."""
    root = importlib.import_module(package)
    names = [package, *(found.name for found in pkgutil.walk_packages(root.__path__, f"{package}."))]
    for name in names:
        if wanted(name):
            yield importlib.import_module(name)


def query_functions(module: ModuleType) -> Iterator[Callable[..., Any]]:
    """The module's own coroutine functions and asynchronous generators that are public."""
    for name, function in vars(module).items():
        is_query = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
        if is_query and not name.startswith("_") and function.__module__ == module.__name__:
            yield function


def takes_db(function: Callable[..., Any]) -> bool:
    """Whether the first parameter is the connection."""
    return next(iter(inspect.signature(function).parameters), "") == "db"


async def problems_of(function: Callable[..., Any], db: PreparingDb) -> list[str]:
    """Everything wrong with the statements that a query function issues; a sentence with the cure if there are none."""
    name = f"{function.__module__}.{function.__qualname__}"
    if not takes_db(function):
        return [f"{name}: its first parameter must be `db`, the connection it sends its statements through."]
    db.issued, db.problems = 0, []
    hindrance: Exception | None = None
    for full in (True, False):
        turn, turns = 0, 1
        while turn < turns:
            sampler = Sampler(turn, full=full)
            for filled in (False, True):
                db.filled = filled
                hindrance = await _call(function, db, sampler) or hindrance
            turns = min(sampler.choices, MOST_TURNS)
            turn += 1
    if db.problems:
        return [f"{name}: {problem}" for problem in dict.fromkeys(db.problems)]
    if not db.issued:
        return [f"{name} issued no statement ({hindrance!r}). {CURE}"]
    return []


async def _call(function: Callable[..., Any], db: PreparingDb, sampler: Sampler) -> Exception | None:
    """Makes one call and returns its error, which is reported only if no statement was issued: the rows are made up."""
    try:
        positional, named = sampler.arguments(function, db)
    except CannotSampleError as unknown:
        db.problems.append(f"{unknown}. {CURE}")
        return None
    called = function(*positional, **named)
    return await _run(anext(called) if inspect.isasyncgenfunction(function) else called, db)


def directories_in(module: ModuleType) -> Iterator[tuple[str, Directory[Any]]]:
    """The directories that a module makes, with their names."""
    for name, value in vars(module).items():
        if isinstance(value, Directory):
            yield f"{module.__name__}.{name}", value


async def problems_of_directory(name: str, directory: Directory[Any], uow: UnitOfWork, db: PreparingDb) -> list[str]:
    """Everything wrong with the statements of a directory, with and without what is optional in a record."""
    db.problems = []
    for full, db.filled in itertools.product((True, False), repeat=2):
        record = Sampler(0, full=full).value(directory.table.record)
        other = Sampler(1, full=not full).value(directory.table.record)
        steps: list[Awaitable[Any]] = [
            directory.page(db, PageRequest(order="desc" if full else "asc")),
            directory.get(db, UUID(int=7)),
            directory.lock(db, UUID(int=7)),
            directory.create(uow, record),
            directory.update(uow, record, other),
            directory.delete(uow, record),
        ]
        if directory.soft:
            steps.append(directory.purge(db, UUID(int=7)))
        for step in steps:
            await _run(step, db)
    return [f"{name}: {problem}" for problem in dict.fromkeys(db.problems)]


async def _run(steps: Awaitable[Any], db: PreparingDb) -> Exception | None:
    """Runs a query and returns its error, which may result from made-up rows."""
    db.begin_call()
    try:
        await steps
    except EndlessQueryError:
        db.problems.append(
            f"more than {MOST_STATEMENTS} statements in one call. Give its loop a maximum number of tries."
        )
    except MissingColumnError as missing:
        db.problems.append(str(missing))
    except Exception as error:  # noqa: BLE001 - any error may follow from made-up rows
        return error
    return None
