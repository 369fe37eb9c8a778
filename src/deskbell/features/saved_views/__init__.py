"""Saved views: lists of tickets that staff look at again and again, their own and shared ones."""
