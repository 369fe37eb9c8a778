"""Mail: received mail becomes tickets and comments; replies and notices go out and are followed to each recipient."""
