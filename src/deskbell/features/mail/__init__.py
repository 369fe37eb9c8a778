"""Received mail: stored, then filed as a ticket or comment."""
