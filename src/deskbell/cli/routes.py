"""`deskbell routes`: what can be called, and who may."""

import click


@click.command()
@click.argument("contract", required=False)
def routes(contract: str | None) -> None:
    """List every route with its permission, of one contract (v1, v2, …) or of all."""
    from deskbell.app import list_routes  # noqa: PLC0415 - a long import

    rows = [tuple(map(str, row)) for row in list_routes() if contract in {None, row[0]}]
    if not rows:
        raise click.ClickException(f"There is no contract {contract}.")
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        click.echo("  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]]).rstrip())
