"""SQL of rules and schedules."""
