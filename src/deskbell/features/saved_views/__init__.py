"""Saved views: stored filters of tickets, private or shared among staff."""
