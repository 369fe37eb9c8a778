"""SQL of webhooks: registrations, what is to be told, and how telling it went."""
