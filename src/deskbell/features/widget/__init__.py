"""The form and chat that other sites show: its settings, and what visitors send with it."""
