"""The table of `cunshe check rules`: one line a rule."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.checks.rules import STATES, Checked
from pipelines.checks.rules_read import FORMS, KINDS

_SHORT = {"page": "P", "word": "W", "ledger": "E"}


def as_text(checked: Sequence[Checked]) -> str:
    """Which states each rule reached (— where it cannot) and who read of it: P the page, W the document, E the ledger."""
    head = f"{'rule':<28}" + "".join(f"{state:<10}" for state in STATES) + "".join(f"{kind:<13}" for kind in KINDS)
    lines = [head.rstrip(), *(_line(one) for one in checked)]
    lines += [f"  {one.expected.rule_id}: {reason}" for one in checked for reason in one.missing]
    lines += [
        f"  {one.expected.rule_id}, not {what}: {why}" for one in checked for what, why in one.expected.cannot.items()
    ]
    good = sum(not one.missing for one in checked)
    lines.append(f"{good} of {len(checked)} rules fired at each of their colours, were published and were read.")
    return "\n".join(lines)


def _line(one: Checked) -> str:
    states = {True: "yes", False: "NO", None: "—"}
    cells = [f"{states[one.state(state)]:<10}" for state in STATES]
    cells += [f"{_forms(one, kind):<13}" for kind in KINDS]
    return (f"{one.expected.rule_id:<28}" + "".join(cells)).rstrip()


def _forms(one: Checked, kind: str) -> str:
    if kind not in one.expected.readers:
        return "—"
    forms = one.read.get(kind, {})
    return "".join(_SHORT[form] if forms.get(form) else "·" for form in FORMS)
