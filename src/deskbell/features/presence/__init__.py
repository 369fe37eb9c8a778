"""Who is looking at a ticket, or typing on it, right now. Nothing of it is kept."""
