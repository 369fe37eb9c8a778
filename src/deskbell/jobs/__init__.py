"""Work outside requests: the relay from the journal to the queue, and the workers that run what is queued."""
