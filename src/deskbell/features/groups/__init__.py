"""Groups: teams of agents that tickets belong to."""
