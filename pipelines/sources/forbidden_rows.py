"""Rows that must not be shared (检举控告, for one): taken out of a piece before anything else looks at it.

Belongs here: telling such rows. Does not belong here: which they are (`forbidden_values` of a contract), columns that are
dropped whole (`forbidden`), what is said of them (`interpret`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipelines.sources.codes import code_tables
from pipelines.sources.columns.texts import Coded, compact, contains, plain_text, without_guard
from pipelines.sources.contract import Contract, ForbiddenValues
from pipelines.sources.layout import Layout


def forbidden_rows(contract: Contract, layout: Layout, cells: Mapping[str, Coded]) -> np.ndarray:
    """Which rows of a piece the contract forbids, as truth values. `cells` are the piece's columns by header."""
    length = len(next(iter(cells.values())).index) if cells else 0
    dropped = np.zeros(length, dtype=bool)
    for rule in contract.forbidden_values:
        spellings = _spellings(contract, rule)
        of_rule = layout.headers[rule.column]
        for header, column in cells.items():
            words = compact(without_guard(plain_text(column.distinct))).fillna("")
            says = words.isin(spellings)
            if header == of_rule and rule.words:
                says |= ~words.isin(_readable(contract, rule)) & contains(words, "|".join(rule.words))
            dropped |= says.to_numpy(dtype=bool)[column.places]
    return dropped


def _spellings(contract: Contract, rule: ForbiddenValues) -> list[str]:
    """Every accepted spelling of the forbidden codes, and the codes themselves, as a database would have them."""
    table = code_tables()[contract.column(rule.column).codes or ""]
    return [*rule.codes, *(word for word, code in table.by_spelling.items() if code in rule.codes)]


def _readable(contract: Contract, rule: ForbiddenValues) -> list[str]:
    return list(code_tables()[contract.column(rule.column).codes or ""].by_spelling)
