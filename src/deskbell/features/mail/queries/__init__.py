"""SQL of mailboxes and received mails."""
