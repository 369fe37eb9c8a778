"""Tags: labels of tickets, with a colour each."""
