"""A small simulated county that the tests of this room share."""

from __future__ import annotations

import pytest

from pipelines.simulation.linkage import LinkageCounty, simulate_linkage


@pytest.fixture(scope="session")
def half() -> LinkageCounty:
    """The measured half of a county."""
    return simulate_linkage(5, persons=600).half("measure")
