"""SQL of service levels: policies, and the clocks of tickets."""
