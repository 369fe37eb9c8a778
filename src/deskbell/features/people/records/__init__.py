"""Rows of agents and contacts."""
