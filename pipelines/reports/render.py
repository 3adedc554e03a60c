"""From one open edition to the folder of the week's pages.

Belongs here: assembling a page, the template environment, writing. Does not belong here: opening editions
(`publishing`), choosing and formatting what a page says (the modules beside this one).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Template

from pipelines.access.round import round_is_closed
from pipelines.ahead import one_ahead
from pipelines.files import folder_whole, write_new
from pipelines.reports import charts, happenings, headline, review, sections
from pipelines.reports.audiences import REVIEW
from pipelines.reports.charts import COLOURS
from pipelines.reports.followup import follow_up
from pipelines.reports.index import write_index
from pipelines.reports.ledger import Mark, ledger
from pipelines.reports.page import Page, PageEntry, Recipient, ReportIndex, UnitRow
from pipelines.reports.pictures import pictures
from pipelines.reports.references import References
from pipelines.reports.reminder import reminder
from pipelines.reports.round_end import chapters, without_review
from pipelines.reports.selection import ByVillage, by_unit, may_see_indicator, may_see_rule, recipients
from pipelines.reports.templating import environment, issue
from pipelines.reports.texts import texts
from pipelines.reports.week_data import WeekData, read_week
from pipelines.reports.week_rows import Village
from pipelines.reports.withheld import withheld_counts
from pipelines.reports.word import word_document
from pipelines.reports.wording import Wording
from pipelines.settings import Settings
from pipelines.weeks import today

Progress = Callable[[int, int], None]


def render_week(
    con: duckdb.DuckDBPyConnection,
    out: Path,
    *,
    settings: Settings | None = None,
    restated: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    mark: Mark | None = None,
) -> ReportIndex:
    """Render the report of every recipient and the index from an open authorised edition, and write `out` whole.

    A report is a page, a Word document and an Excel ledger under one stem; a reminder of what falls due goes with it.

    `settings` gives who issues the report and below which count figures are suppressed. `restated` is the part of that
    name of the build's `build.json` (is_restated, since_build, later_deliveries). `progress` is called with (pages
    done, pages in all). `mark` makes the check code that a returned ledger must bear.
    """
    settings = settings or Settings()
    data = read_week(con)
    is_round_closed = round_is_closed(settings, today())
    if is_round_closed:
        data = without_review(data)
    by_village = ByVillage(data)
    everyone = recipients(data)
    wording = Wording(data, settings)
    env = environment(wording, restated or {})
    if is_round_closed:
        env.filters["sections"] = chapters
    page_template, reminder_template, index_template = (
        env.get_template(f"{name}.html.j2") for name in ("page", "reminder", "index")
    )

    def drawn() -> Iterator[tuple[Page, dict[str, str]]]:
        for recipient in everyone:
            page = assemble(data, by_village, recipient, settings.small_cell)
            pages = {recipient.stem: _page(page_template, data, page)}
            if recipient.has_reminder:
                pages[recipient.reminder] = reminder_template.render(page=page, reminder=reminder(data, page))
            yield page, pages

    entries = []
    with folder_whole(out) as draft:
        for done, (page, pages) in enumerate(one_ahead(drawn()), 1):
            for stem, html in pages.items():
                _write_page(draft / stem, html)
            write_new(draft / f"{page.recipient.stem}.xlsx", ledger(page, wording, issue(data), mark))
            entries.append(_entry(page))
            if progress:
                progress(done, len(everyone))
        index = ReportIndex(out, data.build.build_id, data.build.week.iso, tuple(entries))
        write_new(draft / "index.html", index_template.render(index=index).encode())
        write_index(draft, index, data.build.as_of, restated or {})
    return index


def _write_page(stem: Path, html: str) -> None:
    """A page and the document made from it. The stem may have a point, so endings are added to it."""
    write_new(stem.with_name(f"{stem.name}.html"), html.encode())
    write_new(stem.with_name(f"{stem.name}.docx"), word_document(html))


def _page(template: Template, data: WeekData, page: Page) -> str:
    references = References(page.indicators, page.rules)
    return template.render(page=page, refs=references, follow_up=follow_up(data, page))


def assemble(data: WeekData, by_village: ByVillage, recipient: Recipient, cell: int) -> Page:
    """Everything one recipient's page says."""
    left_out = texts().listed("indicators_left_out", recipient.kind)
    order = [indicator_id for indicator_id in texts().order("indicator_order") if indicator_id not in left_out]
    shown = by_village.warnings(recipient)
    rows = sections.village_rows(data, recipient, shown)
    wide, narrow = pictures(recipient)
    is_county = recipient.kind == "county"
    rules = tuple(rule for rule in data.rules.values() if may_see_rule(data, rule, recipient))
    knows_outcomes = recipient.may_know(REVIEW)
    return Page(
        recipient=recipient,
        figures=headline.figures(data, recipient, order),
        colours=headline.colour_counts(data, recipient.circle, recipient.villages),
        counts=sections.warning_counts(shown),
        units=_units(data, by_village, recipient) if is_county else (),
        villages=() if is_county else rows,
        tiles={row.village.village_id: row for row in rows},
        wide=wide,
        narrow=narrow,
        progress=charts.progress(data, _progress_groups(recipient)),
        colour_weeks=charts.colour_weeks(data, recipient.circle, recipient.villages),
        terms=charts.terms(data, recipient.kind, recipient.code, texts().order("term_indicators"), cell),
        changes=sections.colour_changes(data, recipient, shown),
        rule_counts=sections.rule_counts(data, shown),
        new_rules=happenings.new_rules(data, (rule for rule in rules if rule.is_on)),
        file_changes=happenings.file_changes(recipient, by_village.changes(recipient)),
        is_compared=data.is_compared,
        groups=sections.warning_groups(data, shown),
        answers=happenings.answer_rows(recipient, by_village.answers(recipient)),
        steps=sections.step_groups(data, by_village.steps(recipient)),
        due=tuple(sorted(by_village.steps(recipient), key=lambda step: (step.due_on, step.village_id, step.step_code))),
        orders=tuple(by_village.orders(recipient)),
        rectified=tuple(by_village.rectified(recipient)),
        rectification=sections.rectification(by_village.rectified(recipient)),
        routed=by_village.routed(recipient) if is_county else (),
        funnel=review.funnel(by_village.cases(recipient)) if knows_outcomes else (),
        cases=review.case_rows(data, by_village.cases(recipient)) if recipient.kind == "review_group" else (),
        reviews=review.review_rows(recipient, by_village.reviews(recipient)),
        stale_answers=sum(one.stale or 0 for one in by_village.reviews(recipient)) if knows_outcomes else 0,
        petitions=sections.petition_table(
            data, recipient, by_village.petitions(recipient), texts().order("petition_status_order"), cell
        ),
        feeds=by_village.feeds(recipient),
        held=tuple(data.held) if is_county else (),
        qualities=sections.quality_rows(data) if is_county else (),
        queues=tuple(data.queues) if is_county else (),
        feed_warnings=sections.warning_rows(
            data, [w for w in data.warnings if is_county and w.subject_type == "dataset" and w.state != "cleared"]
        ),
        withheld=withheld_counts(data.withheld, data.villages) if is_county else (),
        indicators=tuple(one for one in data.indicators.values() if may_see_indicator(one, recipient)),
        rules=rules,
    )


