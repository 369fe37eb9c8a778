"""Tags: words on tickets, with a colour each."""
