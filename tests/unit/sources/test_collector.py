"""The cycle collector is paused for the block only, however the block ends."""

from __future__ import annotations

import gc

import pytest

from pipelines.sources.collector import collector_paused


def test_it_runs_again_after_the_block_even_after_an_error() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError), collector_paused():
        assert not gc.isenabled()
        raise ValueError
    assert gc.isenabled()


def test_an_inner_block_does_not_end_an_outer_one() -> None:
    with collector_paused():
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
