"""`deskbell openapi`: a contract's machine-readable document."""

import json

import click


@click.command()
@click.argument("contract")
def openapi(contract: str) -> None:
    """Print the OpenAPI document of CONTRACT (v1, v2, platform, routes or portals) as JSON."""
    from deskbell.app import openapi_document  # noqa: PLC0415 - a long import

    try:
        document = openapi_document(contract)
    except KeyError:
        raise click.ClickException(f"There is no contract {contract}.") from None
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))
