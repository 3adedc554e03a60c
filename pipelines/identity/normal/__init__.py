"""The form in which values are compared: names, damaged ID numbers, village names, posts.

Belongs here: pure functions on one value, and the words they need (YAML). Does not belong here: who somebody is, which
village it is (`linking`, `villages`). Nothing here decides a link, and no form made here is shown or stored as a name.
"""
