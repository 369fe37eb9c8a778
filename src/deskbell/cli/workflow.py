"""`deskbell workflow`: the configuration of an organization's workflow as a file."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deskbell.cli.support import connected, log_for_commands, with_desk
from deskbell.runtime.settings import Settings

if TYPE_CHECKING:
    from deskbell.features.configuration.records import Differences
    from deskbell.runtime.database import UnitOfWork

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
_ORGANIZATION = click.option("--organization", required=True, metavar="DOMAIN", help="Its domain (or id).")


@click.group("workflow")
def workflow() -> None:
    """Write opening hours, fields, statuses, forms, macros and rules to a file, or make them those of a file.

    Safe while the server runs. A change is recorded as made by the organization's first owner.
    """


@workflow.command("export", short_help="Write the configuration to a file.")
@_FILE
@_ORGANIZATION
@with_desk
def export_workflow(settings: Settings, file: Path, organization: str) -> None:
    """Write the configuration to FILE (or - for standard output) as YAML."""
    from deskbell.features.configuration import service  # noqa: PLC0415 - slow to load

    text = _run(settings, organization, service.export)
    if str(file) == "-":
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")


@workflow.command("import", short_help="Make the configuration that of a file.")
@_FILE
@_ORGANIZATION
@click.option("--dry-run", is_flag=True, help="Print the difference and change nothing.")
@with_desk
def import_workflow(settings: Settings, file: Path, organization: str, dry_run: bool) -> None:
    """Make the configuration that of FILE (or - for standard input), in one step, and print the difference.

    A part that the file leaves out stays as it is. In a part, the objects that the file leaves out are deleted.
    """
    from deskbell.features.configuration import service  # noqa: PLC0415 - slow to load

    text = sys.stdin.read() if str(file) == "-" else _read(file)

    async def imported(uow: "UnitOfWork") -> "Differences":
        return await service.import_text(uow, text, dry_run=dry_run)

    lines = list(_lines(_run(settings, organization, imported)))
    for line in lines or ["Nothing differs."]:
        click.echo(line)
    if dry_run and lines:
        click.echo("Nothing was changed.", err=True)


@workflow.command("check", short_help="Look for mistakes in a file.")
@_FILE
@_ORGANIZATION
@with_desk
def check_workflow(settings: Settings, file: Path, organization: str) -> None:
    """Read FILE (or - for standard input) as an import would, name its mistakes, and change nothing."""
    from deskbell.features.configuration import service  # noqa: PLC0415 - slow to load

    text = sys.stdin.read() if str(file) == "-" else _read(file)

    async def tried(uow: "UnitOfWork") -> "Differences":
        return await service.import_text(uow, text, dry_run=True)

    _run(settings, organization, tried)
    click.echo("It can be imported.")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is not a text in UTF-8.") from None


def _run(settings: Settings, organization: str, command: Callable[["UnitOfWork"], Awaitable[Any]]) -> Any:
    log_for_commands(settings)
    return asyncio.run(_in_unit(settings, organization, command))


async def _in_unit(settings: Settings, organization: str, command: Callable[["UnitOfWork"], Awaitable[Any]]) -> Any:
    from deskbell.features.knowledge.importing.loading import author_for  # noqa: PLC0415 - slow to load
    from deskbell.features.transfer.organizations import find_organization  # noqa: PLC0415 - with the rest
    from deskbell.runtime.database import Database  # noqa: PLC0415 - with the rest

    async with connected(settings) as dsn:
        database = await Database.open(dsn, size=2)
        try:
            found = await find_organization(database, organization)
            if found is None:
                raise click.ClickException(f"There is no organization {organization}.")
            owner = await author_for(database, found.id)
            if owner is None:
                raise click.ClickException(f"{organization} has no owner. Create one with `deskbell create-owner`.")
            async with database.unit(owner) as uow:
                return await command(uow)
        finally:
            await database.close()


def _lines(found: "Differences") -> Iterator[str]:
    for part in found.__struct_fields__:
        difference = getattr(found, part)
        yield from (f"+ {part}: {name}" for name in difference.created)
        yield from (f"~ {part}: {each.name} ({', '.join(each.fields)})" for each in difference.changed)
        yield from (f"- {part}: {name}" for name in difference.deleted)
        if difference.reordered:
            yield f"~ {part}: their order"
        yield from (f"! {part}: {name} (a file: it has to be added by hand)" for name in difference.left_out)
