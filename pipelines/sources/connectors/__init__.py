"""How raw deliveries are fetched: one module per kind of source.

Belongs here: finding and fetching bytes. Does not belong here: reading them (`reading`) or judging them (`landing`).
"""
