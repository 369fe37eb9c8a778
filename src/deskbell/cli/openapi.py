"""`deskbell openapi`: prints a contract's OpenAPI document."""

import json

import click


@click.command()
@click.argument("contract")
def openapi(contract: str) -> None:
    """Print the OpenAPI document of CONTRACT (v1, v2, platform, routes or portals) as JSON."""
    from deskbell.app import CONTRACTS, openapi_document  # noqa: PLC0415 - a long import

    if contract not in CONTRACTS:
        raise click.ClickException(f"Unknown contract {contract}. Use one of: {', '.join(CONTRACTS)}.")
    click.echo(json.dumps(openapi_document(contract), indent=2, ensure_ascii=False))
