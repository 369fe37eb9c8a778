"""`deskbell openapi`: a contract's machine-readable document."""

import json

import click


@click.command()
@click.argument("contract")
@click.option("--markdown", is_flag=True, help="Print it as a page for reading instead, as in docs/api.")
def openapi(contract: str, *, markdown: bool) -> None:
    """Print the OpenAPI document of CONTRACT (v1, v2, platform, routes or portals) as JSON."""
    from deskbell.api.shared.openapi import reference_page  # noqa: PLC0415 - a long import
    from deskbell.app import CONTRACTS, openapi_document  # noqa: PLC0415 - a long import

    if contract not in CONTRACTS:
        raise click.ClickException(f"There is no contract {contract}.")
    document = openapi_document(contract)
    if markdown:
        click.echo(reference_page(contract, document), nl=False)
    else:
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
