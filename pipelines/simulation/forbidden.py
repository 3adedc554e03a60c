"""Forbidden columns that careless clerks send along, filled with invented content.

Belongs here: which file carries which forbidden column, and what stands in it. Does not belong here: truth rows.
"""

from __future__ import annotations

from random import Random

from pipelines.simulation.people import invented_mobile, make_name

# Dataset → (header…, in which week): None = every week, a number = that week only, or the last if there are fewer.
_CARRIED: dict[str, tuple[tuple[str, ...], int | None]] = {
    "organisation__posts": (("手机号",), None),
    "petition__matters": (("来访人", "联系电话", "反映内容"), 1),
    "discipline_inspection__opinions": (("问题摘要",), 0),
}
# Surnames that no invented official has, so that a petitioner's name found anywhere is a petitioner's name.
_SURNAMES = ("令狐", "皇甫", "诸葛", "上官")
_COMPLAINTS = ("反映村集体账目公开不及时", "反映宅基地审批拖延", "反映道路积水", "反映征收补偿标准不一")


def forbidden_headers(name: str, week: int, weeks: int) -> tuple[str, ...]:
    """The forbidden columns of one file."""
    headers, only = _CARRIED.get(name, ((), None))
    return headers if only is None or week == min(only, weeks - 1) else ()


def forbidden_cells(rng: Random, headers: tuple[str, ...]) -> dict[str, str]:
    """Invented content for one row; some cells stay empty."""
    return {header: value for header in headers if rng.random() < 0.85 and (value := _value(rng, header))}


def _value(rng: Random, header: str) -> str:
    if header in ("手机号", "联系电话"):
        return invented_mobile(rng.randrange(10000))
    if header == "来访人":
        return rng.choice(_SURNAMES) + make_name(rng, rng.choice("12"), rng.randint(1950, 1990))[1:]
    if header == "反映内容":
        return rng.choice(_COMPLAINTS)
    return "经了解，未发现问题" if rng.random() < 0.3 else ""
