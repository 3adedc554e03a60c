"""Dagster: one module per stage, each a thin layer that calls the pure rooms and reports what they did.

Belongs here: asset keys, groups, owners, metadata, checks, dependencies. Does not belong here: reading, judging, linking,
publishing or rendering, which are rooms of their own and know no Dagster.
"""
