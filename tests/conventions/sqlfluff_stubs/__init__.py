"""Stands in for dbt when sqlfluff renders a model: dispatch, and the lists of models that a macro may loop over."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def _dispatch(context: Context, name: str, *_: object) -> Callable[..., Any]:
    """`adapter.dispatch('f')` is the macro of the embedded engine, `default__f`."""
    macro: Callable[..., Any] = context.resolve(f"default__{name}")
    return macro


adapter = SimpleNamespace(dispatch=_dispatch)


def rule_models() -> list[str]:
    """Two rules, enough to render a union."""
    return ["rule_step_overdue", "rule_petition_open"]


def indicator_models() -> list[str]:
    """Two indicators, enough to render a union."""
    return ["ind_average_age", "ind_college_share"]


def indicator_ids() -> list[str]:
    """The same two by id."""
    return ["average_age", "college_share"]
