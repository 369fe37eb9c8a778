"""Fields of tickets: their definitions, and what is configured for tickets as workers keep it."""
