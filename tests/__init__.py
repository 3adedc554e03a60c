"""The tests: unit/ mirrors the packages, dbt/ and integration/ run the real thing, conventions/ keep house."""
