"""`deskbell doctor`: checks the installation and suggests fixes."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deskbell.cli.support import absent_database, connected, log_for_commands
from deskbell.runtime.settings import SettingError, Settings, read_texts

if TYPE_CHECKING:
    from deskbell.runtime.diagnosis import Finding


@click.command()
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="The data folder; else DESKBELL_DATA_DIR, else data.",
)
@click.option("--unused", is_flag=True, help="Also find stored contents that no file refers to.")
@click.option("--remove-unused", is_flag=True, help="Remove unused contents that are older than a day.")
def doctor(data_dir: Path | None, unused: bool, remove_unused: bool) -> None:
    """Check settings, database and storage.

    Prints one line for each check: `ok`, or `problem` with a fix. Exits with 1 if there is a problem. Safe while the
    server runs.
    """
    from deskbell.runtime.diagnosis import Finding, look_at_mail, look_at_settings, look_at_storage  # noqa: PLC0415 - slow to load

    try:
        settings = Settings.load(data_dir=data_dir)
    except SettingError as error:
        _show(Finding("settings", str(error), "Correct the setting; `docs/admin/settings.md` lists them all."))
        raise SystemExit(1) from None
    log_for_commands(settings)
    findings = [
        *look_at_settings(settings, sorted(read_texts())),
        look_at_storage(settings),
        asyncio.run(look_at_mail(settings)),
    ]
    for finding in findings:
        _show(finding)
    if absent_database(data_dir) is None:
        findings += asyncio.run(_database(settings, unused=unused or remove_unused, remove=remove_unused))
    else:
        cure = "Run `deskbell serve` to create one, or name the data folder with --data-dir."
        findings.append(Finding("database", f"there is none in {settings.data_dir}", cure))
        _show(findings[-1])
    if not all(finding.good for finding in findings):
        raise SystemExit(1)


async def _database(settings: Settings, *, unused: bool, remove: bool) -> "list[Finding]":
    from deskbell.kernel.errors import OperatorError  # noqa: PLC0415 - with the rest
    from deskbell.runtime.diagnosis import Finding, look_at_database, look_at_replica  # noqa: PLC0415 - slow to load

    findings = []
    try:
        async with connected(settings, migrated=False) as dsn:
            async for finding in look_at_database(dsn):
                _show(finding)
                findings.append(finding)
            if settings.replica_url is not None:
                findings.append(await look_at_replica(settings.replica_url))
                _show(findings[-1])
            if unused and all(finding.good for finding in findings):
                findings.append(await _unused(settings, dsn, remove=remove))
                _show(findings[-1])
    except OperatorError as error:
        findings.append(Finding("database", str(error), "See the message above."))
        _show(findings[-1])
    return findings


async def _unused(settings: Settings, dsn: str, *, remove: bool) -> "Finding":
    from deskbell.features.files.unused import find_unused, remove_unused  # noqa: PLC0415 - a long import
    from deskbell.kernel.clock import utc_now  # noqa: PLC0415 - with the rest
    from deskbell.runtime.database import Database  # noqa: PLC0415 - as above
    from deskbell.runtime.diagnosis import Finding  # noqa: PLC0415 - as above
    from deskbell.runtime.storage import Storage  # noqa: PLC0415 - as above

    storage = Storage.open(settings)
    database = await Database.open(dsn, size=1)
    try:
        found = await find_unused(database, storage, utc_now())
    finally:
        await database.close()
    if not found.keys:
        return Finding("unused", "each stored content belongs to a file, or is younger than a day")
    contents = "content" if len(found.keys) == 1 else "contents"
    said = f"{len(found.keys):,} stored {contents} ({found.size / 1e6:,.1f} MB) that no file refers to"
    if not remove:
        return Finding("unused", said, "Remove them with `deskbell doctor --remove-unused`.")
    await remove_unused(storage, found)
    return Finding("unused", f"removed {said}")


def _show(finding: "Finding") -> None:
    click.echo(f"{'ok' if finding.good else 'problem':<8} {finding.subject:<11} {finding.found}")
    if finding.cure:
        click.echo(f"{'':<20} → {finding.cure}")
