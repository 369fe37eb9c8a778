"""The dashboard: current counts, daily trends and response times."""
