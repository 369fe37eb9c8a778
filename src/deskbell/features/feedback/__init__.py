"""Feedback: the requester's rating of a solved ticket, at most one per ticket."""
