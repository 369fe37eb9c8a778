"""Words that are not said yet: drafts, and replies that are held back for some seconds."""
