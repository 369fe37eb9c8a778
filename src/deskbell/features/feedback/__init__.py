"""What customers say of the help they got: one rating a ticket, once it is solved."""
