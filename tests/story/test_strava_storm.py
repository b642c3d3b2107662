"""A short storm of the real Strava's faults; `make storm` plays a long one."""

import logging

import pytest

from tests.hard.storm import FAULTS, all_wrong, storm


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(("runs", "at_once"), [(24, 4), (16, len(FAULTS))])
def test_in_a_storm_nothing_is_lost_nothing_told_twice_and_nothing_false(runs, at_once):
    stormy, calm = storm(runs, 2026, at_once=at_once)
    assert all_wrong(stormy, calm) == []
    assert sum(1 for told in calm.told.values() if told) >= 3
