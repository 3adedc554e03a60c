"""The policy as an Excel workbook for the assessor: every relation and graded column beside every role.

Belongs here: the workbook. Does not belong here: deciding (`policy`). The words are in `matrix.yml`.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import xlsxwriter

from pipelines.access.policy import Grant, Policy, Role, Verdict
from pipelines.files import read_yaml

# No cell can run: what begins like a formula stays a text.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@cache
def words() -> dict[str, str]:
    """The words of the workbook."""
    found: dict[str, str] = read_yaml(Path(__file__).with_suffix(".yml"))
    return found


def grant_text(grant: Grant) -> str:
    """A grant in words: highest class, purposes, and its conditions."""
    parts = [grant.up_to, "、".join(grant.purposes)]
    parts += [words()["masked"]] * (grant.mask is not None)
    parts += [words()["small_cell"]] * grant.small_cell
    parts += [words()["open_round"]] * (grant.round == "open")
    return "；".join(parts)


def verdict_text(verdict: Verdict) -> str:
    """What a cell of the matrix says."""
    if not verdict.is_allowed:
        return words()["refused"]
    return "\n".join(grant_text(grant) for grant in verdict.grants.values())


def matrix(policy: Policy) -> bytes:
    """The workbook: a sheet of relations and graded columns by role, and a sheet of roles."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    head, cell = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(words()["sheet_matrix"])
    titles = [words()["relation"], words()["class"], *(f"{role.zh} {name}" for name, role in policy.roles.items())]
    for place, title in enumerate(titles):
        sheet.write_string(0, place, title, head)
    for row, (relation, column) in enumerate(_objects(policy), 1):
        verdicts = [policy.decide(role, relation, column) for role in policy.roles]
        texts = [verdicts[0].what, verdicts[0].data_class, *(verdict_text(one) for one in verdicts)]
        for place, text in enumerate(texts):
            sheet.write_string(row, place, text, cell)
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, len(titles) - 1, 26)
    roles = book.add_worksheet(words()["sheet_roles"])
    for row, line in enumerate([_role_head(), *(_role_line(policy, name, role) for name, role in policy.roles.items())]):
        for place, text in enumerate(line):
            roles.write_string(row, place, text, head if row == 0 else cell)
    roles.set_column(0, len(_role_head()) - 1, 26)
    book.close()
    return buffer.getvalue()


def _objects(policy: Policy) -> list[tuple[str, str | None]]:
    """Every relation, and after it each of its columns that has a class of its own."""
    return [
        (name, column) for name, relation in policy.relations.items() for column in (None, *relation.columns)
    ]


def _role_head() -> list[str]:
    return [words()[name] for name in ("role", "area", "edition", "logs", "alone", "own_work", "source")]


def _role_line(policy: Policy, name: str, role: Role) -> list[str]:
    yes_no = {True: words()["yes"], False: words()["no"]}
    return [f"{role.zh} {name}", words()[f"area_{role.area}"], role.edition, yes_no[role.logs], yes_no[name in policy.alone],
            yes_no[role.reads_of_own_work], role.source]  # fmt: skip
