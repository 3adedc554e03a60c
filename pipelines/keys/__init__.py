"""Key files and what is derived with a key: the room that whoever encrypts, signs or names somebody stands on.

Belongs here: making, keeping and replacing keys, keyed digests. Does not belong here: what lies under a key.
"""
