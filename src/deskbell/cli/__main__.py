"""`python -m deskbell.cli` is `deskbell`: how the server starts its own children."""

from deskbell.cli import main

main()
