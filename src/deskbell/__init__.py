"""Deskbell: a helpdesk in one program on one engine, PostgreSQL."""

__version__ = "0.1.0"
