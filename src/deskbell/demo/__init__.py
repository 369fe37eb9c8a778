"""The demo: two invented organizations with people, conversations, a help centre and canned responses."""
