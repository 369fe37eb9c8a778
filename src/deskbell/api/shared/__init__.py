"""Code shared by the contracts: requests, authentication, errors, routes with permissions."""
