"""v2: signing in and up, users, and the organization they belong to."""
