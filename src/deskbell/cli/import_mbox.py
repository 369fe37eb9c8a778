"""`deskbell import mbox`: conversations from an archive of mail."""

import asyncio
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from deskbell.cli.import_progress import Shown
from deskbell.cli.import_report import report
from deskbell.cli.support import connected, log_for_commands
from deskbell.runtime.settings import Settings

if TYPE_CHECKING:
    from uuid import UUID

    from deskbell.channels.mail.archive.source import Archive
    from deskbell.channels.mail.archive.splitting import Place
    from deskbell.features.transfer.importing.summary import Summary
    from deskbell.kernel.actor import Actor
    from deskbell.runtime.database import Database

_BATCH: Final = 500


def run(settings: Settings, archive: Path, organization: str, mailbox: str | None, sent_by: str | None) -> None:
    """Imports an archive, and prints the report."""
    log_for_commands(settings)
    rejects = _Rejects(archive)
    began = time.monotonic()
    try:
        summary, present = asyncio.run(_import(settings, archive, organization, mailbox, sent_by, rejects))
    except KeyboardInterrupt:
        click.echo("Interrupted. Run the same command again to continue; imported records are kept.", err=True)
        raise SystemExit(130) from None
    for line in report(summary.counts, time.monotonic() - began, rejects.path):
        click.echo(line)
    if present:
        click.echo(f"  mails that were here already: {present:,}")
    if summary.counts.refused:
        raise SystemExit(1)


class _Rejects:
    """An mbox file with the mails that are not imported, made for the first one. Only its owner can read it."""

    def __init__(self, archive: Path) -> None:
        names = (
            Path(f"{archive.name or 'mail'}.rejects{'' if number == 1 else f'-{number}'}.mbox") for number in count(1)
        )
        self.path = next(path for path in names if not path.exists())

    def add(self, place: "Place", reason: str) -> None:
        """Adds a mail with its reason."""
        from deskbell.channels.mail.archive.splitting import as_mbox, content_of  # noqa: PLC0415 - a long import

        if not self.path.exists():
            self.path.touch(mode=0o600)
        with self.path.open("ab") as file:
            file.write(as_mbox(content_of(place), reason))


async def _import(
    settings: Settings, file: Path, organization: str, mailbox: str | None, sent_by: str | None, rejects: _Rejects
) -> "tuple[Summary, int]":
    from deskbell.channels.mail.archive.source import Archive, Known  # noqa: PLC0415 - a long import
    from deskbell.cli.mail import place_of  # noqa: PLC0415 - as above
    from deskbell.features.mail.service import importing  # noqa: PLC0415 - as above
    from deskbell.features.organizations.queries import find_language  # noqa: PLC0415 - as above
    from deskbell.features.transfer.importing.loading import load  # noqa: PLC0415 - as above
    from deskbell.kernel.actor import Actor  # noqa: PLC0415 - with the rest
    from deskbell.kernel.clock import utc_now  # noqa: PLC0415 - with the rest
    from deskbell.runtime.database import Database  # noqa: PLC0415 - as above
    from deskbell.runtime.storage import Storage  # noqa: PLC0415 - as above

    async with connected(settings) as dsn:
        database = await Database.open(dsn, size=3)
        try:
            organization_id, mailbox_id = await place_of(database, organization, mailbox)
            actor = Actor.system(organization_id)
            async with database.unit(actor) as uow:
                own, staff = await importing.own_and_staff(uow)
                language = await find_language(uow.db)
            if sent_by is not None and sent_by.lower() not in staff:
                raise click.ClickException(f"{sent_by} is not a member of the staff.")
            loop = asyncio.get_running_loop()

            async def known(digests: Sequence[bytes]) -> set[bytes]:
                async with database.unit(actor) as uow:
                    return await importing.known(uow, digests)

            source = Archive(
                file, Known(own, staff, sent_by.lower() if sent_by else None), language, settings.max_mail_bytes, utc_now(),
                rejects.add, lambda digests: asyncio.run_coroutine_threadsafe(known(digests), loop).result(),
            )  # fmt: skip
            try:
                with Shown(file) as shown:
                    summary = await load(
                        database,
                        organization_id,
                        source.lines(shown.passed),
                        shown.update,
                        storage=Storage.open(settings),
                    )
                await _remember(database, actor, source, mailbox_id)
            finally:
                await asyncio.to_thread(source.close)
            return summary, source.present
        finally:
            await database.close()


async def _remember(database: "Database", actor: "Actor", source: "Archive", mailbox_id: "UUID | None") -> None:
    from deskbell.features.mail.service import importing  # noqa: PLC0415 - a long import

    for begin in range(0, len(source.emitted), _BATCH):
        async with database.unit(actor) as uow:
            await importing.remember(uow, source.emitted[begin : begin + _BATCH], mailbox_id)
