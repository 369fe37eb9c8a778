"""Ticket metrics of a span of time: how many, how fast answered and resolved, how often opened again."""
