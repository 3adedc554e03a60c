"""What the tests of the dbt project share: one compilation for all of them."""

from __future__ import annotations

import pytest

from tests.dbt.compiled import compile_project


@pytest.fixture(scope="session")
def compiled_models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Model name → compiled SQL."""
    return compile_project(tmp_path_factory.mktemp("dbt"))
