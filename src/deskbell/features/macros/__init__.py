"""Macros: changes of tickets, with words, that a person makes by name, in their own name and with their own rights."""
