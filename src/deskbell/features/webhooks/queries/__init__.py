"""SQL of webhooks: registrations, deliveries and their attempts."""
