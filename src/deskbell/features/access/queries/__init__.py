"""SQL of people and their credentials."""
