"""Service levels: time targets of tickets, warnings and breaches."""
