"""Contract v1, the product's own: snake_case, `{"success": true, "data": …}`."""
