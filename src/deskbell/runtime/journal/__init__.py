"""The journal: every change of state as a typed event, written in the transaction of the change.

`appending` writes it, `entries` selects from it, `following` reads it in the order of commits, `readers` lists who reads what.
"""
