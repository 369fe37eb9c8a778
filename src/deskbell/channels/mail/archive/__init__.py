"""Archives of mail: mbox files, Maildir folders and folders of single mails."""
