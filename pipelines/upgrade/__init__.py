"""Bringing the home of an earlier version up to date: what is stored differently now, step by step."""
