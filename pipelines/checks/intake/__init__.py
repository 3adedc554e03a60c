"""How the intake reads what departments really send: each case delivered through the real door, beside what is right.

Belongs here: the cases with their right values (`cases/`, `base_rows.yml`), delivering them, comparing, the table. Does not
belong here: reading (`sources`), judging a delivery (`landing`).
"""
