"""All that is held on one person, for an access request (查阅申请): who is it, what is known, from whom and since when.

Belongs here: bringing together the vault's side and the newest build's authorised edition; finding the value that somebody
disputes. Does not belong here: opening the vault (`identity.access`), the events of a correction (`identity.corrections`),
the words (`templates/person_file.txt.j2`, `.html.j2`), the command line (`cli_person`).

个人信息保护法 art. 45: a person may see what is held. What reviewing departments have answered stands apart: it is for those
who decide on the candidacy, and whether it is told to the person is for the department that sent it to say.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import pyarrow.compute as pc
from jinja2 import Environment, PackageLoader, StrictUndefined

from pipelines.errors import CunsheError
from pipelines.identity.access import HeldIdentity, identity_of
from pipelines.identity.audit_check import read_log
from pipelines.identity.audit_log import Look
from pipelines.identity.corrections import Correction, Value, corrections_of
from pipelines.identity.export import read_week_table
from pipelines.publishing import pointer
from pipelines.publishing.reader import open_edition
from pipelines.reports.texts import texts
from pipelines.settings import Settings
from pipelines.sources.codes import code_tables
from pipelines.sources.contract import load_catalog
from pipelines.sources.resident_id import mask_id_number
from pipelines.weeks import Week

# What the vault holds can be disputed too; the rosters are where it comes from.
IDENTITY_ITEMS = {"identity/person_name": "姓名", "identity/id_number": "公民身份号码"}

_ITEMS = """
select item.section, item.item, item.item_zh, item.value, item.since, item.restricted, item.is_disputed,
    item.department, item.dataset, item.delivery_id, item.row_no, delivery.delivered_at,
    village.village_code, village.village_name
from person_item as item
left join delivery on item.delivery_id = delivery.delivery_id
    and item.department = delivery.department and item.dataset = delivery.dataset
left join village_file as village on item.village_id = village.village_id
where item.person_id = ?
order by item.restricted, item.section, item.item, village.village_code, item.row_no
"""
_WARNINGS = """
select warning_id, rule_id, colour, state, detail_zh, first_week, last_week,
    (select max_by(rule.title_zh, rule.valid_from) from warning_rule as rule where rule.rule_id = warning.rule_id) as title_zh
from warning
where subject_type = 'person' and subject_id = ? order by first_week, warning_id
"""


@dataclass(frozen=True)
class PersonFile:
    """What is held on a person. `items`, `warnings` and `links` are rows by column; `looks`: entries of the audit log."""

    build_id: str
    as_of: date
    identity: HeldIdentity
    is_unmasked: bool
    items: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    links: list[dict[str, Any]]
    corrections: list[Correction]
    looks: int

    def as_json(self) -> dict[str, Any]:
        """Plain values for `cunshe person show --json`; dates in ISO form."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def person_file(
    settings: Settings, person_id: str, *, by: str, reason: str, what: str = "person_show", unmask: bool = False
) -> PersonFile:
    """All that is held on a person, one look logged. Raises CunsheError if nobody has this id.

    The ID number is masked unless `unmask`; then the log says so.
    """
    now = pointer.current(settings)
    if now is None:
        raise CunsheError("Nothing has been published yet.", "Run a week first.")
    look = Look(by, what, reason, person_id, {"build_id": now.build_id, "unmasked": unmask})
    with closing(open_edition(settings, "authorised", now.build_id, replace(look, what=f"edition_{what}"))) as edition:
        items, warnings = _rows(edition, _ITEMS, person_id), _rows(edition, _WARNINGS, person_id)
        (as_of,) = edition.execute("select as_of from build").fetchone()
    identity = identity_of(settings, person_id, replace(look, rows=len(items)))
    if not unmask:
        identity = replace(identity, id_number=mask_id_number(identity.id_number))
    return PersonFile(
        now.build_id, as_of, identity, unmask, items, warnings, _links(settings, Week.of(as_of), person_id),
        corrections_of(settings, person_id), _looks(settings, person_id),
    )  # fmt: skip


def _looks(settings: Settings, person_id: str) -> int:
    """How often somebody looked at this person; the edition and the files of one look are entries of their own."""
    return sum(not one.what.startswith(("edition_", "export")) for one in read_log(settings, person_id).entries)


def value_of(found: PersonFile, place: str) -> Value:
    """The value at `section/item` of a person's file. Raises CunsheError where the file has none."""
    for item in found.items:
        if place == f"{item['section']}/{item['item']}":
            names = ("department", "dataset", "section", "item", "item_zh", "delivery_id", "row_no")
            return Value(found.identity.person_id, **{name: item[name] for name in names})
    spine = {(one.department, one.dataset) for one in load_catalog().values() if one.spine}
    rosters = [one for one in found.identity.records if (one.department, one.dataset) in spine]
    if place in IDENTITY_ITEMS and rosters:
        newest = rosters[-1]
        section, item_id = place.split("/")
        return Value(
            found.identity.person_id, newest.department, newest.dataset, section, item_id, IDENTITY_ITEMS[place],
            newest.delivery_id, newest.row_no,
        )  # fmt: skip
    raise CunsheError(
        f"The file of {found.identity.person_id} has no item {place!r}.",
        "Items stand in brackets in `cunshe person show`, such as [post/P1].",
    )


def as_text(found: PersonFile) -> str:
    """The file as an official reads it."""
    environment = Environment(
        loader=PackageLoader("pipelines.reports"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        autoescape=False,  # plain text
    )  # fmt: skip
    words, filters = person_words(found)
    environment.filters.update(filters)
    return environment.get_template("person_file.txt.j2").render(**words)


def person_words(found: PersonFile) -> tuple[dict[str, Any], dict[str, Callable[..., Any]]]:
    """What the templates of a person's file are given, whatever form they make: values and filters."""
    words = {
        "file": found,
        "identity": found.identity,
        "disputed": {f"{one.section}/{one.item}" for one in found.corrections if one.correction_state == "open"},
        "titles": {(one.department, one.dataset): one.title.zh for one in load_catalog().values()},
    }
    filters: dict[str, Callable[..., Any]] = {
        "correction": code_tables()["correction_state"].labels.get,
        "word": lambda key, section: texts().word(section, key),
    }
    return words, filters


def _rows(edition: Any, query: str, person_id: str) -> list[dict[str, Any]]:
    done = edition.execute(query, [person_id])
    names = [column[0] for column in done.description]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


def _links(settings: Settings, week: Week, person_id: str) -> list[dict[str, Any]]:
    """The week's links to the person, with everything that identity says about how each was made."""
    links = read_week_table(settings, week.key, "person_link")
    if links is None:
        return []
    rows = links.filter(pc.field("person_id") == person_id).to_pylist()
    return sorted(
        ({"delivery_id": row.pop("_delivery_id"), "row_no": row.pop("_row"), **row} for row in rows),
        key=lambda row: (row["department"], row["dataset"], row["delivery_id"], row["row_no"]),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
