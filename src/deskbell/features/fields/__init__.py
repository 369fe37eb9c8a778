"""Fields of tickets and contacts: their definitions, and what is configured for tickets as workers keep it."""
