"""Background work: the relay from the journal to the queue, and the workers that run queued jobs."""
