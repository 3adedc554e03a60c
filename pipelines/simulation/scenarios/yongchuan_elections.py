"""永川区's two elections: registration, rolls, steps and ballots that add up to what was printed.

Belongs here: the rows of the procedure. Does not belong here: the persons elected (`yongchuan`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from pipelines.settings import SEEDS
from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.ledgers.preparation import registration_row, roll_rows
from pipelines.simulation.scenarios.ground import shares, varied
from pipelines.simulation.timeline import days

# The unified election day of the committees was a Monday; the party organisations voted on the days of a week before.
COMMITTEE_DAY = date(2021, 5, 17)
_PARTY_DAYS = (date(2021, 4, 13), date(2021, 4, 14), date(2021, 4, 15), date(2021, 4, 16))
COMMITTEE_SEATS = 5
_ENTITLED, _PRESENT = 18764, 18208
_REGISTERED, _CAST = 524298, 461109
# Reports about the election; one of them directly about it.
_REPORTS, _REPORTS_LAST = 12, 37
# In so many communities household representatives elect: they are no registered voters.
_HOUSEHOLD = 5
# A by-round was needed nowhere: its step is not applicable, and nobody reports it.
_NOT_APPLICABLE = "C27"


@dataclass(frozen=True)
class _Turnout:
    """Who was entitled to vote in a village, and who did."""

    registered: int
    attended: int


class Elections:
    """The elections of the county's villages."""

    def __init__(self, rng: Random, villages: Sequence[Village]) -> None:
        self._rng, self._villages = rng, villages
        communities = [one.code for one in villages if one.village_type == "community"]
        self._by_household = set(communities[:_HOUSEHOLD])
        voting = [one for one in villages if one.code not in self._by_household]
        self._party_day = {one.code: _PARTY_DAYS[place % len(_PARTY_DAYS)] for place, one in enumerate(villages)}
        self._party = self._turnouts(villages, _ENTITLED, _PRESENT, (40, 110))
        self._committee = self._turnouts(voting, _REGISTERED, _CAST, (700, 3400))
        for code in sorted(self._by_household):
            households = rng.randint(400, 900)
            self._committee[code] = _Turnout(households, households * 9 // 10)

    def _turnouts(
        self, villages: Sequence[Village], registered: int, attended: int, size: tuple[int, int]
    ) -> dict[str, _Turnout]:
        """Totals shared out: everywhere about the same part came, and the parts add up exactly."""
        sizes = varied(self._rng, registered, len(villages), *size)
        absent = [one * (registered - attended) // registered for one in sizes]
        for place, more in enumerate(shares(registered - attended - sum(absent), len(villages))):
            absent[place] += more
        return {
            village.code: _Turnout(one, one - away) for village, one, away in zip(villages, sizes, absent, strict=True)
        }

    def rolls(self) -> list[Row]:
        """Members by class: without a vote, left out with approval, and all of them."""
        rows: list[Row] = []
        for place, village in enumerate(self._villages):
            probationary, away, bedridden = place % 3, place % 5, place % 2 + 1
            total = self._party[village.code].registered + probationary + away + bedridden
            approval = {"approval_no": f"永组〔2021〕{place + 1}号", "approved_on": date(2021, 4, 6)}
            parts = {"all": total, "probationary": probationary, "away": away, "bedridden": bedridden}
            rows += roll_rows(village, parts, approval)
        return rows

    def registrations(self) -> list[Row]:
        """The voter list of each village, published in time, with what it gained and lost until election day."""
        return [
            registration_row(village, self._committee[village.code].registered, COMMITTEE_DAY - days(20 + place % 4), place)
            for place, village in enumerate(self._villages)
            if village.code not in self._by_household
        ]

    def steps(self) -> list[Row]:
        """Every step that applies, done on its planned day, with its document where there is one."""
        with (SEEDS / "election_steps.csv").open(encoding="utf-8", newline="") as file:
            definitions = [row for row in csv.DictReader(file) if row["step_code"] != _NOT_APPLICABLE]
        rows: list[Row] = []
        for place, village in enumerate(self._villages):
            for number, step in enumerate(definitions, start=1):
                held = self._party_day[village.code] if step["body"] == "party" else COMMITTEE_DAY
                planned = held + days(int(step["offset_days"]))
                rows.append(
                    {
                        "village_code": village.code,
                        "step_code": step["step_code"],
                        "planned_on": planned,
                        "done_on": planned,
                        "document_no": f"永换〔2021〕{place + 1}-{number}号" if step["document_zh"] else None,
                    }
                )
        return rows

    def ballots(self, party_seats: Mapping[str, int]) -> list[Row]:
        """One ballot of each body in each village: valid, every seat filled."""
        rows: list[Row] = []
        for village in self._villages:
            code = village.code
            rows.append(self._ballot(village, "party", self._party_day[code], self._party[code], party_seats[code]))
            rows.append(self._ballot(village, "committee", COMMITTEE_DAY, self._committee[code], COMMITTEE_SEATS))
        return rows

    def _ballot(self, village: Village, body: str, day: date, turnout: _Turnout, seats: int) -> Row:
        """Figures that hold: ballots collected are those of the voters who came, the votes leave room for all winners."""
        attended = turnout.attended
        valid = attended - self._rng.randint(0, attended // 50)
        lowest = valid - self._rng.randint(0, valid // 5)
        is_committee = body == "committee"
        community = is_committee and village.village_type == "community"
        mode = "household" if village.code in self._by_household else "all_voters"
        return {
            "village_code": village.code,
            "body": body,
            "round_no": 1,
            "ballot_kind": "first",
            "voted_on": day,
            "registered": turnout.registered,
            "attended": attended,
            "proxies": self._rng.randint(0, attended // 20) if is_committee else 0,
            "issued": attended,
            "collected": attended,
            "valid": valid,
            "seats": seats,
            "elected": seats,
            "election_mode": mode if community else None,
            "box_votes": self._rng.randint(0, attended // 10) if is_committee else None,
            "total_votes": lowest * seats,
            "lowest_elected_votes": lowest,
            "smallest_margin": self._rng.randint(1, max(1, lowest // 2)),
            "kin_pairs": 0 if is_committee else None,
        }

    def reports(self) -> list[Row]:
        """What each township counted of reports about the election in both terms, nought included."""
        townships = sorted({one.managing_code for one in self._villages})
        now, last = (varied(self._rng, total, len(townships), 0, 4) for total in (_REPORTS, _REPORTS_LAST))
        direct = now.index(max(now))
        counts = [("report", 2021, now), ("report", 2016, last)]
        counts += [("report_direct", 2021, [int(place == direct) for place in range(len(townships))])]
        counts += [("retired_visit", 2021, [0] * len(townships))]
        return [
            {"township_code": code, "term_year": term, "matter": matter, "number": number, "counted_to": COMMITTEE_DAY}
            for matter, term, numbers in counts
            for code, number in zip(townships, numbers, strict=True)
        ]
