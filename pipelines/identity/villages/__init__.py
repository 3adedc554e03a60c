"""Which village is it: a surrogate id for every village, of which codes, names and parents are history.

Belongs here: the register of villages, the lineage between them, proposals where a change was seen and none delivered.
Does not belong here: facts about a village (dbt), who decides on a proposal (`identity.review`).
"""
