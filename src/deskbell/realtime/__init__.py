"""Live connections: WebSockets and Socket.IO, told of events as they are committed, wherever that happened."""
