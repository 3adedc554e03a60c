"""What is said of a warning, a rule or a code, in the one wording that all forms of a report share.

Belongs here: sentences that page, document and ledger must say alike. Does not belong here: the words themselves (`texts.yml`),
what a recipient may see (`selection`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.disclosure.cells import Figure, is_sensitive
from pipelines.disclosure.config import hidden_word, protected
from pipelines.disclosure.petitions import OPEN, VILLAGE
from pipelines.reports.texts import texts
from pipelines.reports.week_data import WeekData
from pipelines.reports.week_rows import Answered, Changed, Rule, Warned
from pipelines.settings import Settings

PETITION = "petition"


@dataclass(frozen=True)
class Wording:
    """The words of one week's report."""

    data: WeekData
    settings: Settings

    def rule_title(self, rule_id: str) -> str:
        """A rule by its title; one that the seed does not know by its id."""
        rule = self.data.rules.get(rule_id)
        return rule.title_zh if rule else rule_id

    def label(self, code: object, table: str) -> str:
        """What a code means."""
        return self.data.codes.get((table, str(code)), str(code))

    def matter(self, warning: Warned, rule: Rule) -> str:
        """What is the matter, without persons: no reason where it is restricted, no small count of petitions (F-07)."""
        if warning.restricted:
            is_person = warning.subject_type == "person"
            return texts().say("restricted_matter", title=rule.title_zh) if is_person else rule.title_zh
        if self.hides_measure(warning):
            return texts().say("small_matter", title=rule.title_zh, hidden=hidden_word(self.settings.small_cell))
        return warning.detail_zh or rule.title_zh

    def handling(self, warning: Warned) -> str:
        """How far somebody has come with it; what is done only where no person is meant."""
        if not warning.handling or warning.handling == "none":
            return ""
        parts = [texts().word("handling", warning.handling)]
        if warning.measure_zh and not warning.restricted:
            parts.append(warning.measure_zh)
        if warning.promised_on:
            parts.append(texts().say("promised", month=warning.promised_on.month, day=warning.promised_on.day))
        if warning.is_talk_proposed:
            parts.append(texts().say("talk_proposed"))
        return "；".join(parts)

    def answered(self, answer: Answered) -> str:
        """What an answer says: the measure only where no person is meant."""
        parts = [answer.measure_zh] if answer.measure_zh and not answer.restricted else []
        if answer.promised_on:
            parts.append(texts().say("promised", month=answer.promised_on.month, day=answer.promised_on.day))
        return "；".join(parts)

    def outcome(self, answer: Answered) -> str:
        """Whether an answer counts, and what it brings about."""
        if answer.outcome_zh:
            return texts().say("not_counted", why=answer.outcome_zh)
        known = texts().knows("answer_effect", answer.step)
        return texts().say("counted_for", effect=texts().word("answer_effect", answer.step)) if known else texts().say("counted")

    def overdue(self, warning: Warned, is_overdue: bool) -> str:
        """That its date has passed, and to what level that has raised it; the colour, which is measured, stays."""
        if not is_overdue:
            return ""
        if warning.level in (None, warning.colour):
            return texts().say("overdue")
        return texts().say("raised", level=texts().word("colour", warning.level))

    def changed_items(self, changes: Iterable[Changed]) -> str:
        """The items that changed, with the parts of the file that they stand in: a reason alone could be anything's."""
        parts: dict[str, list[str]] = {}
        for change in changes:
            section = texts().word(f"{change.file}_section", change.section)
            parts.setdefault(section, []).append(change.item_zh)
        return "；".join(
            texts().say("changed_items", section=section, items="、".join(items)) for section, items in parts.items()
        )

    def changed(self, change: Changed, village_name: str, items: int = 1) -> str:
        """What changed where. Of a person only that something did: their file says what. Petitions are not counted (F-07)."""
        if change.person is not None:
            return f"{village_name}{change.person}"
        if change.department == PETITION:
            return village_name
        if items > 1:
            return texts().say("items_came" if change.old_value is None else "items_went", where=village_name, items=items)
        nothing = texts().say("no_value")
        return texts().say(
            "changed", where=village_name, old=change.old_value or nothing, new=change.new_value or nothing
        )

    def reasons(self, rule_ids: Iterable[str]) -> str:
        """The rules behind a colour in words."""
        return "；".join(map(self.rule_title, rule_ids))

    def hides_measure(self, warning: Warned) -> bool:
        """Whether what was measured is a count of petition matters that is hidden (F-07); a duration is in whole weeks."""
        rule = self.data.rules.get(warning.rule_id)
        if rule is None or rule.topic != PETITION or texts().knows("duration_unit", rule.unit_zh or ""):
            return False
        if warning.measured is None or is_sensitive(float(warning.measured), self.settings.small_cell):
            return True
        known = protected().petitions.rules.get(warning.rule_id)
        figure = Figure(known.measure, VILLAGE, warning.village_id or "", OPEN) if known else None
        return figure is None or (self.data.build.week.monday, figure) in self.data.hidden
