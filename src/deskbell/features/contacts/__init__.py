"""Contacts: the customers that an organization knows."""
