"""Stands in for dbt's `adapter` and `graph` when sqlfluff renders a model."""

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

# No model is known while linting; a loop over them renders nothing.
graph = SimpleNamespace(nodes={}, sources={}, exposures={})
