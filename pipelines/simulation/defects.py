"""Defects: which rows of a delivery go wrong, and how.

`data/defects.csv` states how many of each kind a dataset carries each week. A defect either spoils a row in place, or
comes as an additional row about somebody or something that is in no other row, so that setting the row aside takes
nothing else away. Belongs here: choosing and spoiling rows. Does not belong here: faults of whole deliveries (`faults`).
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from pipelines.simulation.departments import person_cells, person_facts
from pipelines.simulation.formats import IMPOSSIBLE_DATES, RAW, Row, format_of
from pipelines.simulation.geography import DATA, Village
from pipelines.simulation.people import EXTRA_SERIAL, SERIALS_PER_VILLAGE, Person, invented_mobile, make_person
from pipelines.simulation.petitions import matter_key
from pipelines.simulation.timeline import Window, days
from pipelines.sources.resident_id import check_digit

# Datasets with one row per village or step: an additional row would repeat a key, so most kinds spoil a row in place.
_KEYED_BY_VILLAGE = {
    "civil_affairs__election_steps",
    "organisation__pairings",
    "questionnaire__village_profile",
}
_ALWAYS_ADDITIONAL = {"unknown_village", "bad_village_code", "duplicate_row", "duplicate_key"}
_ALWAYS_IN_PLACE = {"collected_more_than_issued", "attended_more_than_registered", "attended_not_over_half"}
_IN_PLACE_SHARE = 10  # at most one village of ten loses a row
# What a careless clerk sends along and nobody here reads: such rows are dropped, whatever is wrong with them.
_NOT_SHARED = {"accusation"}
_UNUSED_VILLAGE = "397"
_FIRST_UNUSED_NEW_VILLAGE = 370
_BAD_TEXT = {
    "bad_date": "年底前",
    "bad_month": "1978.1",
    "bad_boolean": "初次",
    "number_not_integer": "约300",
    "unknown_code": "本硕连读",
}
_UNKNOWN_WORDS = {
    "village_type": "新村",
    "step_code": "Z09",
    "body": "监督组织",
    "conclusion": "有待研究",
    "status": "已了结",
    "audit_status": "已审",
}


@dataclass(frozen=True)
class Defect:
    """One kind of defect of one dataset, and how many a week."""

    name: str
    kind: str
    column: str
    per_week: int
    expected: str

    @property
    def in_place(self) -> bool:
        if self.kind in _ALWAYS_IN_PLACE:
            return True
        if self.name == "civil_affairs__election_steps" and self.kind == "unknown_code":
            return False
        return self.name in _KEYED_BY_VILLAGE and self.kind not in _ALWAYS_ADDITIONAL


@dataclass(frozen=True)
class Marked:
    """A row to be written, with the defect it carries (None: a clean row)."""

    row: Row
    defect: Defect | None = None


@cache
def defect_table() -> tuple[Defect, ...]:
    """The defects as `data/defects.csv` states them."""
    with (DATA / "defects.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Defect(
                f"{row['department']}__{row['dataset']}",
                row["kind"],
                row["column"],
                int(row["per_week"]),
                row["expected"],
            )
            for row in csv.DictReader(file)
        )


class DefectPlan:
    """Spreads the defects of one delivery over the county; `spoil` is called for its villages in order."""

    def __init__(self, seed: int, name: str, window: Window, villages: int) -> None:
        self._key = f"{seed}:defects:{name}:{window.week}"
        self._name, self._window = name, window
        wanted = [one for one in defect_table() if one.name == name for _ in range(one.per_week)]
        Random(self._key).shuffle(wanted)
        additional = [one for one in wanted if not one.in_place]
        in_place = [one for one in wanted if one.in_place][: max(1, villages // _IN_PLACE_SHARE)]
        planned = [
            ((place + 0.5) * villages / len(group), one)
            for group in (additional, in_place)
            for place, one in enumerate(group)
        ]
        self._planned = sorted(planned, key=lambda item: item[0], reverse=True)
        self._due: list[Defect] = []

    def spoil(self, village: Village, place: int, rows: list[Row]) -> list[Marked]:
        """The rows of the village at `place` in the county, with the defects that are due."""
        while self._planned and self._planned[-1][0] < place + 1:
            self._due.append(self._planned.pop()[1])
        marked = [Marked(row) for row in rows]
        if not self._due or not rows:
            return marked
        spoiler = _Spoiler(self._key, self._window, village)
        self._due = [one for one in self._due if not spoiler.apply(one, marked)]
        return marked


class _Spoiler:
    """Applies defects to the rows of one village."""

    def __init__(self, key: str, window: Window, village: Village) -> None:
        self._rng = Random(f"{key}:{village.code}")
        self._window, self._village = window, village
        self._extra = 0

    def apply(self, defect: Defect, marked: list[Marked]) -> bool:
        """Add or spoil a row; False if no row of this village will do."""
        clean = [
            place for place, one in enumerate(marked) if one.defect is None and _suits(defect, one.row, self._window)
        ]
        if not clean:
            return False
        place = self._rng.choice(clean)
        row = marked[place].row
        if defect.kind == "duplicate_row":
            marked.insert(place + 1, Marked(dict(row), defect))
        elif defect.kind == "duplicate_key":
            self._repeat_key(defect, marked, place)
        elif defect.in_place:
            marked[place] = Marked(self._spoiled(defect, row), defect)
        else:
            marked.insert(place + 1, Marked(self._spoiled(defect, self._additional(defect.name, row)), defect))
        # A clean row must stay clean: a copied row may not be copied or spoiled again.
        if defect.kind == "duplicate_row":
            marked[place] = Marked({**row, "_copied": True})
        return True

    def _repeat_key(self, defect: Defect, marked: list[Marked], place: int) -> None:
        row = marked[place].row
        if defect.name in _KEYED_BY_VILLAGE:
            marked[place] = Marked(row, defect)
            marked.insert(place + 1, Marked(_different(defect.name, row), defect))
        else:
            new = self._additional(defect.name, row)
            marked[place + 1 : place + 1] = [Marked(new, defect), Marked(_different(defect.name, new), defect)]

    def _additional(self, name: str, row: Row) -> Row:
        """A right row about somebody or something new."""
        self._extra += 1
        new = dict(row)
        if name in ("organisation__posts", "organisation__candidates"):
            person = self._person()
            new.update({**person_cells(person), **person_facts(person)})
        elif "opinion_no" in new:
            new["opinion_no"] = f"{row['opinion_no']}X{self._window.week + 1}{self._extra}"
        elif name == "petition__matters":
            new["matter_key"] = matter_key(self._rng)
        elif name == "civil_affairs__ballots":
            new.update(round_no=2 + self._extra % 8, ballot_kind="re_run")
        elif name == "civil_affairs__villages":
            serial = _FIRST_UNUSED_NEW_VILLAGE + self._extra
            new["village_code"] = f"{self._village.township_code[:9]}{serial}"
            new["village_name"] = f"新设{self._extra}村"
        return new

    def _person(self) -> Person:
        serial = self._village.index * SERIALS_PER_VILLAGE + EXTRA_SERIAL + self._extra % 32
        return make_person(self._rng, serial, team="new", member=True)

    def _spoiled(self, defect: Defect, row: Row) -> Row:
        new = dict(row)
        spoil = _KINDS.get(defect.kind)
        if spoil is not None:
            new.update(spoil(row, self._window))
        else:
            new[RAW] = {defect.column: self._text(defect, row)}
        return new

    def _text(self, defect: Defect, row: Row) -> str | None:
        kind, column = defect.kind, defect.column
        if kind in ("required_missing", "id_missing"):
            return None
        if kind.startswith("id_") and column == "id_number":
            return _bad_id(kind, row["id_number"])
        if kind == "unknown_village":
            return f"{row['village_code'][:9]}{_UNUSED_VILLAGE}"
        if kind == "bad_village_code":
            code = row["village_code"]
            return self._rng.choice((code[:-1], f"{code[:10]}O{code[11:]}", f"{code}0"))
        if kind == "impossible_date":
            return str(IMPOSSIBLE_DATES[format_of(defect.name).dates])
        if kind == "negative_number":
            return str(-self._rng.randint(1, 9))
        if kind == "unknown_code":
            return _UNKNOWN_WORDS.get(column, _BAD_TEXT[kind])
        if kind == "phone_in_text":
            return f"{row.get(column) or '联系人'} {invented_mobile(self._rng.randrange(10000))}"
        if kind == "id_in_text":
            return f"{row.get(column) or '涉及'}（{self._person().id_number}）"
        return _BAD_TEXT[kind]


def _suits(defect: Defect, row: Row, window: Window) -> bool:
    """Whether a clean row can carry the defect and no other."""
    if row.get("_copied") or row.get("category") in _NOT_SHARED:
        return False
    if defect.kind == "id_truncated":
        # A number ending in X is a text to a spreadsheet; one cut in eleven passes its check and shows no defect.
        number = row["id_number"]
        return bool(number.isdigit()) and check_digit(f"{number[:15]}00") != "0"
    if defect.kind == "done_in_future":
        return row["done_on"] is None and row["planned_on"] >= window.delivered_on
    if defect.kind in _ALWAYS_IN_PLACE:
        return row["body"] == "committee" and row["round_no"] == 1 and row["registered"] > 100
    if defect.kind == "bad_date" and defect.column == "done_on":
        return row["done_on"] is not None
    return True


def _bad_id(kind: str, number: str) -> str:
    if kind == "id_scientific":
        return f"{number[0]}.{number[1:6]}E+17"
    if kind == "id_length":
        return number[:-1]
    if kind == "id_truncated":
        for digit in f"{number[14]}123456789":  # its own, unless the number would pass its check
            cut = f"{number[:14]}{digit}00"
            if check_digit(cut) != "0":
                return f"{cut}0"
    if kind == "id_impossible_date":
        first = f"{number[:10]}0230{number[14:17]}"
        return first + check_digit(first)
    wrong = (int(number[-1]) + 3) % 10 if number[-1].isdigit() else 4
    return f"{number[:-1]}{wrong}"


def _different(name: str, row: Row) -> Row:
    """The same key with other content."""
    new = dict(row)
    changes: dict[str, Callable[[], Row]] = {
        "civil_affairs__villages": lambda: {"households": row["households"] + 1},
        "civil_affairs__election_steps": lambda: {"planned_on": row["planned_on"] + days(1)},
        "civil_affairs__ballots": lambda: {"valid": row["valid"] - 1},
        "organisation__pairings": lambda: {"area_name": f"{row['area_name']}（新）"},
        "petition__matters": lambda: {"is_repeat": not row["is_repeat"]},
        "questionnaire__village_profile": lambda: {"residents": row["residents"] + 1},
    }
    if name in changes:
        new.update(changes[name]())
    elif "opinion_no" in row:
        new["valid_until"] = row["valid_until"] + days(1)
    else:
        new["education"] = "31" if row["education"] != "31" else "21"
    return new


def _closed_before_registered(row: Row, window: Window) -> Row:
    return {"closed_on": row["registered_on"] - days(3), "status": "answered"}


def _ended_before_started(row: Row, window: Window) -> Row:
    return {"ended_on": row["started_on"] - days(30)}


def _answered_in_future(row: Row, window: Window) -> Row:
    future: date = window.delivered_on + days(4)
    return {"answered_on": future, "valid_until": future + days(180)}


def _done_in_future(row: Row, window: Window) -> Row:
    return {"done_on": window.delivered_on + days(3)}


def _interviewed_more(row: Row, window: Window) -> Row:
    return {"members_interviewed": row["party_members"] + 7}


def _valid_more(row: Row, window: Window) -> Row:
    return {"valid": row["collected"] + 4}


def _collected_more(row: Row, window: Window) -> Row:
    return {"collected": row["issued"] + 3}


def _attended_more(row: Row, window: Window) -> Row:
    more = row["registered"] + 5
    return {"attended": more, "issued": more, "collected": more, "valid": more - 2}


def _attended_half(row: Row, window: Window) -> Row:
    half = row["registered"] // 2
    return {"attended": half, "proxies": half // 30, "issued": half, "collected": half, "valid": half - 3}


_KINDS: dict[str, Callable[[Row, Window], Row]] = {
    "closed_before_registered": _closed_before_registered,
    "ended_before_started": _ended_before_started,
    "answered_in_future": _answered_in_future,
    "done_in_future": _done_in_future,
    "interviewed_more_than_members": _interviewed_more,
    "valid_more_than_collected": _valid_more,
    "collected_more_than_issued": _collected_more,
    "attended_more_than_registered": _attended_more,
    "attended_not_over_half": _attended_half,
}
