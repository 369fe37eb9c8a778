"""What is served beside the contracts: probes, API documents and reference pages."""
