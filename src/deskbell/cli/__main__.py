"""`python -m deskbell.cli` equals `deskbell`. The server starts its child processes this way."""

from deskbell.cli import main

main()
