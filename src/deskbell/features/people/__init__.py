"""Agents, contacts, members and profiles: views of memberships."""
