"""No read or command is open by omission: each public function of a feature authorises its actor, or says why it does not."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from deskbell.kernel.access import STEP_OF
from tests.architecture.checkout import committed_files, shown

MARKS = frozenset({"anyone", "step"})
REACTIONS = frozenset({"on", "job"})  # called by the worker alone, as Deskbell itself
CURE = (
    "Call uow.actor.require(…) or require_any(…) in the function itself, or mark it with @anyone(reason), or with "
    "@step(of) if it is a part of commands that authorise their actor (deskbell.kernel.access)"
)


def unauthorised_in(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each public function that takes a unit of work and neither authorises nor carries a mark."""
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if _takes_a_unit(node) and not _is_marked(node) and not _authorises(node):
            yield node.lineno, node.name


def _takes_a_unit(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return any(each.annotation is not None and "UnitOfWork" in ast.unparse(each.annotation) for each in given)


def _is_marked(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = [each for each in node.decorator_list if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)]
    named = {each.func.id: each.args for each in calls if isinstance(each.func, ast.Name)}
    reasons = [arguments for name, arguments in named.items() if name in MARKS]
    return bool(REACTIONS & named.keys()) or any(
        len(each) == 1 and isinstance(each[0], ast.Constant) and str(each[0].value).strip() for each in reasons
    )


def _authorises(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr in {"require", "require_any"}
        and (each.args and ast.unparse(each.func.value) in {"uow.actor", "actor"})
        for each in ast.walk(node)
    )


def service_modules() -> Iterator[Path]:
    """Every module of a feature but its queries, which take no unit of work."""
    for path in committed_files("src/deskbell/features/**/*.py"):
        if path.stem != "queries" and "queries" not in path.parts:
            yield path


BAD = """
async def read(uow: UnitOfWork): return await queries.find(uow.db)
async def get(unit: "UnitOfWork | None" = None): return 1
@anyone("")
async def open_to_all(uow: UnitOfWork): return 1
async def asks_nothing(uow: UnitOfWork): uow.actor.require()
async def asks_the_wrong_one(uow: UnitOfWork): other.require(Permission.TICKET_READ)
"""
GOOD = """
async def read(uow: UnitOfWork): uow.actor.require(Permission.TICKET_READ)
async def either(uow: UnitOfWork): uow.actor.require_any(Permission.TICKET_READ, Permission.TICKET_OWN)
@anyone("published articles are public")
async def articles(uow: UnitOfWork): return 1
@step("commands")
async def locked(uow: UnitOfWork): return 1
@on(TicketCreated)
async def react(uow: UnitOfWork, event): return 1
async def _own(uow: UnitOfWork): return 1
def plain(text: str): return text
"""


def test_the_check_finds_what_is_open_by_omission() -> None:
    assert [name for _, name in unauthorised_in(BAD)] == [
        "read", "get", "open_to_all", "asks_nothing", "asks_the_wrong_one",
    ]  # fmt: skip
    assert not list(unauthorised_in(GOOD))


def test_every_public_function_of_a_feature_authorises_its_actor() -> None:
    found = [
        f"{shown(path)}:{line} {name}"
        for path in service_modules()
        for line, name in unauthorised_in(path.read_text("utf-8"))
    ]
    assert not found, f"{CURE}: {found}"


def steps_used_in(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each step that an adapter's module imports, or calls through a module that it imports."""
    tree = ast.parse(source)
    modules: dict[str, object] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deskbell.features"):
            module = importlib.import_module(str(node.module))
            for each in node.names:
                found = getattr(module, each.name, None)
                if hasattr(found, STEP_OF):
                    yield node.lineno, each.name
                modules[each.asname or each.name] = found
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = getattr(modules.get(node.value.id), node.attr, None)
            if hasattr(found, STEP_OF):
                yield node.lineno, f"{node.value.id}.{node.attr}"


def test_no_adapter_calls_a_step_of_a_command() -> None:
    used = "from deskbell.features.tickets.service import reading\nreading.locked\nreading.get\n"
    assert list(steps_used_in(used)) == [(2, "reading.locked")]
    rooms = ("api", "channels", "realtime", "web")
    found = [
        f"{shown(path)}:{line} {name}"
        for room in rooms
        for path in committed_files(f"src/deskbell/{room}/**/*.py")
        for line, name in steps_used_in(path.read_text("utf-8"))
    ]
    assert not found, f"Call a command or read that authorises its actor, not one of its steps: {found}"
