"""`deskbell serve`: runs web server, worker and embedded PostgreSQL."""

import ipaddress
import os
import socket
from pathlib import Path

import click
import msgspec

from deskbell.cli.serving import Plan, run
from deskbell.cli.support import name_unknown_settings
from deskbell.runtime.settings import Settings, read_texts


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 picks a free one.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="The data folder; else DESKBELL_DATA_DIR, else data.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Web server processes.")
@click.option("--demo", is_flag=True, help="Create the demo organizations once, and print their accounts.")
@click.option("--demo-anywhere", is_flag=True, help="Allow --demo on an address that others can reach.")
@click.option("--no-worker", is_flag=True, help="Leave background jobs to `deskbell worker` elsewhere.")
def serve(
    host: str, port: int, data_dir: Path | None, workers: int, demo: bool, demo_anywhere: bool, no_worker: bool
) -> None:
    """Run the server until Ctrl-C.

    Without DESKBELL_DATABASE_URL it starts and stops its own PostgreSQL in the data folder.
    """
    name_unknown_settings()
    port = free_port(host, port)
    own_address = f"http://{address_to_try(host)}:{port}"
    has_base_url = "DESKBELL_BASE_URL" in read_texts()
    settings = Settings.load(data_dir=data_dir, demo=demo or None, base_url=None if has_base_url else own_address)
    if settings.demo and not demo_anywhere and not is_loopback(host):
        raise click.ClickException(
            f"The demo does not listen on {host} because its passwords are public. "
            "Leave out --host, or add --demo-anywhere if everyone who can reach this machine may sign in."
        )
    if settings.demo and is_loopback(host):  # only callers on this machine can add webhooks to it
        hosts = (*settings.webhook_allowed_hosts, "localhost", "127.0.0.1", "::1")
        settings = msgspec.structs.replace(settings, webhook_allowed_hosts=hosts)
    if not has_base_url and not is_loopback(host):
        click.echo("DESKBELL_BASE_URL is not set: links in mails will work on this machine only.", err=True)
    run(Plan(settings=settings, host=host, port=port, workers=workers, jobs=not no_worker, address=own_address))


def is_loopback(host: str) -> bool:
    """Whether a server on `host` can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def address_to_try(host: str) -> str:
    """The host part of a URL at which this machine reaches a server on `host`."""
    if host in {"0.0.0.0", ""}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    if host in {"::", "[::]"}:
        return "[::1]"
    return f"[{host.strip('[]')}]" if ":" in host else host


def free_port(host: str, port: int) -> int:
    """The port, or a free one for 0. Raises `ClickException` if it is not available."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            chosen: int = probe.getsockname()[1]
    except PermissionError:
        raise click.ClickException(
            f"This user may not listen on port {port}; choose one above 1023 with --port."
        ) from None
    except socket.gaierror:
        raise click.ClickException(f"{host} is not an address of this machine; choose another with --host.") from None
    except OSError as error:
        import errno  # noqa: PLC0415 - only on failure

        if error.errno == errno.EADDRINUSE:
            sentence = f"Port {port} on {host} is in use. Stop that program, or choose another port with --port."
        else:
            sentence = f"Cannot listen on {host} ({error.strerror}); choose another address with --host."
        raise click.ClickException(sentence) from None
    return chosen
