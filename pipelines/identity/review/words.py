"""The review in words: how sure, what speaks for it, what contradicts what. All words are in `words.yml`.

Belongs here: codes to words, in Chinese and English. Does not belong here: finding the codes (`sides`, `contradictions`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from pipelines.files import read_yaml
from pipelines.identity.review.decisions import Decision, Refusal
from pipelines.sources.codes import code_tables


@cache
def words() -> dict[str, Any]:
    """All words."""
    found: dict[str, Any] = read_yaml(Path(__file__).with_suffix(".yml"))
    return found


def code_label(table: str, code: str) -> str:
    """The Chinese label of a code, or the code itself where the table has none."""
    return code_tables()[table].labels.get(code, code)


def score_words(weight: float | None, language: str = "zh") -> str:
    """How sure the linking is, from its weight in bits; a rule that does not weigh says so."""
    if weight is None:
        return str(words()["no_score"][language])
    return str(next(one for one in words()["scores"] if weight >= one["at_least"])[language])


def rule_words(rule: str, language: str = "zh") -> str:
    """What proposed the pair."""
    found = words()["rules"].get(rule)
    return str(found[language]) if found else rule


def state_words(state: str, language: str = "zh") -> str:
    """How it stands with an item."""
    return str(words()["states"][state][language])


def evidence_words(evidence: str, language: str = "zh") -> str:
    """Evidence codes (`name=same;village=lineage`) in words; a text that holds no codes stands as it is."""
    parts = []
    for piece in evidence.split(";"):
        name, _, agreement = piece.partition("=")
        field = words()["evidence"].get(name)
        if field is None or agreement not in field:
            return evidence
        parts.append(f"{field['title'][language]}{'' if language == 'zh' else ' '}{field[agreement][language]}")
    return ("，" if language == "zh" else ", ").join(parts)


def field_title(field: str) -> str:
    """What a kind of evidence is called, in Chinese."""
    return str(words()["evidence"][field]["title"]["zh"])


def agreement_words(field: str, agreement: str) -> str:
    """What an agreement of a kind of evidence is called, in Chinese."""
    return str(words()["evidence"][field][agreement]["zh"])


def verdict_words(kind: str, verdict: str) -> str:
    """The verdict as it is written down, in Chinese."""
    return str(words()["verdicts"].get(kind, {}).get(verdict, verdict))


def verdict_of(kind: str, text: str) -> str | None:
    """The verdict that a text stands for, if it is one that is written for this kind, without blanks; else None."""
    plain = "".join(text.split())
    return next((code for code, word in words()["verdicts"][kind].items() if word == plain), None)


def decision_text(decision: Decision) -> str:
    """A decision on one line: number, day, who, what, why."""
    values = vars(decision) | {"verdict": verdict_words(decision.subject_kind, decision.verdict)}
    return str(words()["decision"].format(**values))


def refusal_text(refusal: Refusal, new: Decision | None = None) -> str:
    """A contradiction with all its decisions; the one that is `new` has no number yet."""
    shown = [
        decision_text(one).replace(one.decision_no, "本次", 1) if one == new else decision_text(one)
        for one in refusal.decisions
    ]
    return str(words()["refusal"].format(why=words()["refusals"][refusal.why]["zh"], decisions="；".join(shown)))