def _progress_groups(recipient: Recipient) -> list[tuple[str, list[Village]]]:
    """What a row of the progress chart stands for: a managing unit in the county's copy, else a village."""
    if recipient.kind == "county":
        return [(name, villages) for _, name, villages in by_unit(recipient.villages)]
    return [(village.village_name, [village]) for village in recipient.villages]


UNIT_FIGURES = ("election_progress", "dual_post_share")


def _units(data: WeekData, by_village: ByVillage, county: Recipient) -> tuple[UnitRow, ...]:
    """The county's overview: one row per managing unit."""
    new = {w.village_id: 0 for w in data.warnings}
    for warning in by_village.warnings(county):
        new[warning.village_id] += warning.state == "new"
    rows = []
    for code, name, villages in by_unit(county.villages):
        counts = {count.colour: count.count for count in headline.colour_counts(data, county.circle, villages)}
        rows.append(
            UnitRow(
                code=code,
                name=name,
                total=len(villages),
                colours={colour: counts.get(colour, 0) for colour in COLOURS},
                new_warnings=sum(new.get(village.village_id, 0) for village in villages),
                figures=tuple(
                    headline.figure(data, "township", code, villages, data.indicators[identifier])
                    for identifier in UNIT_FIGURES
                    if identifier in data.indicators
                ),
            )
        )
    return tuple(rows)


def _entry(page: Page) -> PageEntry:
    recipient = page.recipient
    return PageEntry(
        file=recipient.file,
        recipient_id=recipient.recipient_id,
        kind=recipient.kind,
        name=recipient.name,
        villages=len(recipient.villages),
        colours={count.colour: count.count for count in page.colours},
        counts=page.counts,
    )
