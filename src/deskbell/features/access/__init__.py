"""Access to an organization: memberships, sign-up, sign-in, sessions, second factor, invitations, API keys."""
