"""Mail that comes in: receivers, the reader of its bytes, and the proof of its sender."""
