"""The command line. Each command is a module that is imported only when it runs or shows its help."""

import errno
import importlib
from typing import Any, NamedTuple

import click


class Entry(NamedTuple):
    """A command's module, function and one-line help."""

    module: str
    attribute: str
    summary: str


COMMANDS: dict[str, Entry] = {
    "serve": Entry("serve", "serve", "Run the server, with its own PostgreSQL unless one is set."),
    "worker": Entry("worker", "worker", "Run background jobs only, in addition to other servers."),
    "migrate": Entry("migrate", "migrate_command", "Upgrade the database schema to this version."),
    "create-owner": Entry("create_owner", "create_owner", "Create an organization and its owner."),
    "remove-second-factor": Entry("second_factor", "remove_second_factor", "Remove a user's second factor."),
    "retry-jobs": Entry("retry_jobs", "retry_jobs", "Queue the jobs again that failed at their last attempt."),
    "backup": Entry("backup", "backup", "Write database, files and secret key to one file, while the server runs."),
    "restore": Entry("restore", "restore", "Restore a backup into an empty data folder."),
    "import": Entry("import_", "import_command", "Import tickets or articles from files."),
    "export": Entry("export", "export_command", "Write an organization to a file."),
    "workflow": Entry("workflow", "workflow", "Write or read fields, forms, macros and rules as a file."),
    "mail": Entry("mail", "mail", "Receive mail from files or standard input."),
    "doctor": Entry("doctor", "doctor", "Check settings, database and storage, and suggest fixes."),
    "routes": Entry("routes", "routes", "List every route of every contract with its permission."),
    "openapi": Entry("openapi", "openapi", "Print a contract's OpenAPI document."),
}


_OF_THE_MACHINE = {
    errno.EACCES, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENAMETOOLONG, errno.ENFILE, errno.ENOSPC, errno.EPERM,
    errno.EROFS,
}  # fmt: skip
"""A full disk, a missing right, a broken disk: errors that the operator can fix."""
_OF_THE_DATABASE = {
    "asyncpg.exceptions.InsufficientResourcesError", "asyncpg.exceptions.OperatorInterventionError",
    "asyncpg.exceptions.PostgresConnectionError",
}  # fmt: skip
"""Database errors that the operator can fix; by name, because importing the drivers would slow down every command."""


class Commands(click.Group):
    """A group that imports a command on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = getattr(importlib.import_module(f"deskbell.cli.{entry.module}"), entry.attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            sentence = _sentence(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error


def _sentence(error: Exception) -> str | None:
    """The message of an error that the operator can fix; None for a bug."""
    from deskbell.kernel.errors import DeskbellError, OperatorError  # noqa: PLC0415 - only a failure needs these
    from deskbell.runtime.messages import sentences  # noqa: PLC0415 - as above
    from deskbell.runtime.settings import SettingError  # noqa: PLC0415 - as above

    if isinstance(error, (SettingError, OperatorError)):
        return str(error)
    if isinstance(error, DeskbellError):
        return sentences(error)
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        return f"{error.filename or 'The work cannot go on'}: {error.strerror}."
    if any(f"{kind.__module__}.{kind.__name__}" in _OF_THE_DATABASE for kind in type(error).__mro__):
        return f"The database cannot go on: {str(error).splitlines()[0]}. `deskbell doctor` may say more."
    return None


def _show_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from deskbell import __version__  # noqa: PLC0415 - keeps this module free of the rest

        click.echo(f"deskbell {__version__}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Print the version."
)
def commands() -> None:
    """Deskbell, a helpdesk that one person starts with one command.

    Settings are environment variables DESKBELL_*; `deskbell doctor` checks them.
    """


def main() -> None:
    """The entry point of `deskbell`."""
    commands(prog_name="deskbell")
