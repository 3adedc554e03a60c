"""Whose record is it: from the evidence in a record (a mention) to a person of the organisation department's rosters.

Belongs here: the rules in their order (`rules`), scoring where rules end (`scoring`, by Splink), and the week's links (`week`).
Does not belong here: forms of names and numbers (`identity.normal`), what waits for a person and what was decided
(`identity.review`), the vault's tables (`identity.vault`).
"""
