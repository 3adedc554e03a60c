"""What the tests of the dbt project share: one compilation for all of them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.dbt.compiled import CompiledProject, compile_project


@pytest.fixture(scope="session")
def compiled_project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    return compile_project(tmp_path_factory.mktemp("dbt"))


@pytest.fixture(scope="session")
def compiled_models(compiled_project: CompiledProject) -> Mapping[str, str]:
    """Model name → compiled SQL."""
    return compiled_project.sql
