"""SQL of agents, contacts, members and profiles."""
