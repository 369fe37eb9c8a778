"""Merging of contacts: two records of one person become one."""
