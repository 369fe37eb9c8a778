"""People: sign-up, sign-in, sessions, passwords, invitations, API keys."""
