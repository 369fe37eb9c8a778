"""Commands on agents, contacts, members and profiles, one module each."""
