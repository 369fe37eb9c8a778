"""Canned responses: answers that are written once and filled in for each ticket."""
