"""What stands of each rule in a home that was run: in its editions, and in each written report in each form.

Belongs here: opening editions, pages, documents and ledgers as a reader would. Does not belong here: what should stand there
(`rules`).
"""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.publishing.reader import open_edition
from pipelines.settings import Settings

KINDS = ("county", "township", "department", "review_group")
FORMS = {"page": ".html", "word": ".docx", "ledger": ".xlsx"}
EDITIONS = ("authorised", "analyst")
_TAG = re.compile(r"<[^>]*>")
# A warning of a village is known by its id; one of a dataset stands in the chapter on data with its text.
_OPEN = (
    "select w.rule_id, w.warning_id, w.village_id, w.detail_zh from marts.warning_week as w"
    " where w.week_start = (select max(week_start) from marts.warning_week) and w.state <> 'cleared'"
)


@dataclass(frozen=True)
class Fired:
    """Of one rule: colours and changes its warnings have had, editions that have it, and of each kind of recipient whether
    everybody who answers for a village read its open warnings, by form."""

    states: frozenset[str] = frozenset()
    editions: tuple[str, ...] = ()
    read: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """Rules by id, and why warnings of a rule were held back."""

    fired: Mapping[str, Fired]
    withheld: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class _Report:
    recipient_id: str
    kind: str
    texts: Mapping[str, str]


def read_home(home: Path) -> Read:
    """Everything of the home's current build."""
    settings = Settings(home=home)
    with open_edition(settings, "analyst") as edition:
        in_analyst = {rule for (rule,) in edition.execute("select distinct rule_id from marts.warning_week").fetchall()}
    with open_edition(settings, "authorised") as edition:
        states = _grouped(
            edition.execute(
                "select rule_id, colour from marts.warning_week where state <> 'cleared'"
                " union select rule_id, appeared from marts.warning_week"
            ).fetchall()
        )
        withheld = _grouped(edition.execute("select distinct rule_id, reason from marts.warning_withheld").fetchall())
        answers_for = _grouped(edition.execute("select recipient_id, village_id from marts.responsibility").fetchall())
        open_warnings = edition.execute(_OPEN).fetchall()
        (build_id,) = edition.execute("select build_id from marts.build").fetchone()
    reports = _reports(settings, str(build_id))
    by_rule: dict[str, list[Any]] = defaultdict(list)
    for rule, *warning in open_warnings:
        by_rule[rule].append(warning)
    fired = {
        rule: Fired(
            states[rule],
            tuple(name for name in EDITIONS if name == "authorised" or rule in in_analyst),
            {kind: _read_by(kind, by_rule[rule], reports, answers_for) for kind in KINDS},
        )
        for rule in states
    }
    return Read(fired, withheld)


def _grouped(rows: Iterable[tuple[Any, Any]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for key, value in rows:
        found[str(key)].add(str(value))
    return defaultdict(frozenset, {key: frozenset(values) for key, values in found.items()})


def _reports(settings: Settings, build_id: str) -> list[_Report]:
    (folder,) = settings.reports.glob(f"*/{build_id}")
    index = json.loads((folder / "index.json").read_text("utf-8"))
    return [_report(folder, entry) for entry in index["recipients"]]


def _report(folder: Path, entry: Mapping[str, Any]) -> _Report:
    names = [file["name"] for file in entry["files"] if ".reminder." not in file["name"]]
    texts = {
        form: "".join(_text(folder / name) for name in names if name.endswith(suffix)) for form, suffix in FORMS.items()
    }
    return _Report(entry["recipient_id"], entry["kind"], texts)


def _text(path: Path) -> str:
    """What is written in a file, without marks and spaces: a document breaks a word where it likes."""
    if path.suffix == ".html":
        return _bare(path.read_text("utf-8"))
    with zipfile.ZipFile(path) as parts:
        return "".join(_bare(parts.read(name).decode()) for name in sorted(parts.namelist()) if name.endswith(".xml"))


def _bare(text: str) -> str:
    return "".join(html.unescape(_TAG.sub("", text)).split())


def _read_by(
    kind: str,
    warnings: Iterable[tuple[str, str | None, str]],
    reports: Iterable[_Report],
    answers_for: Mapping[str, frozenset[str]],
) -> dict[str, bool]:
    """Whether each recipient of a kind who answers for a warning's village has it, in each form; somebody must."""
    of_kind = [report for report in reports if report.kind == kind]
    pairs = [
        (report, warning_id if village_id else detail)
        for warning_id, village_id, detail in warnings
        for report in of_kind
        if village_id is None or village_id in answers_for[report.recipient_id]
    ]
    return {form: bool(pairs) and all(_bare(sign) in report.texts[form] for report, sign in pairs) for form in FORMS}
