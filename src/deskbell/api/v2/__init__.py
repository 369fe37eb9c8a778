"""Contract v2: camelCase, `{"data": …, "pagination": …}`, as specified in api-design.md."""
