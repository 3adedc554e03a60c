"""Cunshe (村社): one county's departments' records of its villages and their officials, pulled together weekly.

Each sub-package is a room with its own docstring; `docs/architecture.md` is the map.
"""
