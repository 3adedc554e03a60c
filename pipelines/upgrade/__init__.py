"""Taking over a home of a version before: one module a step."""
