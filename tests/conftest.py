"""Fixtures for all tests: databases, the running application and organizations."""

import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from deskbell.runtime import outbox
from tests.support.desk import Desk, Organization, running_desk
from tests.support.postgres import TestPostgres

TEMPLATE = "deskbell_template"
pytest_plugins = ("tests.support.second_tries",)
OWNER = "deskbell"  # not a superuser, as in the embedded PostgreSQL: superusers bypass row security

settings.register_profile("default", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True, print_blob=True)
settings.register_profile("fuzz", deadline=None, max_examples=2000, suppress_health_check=list(HealthCheck))
settings.load_profile("ci" if os.environ.get("CI") == "true" else "default")

_numbers = itertools.count(1)


@pytest.fixture
def score(record_property: Callable[[str, object], None]) -> Callable[[str, int, int], None]:
    """Adds a score of a data set to the report at the end: its name, the number that is right, and the number in all."""

    def record(name: str, right: int, all_of_them: int) -> None:
        record_property("score", f"{name}: {right} of {all_of_them}")

    return record


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the scores of data sets, from whichever worker they come."""
    reports = [each for outcome in ("passed", "failed") for each in terminalreporter.stats.get(outcome, [])]
    scores = [value for each in reports for name, value in each.user_properties if name == "score"]
    if scores:
        terminalreporter.section("scores of the open sets of mail")
        for line in sorted(scores):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def postgres() -> Iterator[TestPostgres]:
    """This test process's own PostgreSQL."""
    server = TestPostgres()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
async def migrated_template(postgres: TestPostgres) -> str:
    """The name of the template database, with the whole schema and no rows. Nothing may stay connected to a template."""
    from deskbell.runtime.migrate import migrate  # tests that need no database need no migrations

    await _run(postgres.url("postgres"), f"create role {OWNER} login createrole nosuperuser nobypassrls")
    await _run(postgres.url("postgres"), f"create database {TEMPLATE} owner {OWNER}")
    await migrate(postgres.url(TEMPLATE, OWNER))
    return TEMPLATE


@pytest.fixture(scope="session")
async def database_url(postgres: TestPostgres, migrated_template: str) -> str:
    """A migrated database shared by all tests of this process; each test makes an organization of its own in it."""
    await _run(postgres.url("postgres"), f"create database deskbell template {migrated_template} owner {OWNER}")
    return postgres.url("deskbell", OWNER)


@pytest.fixture(scope="session")
async def desk(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """The application running on this process's database. Its outbox is large: one test's mails must not push out another's."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(outbox, "KEPT", 20_000)
    async with running_desk(database_url, tmp_path_factory.mktemp("data")) as running:
        yield running
    monkeypatch.undo()


@pytest.fixture
async def shop(desk: Desk) -> Organization:
    """An organization of this test's own."""
    return await desk.organization()


@pytest.fixture
async def rival(desk: Desk) -> Organization:
    """Another organization, which must never see the first."""
    return await desk.organization("Rival")


@pytest.fixture
async def fresh_database_url(postgres: TestPostgres, migrated_template: str) -> AsyncIterator[str]:
    """A migrated, empty database for this test alone."""
    name = f"fresh_{next(_numbers)}"
    await _run(
        postgres.url("postgres"),
        f"create database {name} template {migrated_template} owner {OWNER} strategy file_copy",
    )
    yield postgres.url(name, OWNER)
    await _run(postgres.url("postgres"), f"drop database {name} with (force)")


@pytest.fixture
async def empty_database_url(postgres: TestPostgres, migrated_template: str) -> AsyncIterator[str]:
    """A database without any schema, for tests of the migrations themselves."""
    del migrated_template  # it makes the owner
    name = f"empty_{next(_numbers)}"
    await _run(postgres.url("postgres"), f"create database {name} owner {OWNER}")
    yield postgres.url(name, OWNER)
    await _run(postgres.url("postgres"), f"drop database {name} with (force)")


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
