"""How records misspell a name and damage an ID number.

Belongs here: one value in, one written value out, and the kinds of what happened to it. Does not belong here: which
record gets which (`mentions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pipelines.simulation.linkage.draws import characters, draw, rates
from pipelines.simulation.linkage.people import Official
from pipelines.simulation.linkage.writing import damaged_as_sent, is_only_sent

_LAST_FOUR, _AREA, _BIRTH = 4, 6, 10


@dataclass(frozen=True)
class Written:
    """A value as the record has it. `plain` is it before mere forms of writing (characters, blanks, notes) befell it."""

    text: str
    plain: str
    kinds: tuple[str, ...]


def write_name(rng: Random, person: Official) -> Written:
    """A person's name as a record has it: what was heard, read or remembered first, how it was written then."""
    odds = rates()["name"]
    kinds: list[str] = []
    name = person.name
    if len(person.names) > 1 and rng.random() < odds["former"]:
        name, kinds = person.names[0], ["former_name"]
    for kind, change in (("used", _used), ("homophone", _homophone), ("wrong", _wrong)):
        if rng.random() < odds[kind]:
            changed = change(rng, name)
            if changed != name:
                name = changed
                kinds.append(f"name_{kind}")
    text = name
    for kind, form in (("dot", _dot), ("traditional", _traditional), ("blanks", _blanks), ("note", _note)):
        if rng.random() < odds[kind]:
            formed = form(rng, text)
            if formed != text:
                text = formed
                kinds.append(f"name_{kind}")
    return Written(text, name, tuple(kinds))


def _used(rng: Random, name: str) -> str:
    other, other2 = (rng.choice(list(characters()["homophones"])) for _ in range(2))
    pattern = rng.choice(characters()["used"])
    return str(
        pattern.format(last=name[-1], surname=name[0], order=rng.choice("大二三四五六"), other=other, other2=other2)
    )


def _replaced(rng: Random, name: str, others: dict[str, tuple[str, ...]]) -> str:
    places = [place for place, one in enumerate(name) if one in others]
    if not places:
        return name
    place = rng.choice(places)
    return name[:place] + rng.choice(others[name[place]]) + name[place + 1 :]


def _homophone(rng: Random, name: str) -> str:
    return _replaced(rng, name, characters()["homophones"])


def _wrong(rng: Random, name: str) -> str:
    """Half of the wrong characters are drawn alike, half are anything."""
    if rng.random() < 0.5:
        return _replaced(rng, name, characters()["lookalikes"])
    place = rng.randrange(1, len(name))
    return name[:place] + rng.choice(list(characters()["homophones"])) + name[place + 1 :]


def _traditional(rng: Random, name: str) -> str:
    """Programs change all characters they can; people one."""
    others = characters()["traditional"]
    if rng.random() < 0.3:
        return _replaced(rng, name, others)
    return "".join(others[one][0] if one in others else one for one in name)


def _blanks(rng: Random, name: str) -> str:
    blank = rng.choice(characters()["blanks"])
    place = rng.choice((1, len(name), 0))
    return name[:place] + blank + name[place:]


def _note(rng: Random, name: str) -> str:
    return name + str(rng.choice(characters()["notes"]))


def _dot(rng: Random, name: str) -> str:
    return name.replace("·", rng.choice([*characters()["dots"], ""]))


def damage_number(rng: Random, number: str) -> tuple[str, str]:
    """An ID number that lost what makes it valid, and the kind of the damage."""
    kinds = dict(rates()["id_damage"])
    if number.endswith("X"):  # text in a spreadsheet, never a number
        for kind in ("truncated", "float64", "scientific"):
            kinds.pop(kind, None)
    if number[6:8] != "19":
        kinds.pop("first_generation", None)
    if "0" not in number:
        kinds.pop("letters", None)
    kind = draw(rng, kinds)
    text = number
    while text == number:
        text = _damaged(rng, number, kind)
    return text, f"id_{kind}"


def _damaged(rng: Random, number: str, kind: str) -> str:
    if is_only_sent(kind):
        return damaged_as_sent(rng, number, kind)
    place = rng.randrange(17)
    match kind:
        case "lost_digit":
            return number[:place] + number[place + 1 :]
        case "mistyped":
            return number[:place] + str(rng.randrange(10)) + number[place + 1 :]
        case "swapped":
            return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        case "truncated":
            return number[:15] + "000"
        case "float64":
            # one number of 128 is what 64 bits hold, and not damaged by them
            rounded = str(int(float(number)))
            return rounded if rounded != number else number[:15] + "000"
        case "masked_middle":
            return number[:_AREA] + "*" * (18 - _AREA - _LAST_FOUR) + number[-_LAST_FOUR:]
        case "masked_serial":
            return number[:_BIRTH] + "*" * (18 - _BIRTH - _LAST_FOUR) + number[-_LAST_FOUR:]
        case _:
            return number[-_LAST_FOUR:]
