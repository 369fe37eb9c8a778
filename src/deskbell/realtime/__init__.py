"""Live connections: WebSockets and Socket.IO clients receive events as they are committed, from any process."""
