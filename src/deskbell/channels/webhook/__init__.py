"""Incoming webhooks: signed requests from other systems that create and update tickets."""
