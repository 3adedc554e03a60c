"""How a name, a whole number and a post stand in a cell that somebody filled.

Belongs here: one value in, one text out, and the kind of what happened to it. Does not belong here: which record gets which
(`sent`),
errors in the value itself (`corruption`).
"""

from __future__ import annotations

from random import Random

from pipelines.simulation.linkage.draws import characters, rates
from pipelines.simulation.people import Clan
from pipelines.sources.codes import code_tables

_UNCLEAR = frozenset({"妇女主任", "文书"})


def name_as_sent(rng: Random, name: str | None, clan: Clan, kinds: list[str]) -> str | None:
    """A name with a title or a remark, masked, shortened, or what its bearer is called instead."""
    if name is None:
        return None
    odds, stock = rates()["name"], characters()
    plain = name.isalpha() and 2 <= len(name) <= 3 and "name_used" not in kinds
    for kind in ("masked", "short", "called", "title", "remark"):
        if rng.random() >= odds[kind] or not plain:
            continue
        text = _changed(rng, name, kind, stock)
        if text != name:
            kinds.append(f"name_{kind}")
            return text
    return name


def _changed(rng: Random, name: str, kind: str, stock: dict[str, list[str]]) -> str:
    match kind:
        case "masked":
            return rng.choice(
                [
                    name[0] + "*" * (len(name) - 1),
                    name[0] + "某" * (len(name) - 1),
                    name[:-1] + "*",
                    name[0] + "*" + name[2:],
                ]
            )
        case "short":
            return rng.choice([name[:2], name[1:]]) if len(name) > 2 else name
        case "called":
            return str(rng.choice(stock["called"])).format(
                surname=name[0],
                given=name[1:],
                last=name[-1],
                order=rng.choice("大二三四五六"),
                title=rng.choice(["书记", "主任"]),
            )
        case "title":
            return rng.choice([name + rng.choice(stock["titles_behind"]), rng.choice(stock["titles_in_front"]) + name])
        case _:
            former = name[:-1] + rng.choice("国明生文军")
            return name + str(rng.choice(stock["remarks"])).format(former=former)


def number_as_sent(rng: Random, number: str, kinds: list[str]) -> str:
    """A whole number, written so that it still is one."""
    odds = rates()["id_written"]
    if number.endswith("X") and rng.random() < odds["lower_x"]:
        number = number.lower()
    if rng.random() < odds["first_generation"] and number[6:8] == "19" and number[14:17] < "996":
        kinds.append("id_first_generation")
        return number[:6] + number[8:17]
    for kind in ("quoted", "full_width", "grouped", "apostrophe"):
        if rng.random() < odds[kind]:
            kinds.append(f"id_{kind}")
            return _dressed(number, kind)
    return number


def _dressed(number: str, kind: str) -> str:
    match kind:
        case "quoted":
            return f"“{number}”"
        case "full_width":
            return "".join(chr(ord(sign) + 0xFEE0) for sign in number)
        case "grouped":
            return f"{number[:6]} {number[6:14]} {number[14:]}"
        case _:
            return f"'{number}"


def post_as_sent(rng: Random, position: str | None, kinds: list[str]) -> str | None:
    """A post by its code table's label, or in other words; words that may mean somebody on no roster leave a reader in doubt."""
    if position is None:
        return None
    words = characters()["posts_in_words"].get(position)
    if words is None or rng.random() >= rates()["post"]["in_words"]:
        return code_tables()["position"].labels[position]
    text = str(rng.choice(words))
    kinds.append("post_in_words")
    if text in _UNCLEAR:
        kinds.append("post_unclear")
    return text


def damaged_as_sent(rng: Random, number: str, kind: str) -> str:
    """The damages that only what is sent has; see `corruption` for the others."""
    match kind:
        case "letters":
            return number.replace("0", "O")
        case "noted":
            return number + str(rng.choice(characters()["number_remarks"]))
        case "first_generation":
            digits = number[:6] + number[8:17]
            place = rng.randrange(15)
            return digits[:place] + str((int(digits[place]) + rng.randrange(1, 10)) % 10) + digits[place + 1 :]
        case "zero_tail":
            return number[:14] + "0000"
        case "other_year":
            year = int(number[6:10]) + rng.choice((1, 10, 100)) * rng.choice((1, -1))
            return f"{number[:6]}{year}{number[10:]}"
        case _:
            shown = str((int(number[:15]) + 5) // 10)
            return f"{shown[0]}.{shown[1:]}E+17"


def is_only_sent(kind: str) -> bool:
    """Whether a kind of damage is one of `damaged_as_sent`."""
    return kind in {"letters", "noted", "first_generation", "zero_tail", "other_year", "scientific"}
