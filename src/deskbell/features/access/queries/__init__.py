"""SQL of accounts and their credentials."""
