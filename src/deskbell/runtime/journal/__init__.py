"""The journal: every change of state as a typed event, written in the transaction of the change.

`appending` writes it, `entries` queries it, `following` reads it in commit order, `readers` registers its readers.
"""
