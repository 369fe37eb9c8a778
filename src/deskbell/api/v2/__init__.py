"""Contract v2: camelCase, `{"data": …, "pagination": …}`, as api-design.md describes it."""
