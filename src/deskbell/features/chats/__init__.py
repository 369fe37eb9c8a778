"""Chats of guests with the staff: tickets with a guest who waits."""
