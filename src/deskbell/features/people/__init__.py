"""Memberships seen as agents, contacts, members and profiles."""
