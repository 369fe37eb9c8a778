"""Organizations: one customer of the server each, with own members and settings."""
