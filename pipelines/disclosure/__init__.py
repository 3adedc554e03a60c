"""Statistical disclosure control: which published counts are hidden, and the proof that nobody can work them out.

Belongs here: the small cell, complementary suppression, the attacker. Does not belong here: how an edition or a report shows
a hidden count (`publishing`, `reports`); who may read what.
"""
