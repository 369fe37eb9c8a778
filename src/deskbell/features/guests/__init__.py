"""Guests: customers who follow one ticket by a signed link, without an account."""
