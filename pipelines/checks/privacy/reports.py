"""Reports from outside: whose villages, whose warnings, which outcomes and which counts stand in each recipient's files.

What a recipient may read is asked of the marts in SQL; the files are read as their reader would, in each form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.checks.privacy.findings import Finding, PartResult, looked_for
from pipelines.checks.privacy.forms import Table, form_tables, form_text
from pipelines.reports.index import FILE, read_index

_WARNING_ID = re.compile(r"W[0-9a-f]{12}")
_OWN_VILLAGES = "select village_id from marts.responsibility where recipient_id = $1"
_VILLAGES = "select village_id, village_name, village_code from marts.village_file"
# A warning with whom it may be told to: its rule's audience and whose work the rule judges.
_WARNINGS = """
select warning.warning_id, warning.village_id, rule.audience, rule.topic, rule.measure, rule.protected, concern.concerns
from marts.warning as warning
inner join marts.build as build on true
left join marts.warning_rule as rule
    on warning.rule_id = rule.rule_id and build.as_of between rule.valid_from and coalesce(rule.valid_to, date '9999-12-31')
left join marts.rule_concern as concern on warning.rule_id = concern.rule_id
"""
_REVIEW_TITLES = "select distinct title_zh from marts.warning_rule where audience = 'review'"


@dataclass(frozen=True)
class _Told:
    """A warning and to whom it may be told."""

    village_id: str | None
    audience: str
    topic: str
    measure: str
    protected: str | None
    concerns: str | None


@dataclass
class _Marts:
    """What the oracle knows of one build."""

    connection: Any
    cell: int

    @cached_property
    def villages(self) -> dict[str, tuple[str, str]]:
        """village_id → name and code."""
        return {village_id: (name, code) for village_id, name, code in self.connection.execute(_VILLAGES).fetchall()}

    @cached_property
    def warnings(self) -> dict[str, _Told]:
        return {warning_id: _Told(*rest) for warning_id, *rest in self.connection.execute(_WARNINGS).fetchall()}

    @cached_property
    def review_titles(self) -> list[str]:
        return [title for (title,) in self.connection.execute(_REVIEW_TITLES).fetchall()]

    def own(self, recipient_id: str) -> set[str]:
        """The villages a recipient answers for."""
        return {village_id for (village_id,) in self.connection.execute(_OWN_VILLAGES, [recipient_id]).fetchall()}


def check_reports(folder: Path, messages: Path, connection: Any, cell: int) -> PartResult:
    """Check every file of the reports in `folder`, and the mail that goes with each, against the marts of their build.

    `messages` is the build's folder in the outbox; `connection` is open at the authorised edition. `cell`: counts above 0 and
    below it may not stand in the columns that `looked_for.yml` names.
    """
    marts = _Marts(connection, cell)
    found: list[Finding] = []
    files = 0
    for report in read_index(folder).recipients:
        own = marts.own(report.recipient_id)
        mails = sorted((messages / report.stem).glob("*.txt"))
        for path in [*(folder / file.name for file in report.files), *mails]:
            files += 1
            text = form_text(path)
            breaches = [
                *_foreign_villages(marts, own, text),
                *_foreign_warnings(marts, own, report.kind, text),
                *_outcomes(marts, report.kind, text),
                *_small_counts(form_tables(path), marts),
            ]
            found += [Finding(f"{folder.name}/{report.stem}/{path.name}", breach) for breach in dict.fromkeys(breaches)]
    return PartResult("reports", files, "files of reports, mails", tuple(found))


def report_folders(reports: Path) -> list[Path]:
    """The folders of builds under `reports/` that hold reports."""
    return sorted(path.parent for path in reports.glob(f"*/*/{FILE}"))


def _foreign_villages(marts: _Marts, own: set[str], text: str) -> Iterator[str]:
    """Villages by name or code that the recipient does not answer for. A name that is part of an own one tells nothing."""
    own_words = "\n".join(word for village_id in own if village_id in marts.villages for word in marts.villages[village_id])
    for village_id, words in marts.villages.items():
        if village_id not in own and any(word not in own_words and word in text for word in words):
            yield f"names the village {marts.villages[village_id][1]}, which is another's"


def _foreign_warnings(marts: _Marts, own: set[str], kind: str, text: str) -> Iterator[str]:
    for warning_id in sorted(set(_WARNING_ID.findall(text))):
        warning = marts.warnings.get(warning_id)
        if warning is None:
            continue
        if warning.village_id is not None and warning.village_id not in own:
            yield f"holds the warning {warning_id} of another's village"
        elif warning.audience not in looked_for().audiences[kind]:
            yield f"holds the warning {warning_id}, whose audience is {warning.audience}"
        elif kind not in ("county", "review_group") and warning.concerns in (kind, "supplier"):
            yield f"holds the warning {warning_id} about its own work"


def _outcomes(marts: _Marts, kind: str, text: str) -> Iterator[str]:
    if kind in looked_for().outcome_kinds:
        return
    for sentence in looked_for().general_sentences:
        text = text.replace(sentence, "")
    for word in (*looked_for().outcome_words, *marts.review_titles):
        if word in text:
            yield f"speaks of outcomes of the joint review ({word})"


def _small_counts(tables: list[Table], marts: _Marts) -> Iterator[str]:
    for table in tables:
        if table and table[0] and table[0][0] in looked_for().counted_tables:
            yield from _small_cells(table, looked_for().counted_tables[table[0][0]], marts.cell)
        yield from _small_texts(table, marts)


def _small_cells(table: Table, titles: tuple[str, ...], cell: int) -> Iterator[str]:
    head, *rows = table
    for title in titles:
        if title not in head:
            continue
        place = head.index(title)
        column = [row[place] for row in rows if place < len(row)]
        if any(text.isdigit() and 0 < int(text) < cell for text in column):
            yield f"a count below the small cell in the column {title}"
        parts, total = column[:-1], column[-1] if column else ""
        # The total less what is shown gives the one that is hidden.
        if sum(not text.isdigit() for text in parts) == 1 and total.isdigit():
            yield f"a hidden count in the column {title} comes out by subtraction"


def _small_texts(table: Table, marts: _Marts) -> Iterator[str]:
    """Rows of a ledger that are warnings under protected rules: no small number, no single matter's days."""
    for row in table:
        warning = marts.warnings.get(next((text for text in row if _WARNING_ID.fullmatch(text)), ""))
        if warning is None or not warning.protected:
            continue
        words = " ".join(row)
        counts = re.findall(looked_for().protected_text["count"], words)
        if warning.protected == "matter" and any(0 < int(count) < marts.cell for count in counts):
            yield "a count below the small cell in the words of a warning"
        if warning.protected == "matter" and re.search(looked_for().protected_text["days"], words):
            yield "days in the words of a warning that give the date of a matter away"
