"""SQL of tickets, comments and their history."""
