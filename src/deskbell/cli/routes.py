"""`deskbell routes`: lists routes and their permissions."""

import click


@click.command()
@click.argument("contract", required=False)
@click.option("--markdown", is_flag=True, help="Print the manual's page of permissions instead.")
def routes(contract: str | None, *, markdown: bool) -> None:
    """List every route with its permission, of one contract (v1, v2, …) or of all."""
    from deskbell.api.shared.table import permission_page  # noqa: PLC0415 - a long import
    from deskbell.app import list_routes  # noqa: PLC0415 - a long import

    entries = [entry for entry in list_routes() if contract in {None, entry.contract}]
    if not entries:
        raise click.ClickException(f"There is no contract {contract}.")
    if markdown:
        click.echo(permission_page(entries), nl=False)
        return
    rows = [(entry.contract, entry.method, entry.path, entry.permission) for entry in entries]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        click.echo("  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]]).rstrip())
