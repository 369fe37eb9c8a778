"""Agents: the staff who work on tickets."""
