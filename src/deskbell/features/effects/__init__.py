"""The effects of rules: words on tickets, and notifications."""
