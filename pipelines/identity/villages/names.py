"""Village names as the register compares them.

Belongs here: what two names have in common. Does not belong here: the forms of one name (`identity.normal.villages`), which
village a name means (`registry`).
"""

from __future__ import annotations

from pipelines.identity.normal.villages import COMMUNITY, VILLAGE, village_kind, village_name_key

# Characters that half the villages have: two names that share only these share nothing.
_COMMON = frozenset("东西南北中上下前后里内外大小新老村社区街路")


def answers_to(asked: str, called: str) -> bool:
    """Whether a village that is called so may be meant by the name asked for.

    A village and a community of one name are two units; a name that does not say which may mean either.
    """
    kinds = {village_kind(asked), village_kind(called)}
    return village_name_key(asked) == village_name_key(called) and kinds != {VILLAGE, COMMUNITY}


def telling(name: str) -> frozenset[str]:
    """The characters of a name that say something about which village it is."""
    return frozenset(village_name_key(name)) - _COMMON
