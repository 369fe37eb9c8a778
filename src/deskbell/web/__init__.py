"""Routes outside the contracts: probes, metrics, account pages, API documents and reference pages."""
