"""What the contracts share: reading requests, authentication, refusals, routes with permissions."""
