"""A page of Great Expectations' Data Docs for one delivery, made from the counts that were kept of it.

Belongs here: turning a suite and its counts into Great Expectations' own result objects and page. Does not belong here:
running a suite (`runner`), which deliveries get a page and where it lies (`landing.data_docs`).

The page is rendered from counts, so no value of a delivery can be on it, and it asks nothing of any other machine: Great
Expectations' sections stand in a frame of ours instead of in theirs, which loads scripts and pictures from the internet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from expectations.suite import Expectation, Reference, Suite

_FRAME = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{{ expectation_suite_name }}</title><style>
body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #222 }
table { border-collapse: collapse; width: 100% } td, th { border: 1px solid #ccc; padding: .3em .6em; text-align: left }
.ge-section { margin: 0 0 2em } .text-success::before { content: "✓"; color: #17732a }
.text-danger::before { content: "✗"; color: #b00020 } .collapse, [data-toggle=collapse] { display: none }
</style></head><body>
<p><a href="index.html">index</a></p>
{% for section in sections %}{% set section_loop = loop -%}{% include 'section.j2' %}{% endfor %}
</body></html>"""
_DEAD_LINK = re.compile(r'<a\s+href="(?:\.\./)[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
_COUNTS = re.compile(r"(\d+) / (\d+)")


def page(name: str, delivery_id: str, suite: Suite, quality: Sequence[dict[str, Any]]) -> str:
    """The page of one delivery: the suite and what was found, as `quality.json` keeps it."""
    from great_expectations.core import ExpectationSuiteValidationResult

    found = {one["expectation"]: one for one in quality}
    results = [_result(one, found[one.id]) for one in suite.expectations if one.id in found]
    good = sum(bool(one.success) for one in results)
    whole = ExpectationSuiteValidationResult(
        success=good == len(results),
        results=results,
        suite_name=name,
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": good,
            "unsuccessful_expectations": len(results) - good,
            "success_percent": 100 * good / len(results) if results else None,
        },
        meta={"active_batch_definition": {}, "batch_spec": {"data_asset_name": delivery_id}},
    )
    renderer, view = _renderer_and_view()
    return _DEAD_LINK.sub(r"\1", view.render(renderer.render(whole)))


@cache
def _renderer_and_view() -> tuple[Any, Any]:
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView
    from jinja2 import ChoiceLoader, DictLoader

    view = DefaultJinjaPageView()
    view.env.loader = ChoiceLoader([DictLoader({"page.j2": _FRAME}), view.env.loader])
    return ValidationResultsPageRenderer(), view


def _result(expectation: Expectation, found: dict[str, Any]) -> Any:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    return ExpectationValidationResult(
        success=found["success"],
        expectation_config=ExpectationConfiguration(
            type=re.sub(r"(?<!^)(?=[A-Z])", "_", expectation.type).lower(),
            kwargs={name: _shown(value) for name, value in expectation.arguments.items()},
            description=f"{expectation.zh} / {expectation.en}",
            meta={"id": expectation.id, "severity": expectation.severity},
        ),
        result=_figures(found),
        exception_info={"raised_exception": False, "exception_message": None, "exception_traceback": None},
    )


def _shown(value: Any) -> Any:
    """What comes from the run is shown by its name: a village list of thousands has no place on a page."""
    return {"$PARAMETER": value.context} if isinstance(value, Reference) else value


def _figures(found: dict[str, Any]) -> dict[str, Any]:
    counts = _COUNTS.fullmatch(found["observed"])
    if not counts:
        return {"observed_value": found["observed"]}
    wrong, total = int(counts[1]), int(counts[2])
    return {
        "element_count": total,
        "unexpected_count": wrong,
        "unexpected_percent": 100 * wrong / total if total else None,
    }
