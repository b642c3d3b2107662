"""Two readings of the rules over histories nobody would run: ties, midnights, journeys, copies, twins, holes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.histories import made
from tests.oracle.test_oracle import differences


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_a_second_reading_of_the_rules_sees_any_history_alike(seed: int) -> None:
    runner = made(seed)
    assert differences(runner.runs, runner.wear, runner.words) == []
