"""Bars of shoes stay in their picture, share a scale and add up."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from plugin.summary import shoe_charts
from plugin.summary.model import PairSummary
from plugin.training.runs import ShoeKind

METRES = st.decimals(min_value=0, max_value=400_000, places=1)


@given(st.lists(st.tuples(METRES, st.none() | METRES, st.none() | METRES), min_size=1, max_size=6))
def test_bars_of_pairs_have_one_scale_and_stay_in_the_picture(
    pairs: list[tuple[Decimal, Decimal | None, Decimal | None]],
) -> None:
    seen = [
        PairSummary(id=str(number), name="g", kind=ShoeKind.DAILY, metres=metres, look_m=look, replace_m=stop)
        for number, (metres, look, stop) in enumerate(pairs)
    ]
    worn = shoe_charts.pairs(seen)
    for one in worn:
        assert 0 <= one.filled <= 1
        assert all(x is None or x >= 0 for x in (one.look_x, one.replace_x))
        assert one.replace_x is None or one.replace_x <= 1
    by_metres = sorted(worn, key=lambda one: one.pair.metres)
    assert [one.filled for one in by_metres] == sorted(one.filled for one in worn)


def test_the_rotation_is_all_that_was_run_in_pairs_the_most_worn_first() -> None:
    shares = [Decimal("0.2"), Decimal(0), Decimal("0.5"), Decimal("0.3")]
    seen = [
        PairSummary(
            id=str(n), name=f"pair {n}", kind=ShoeKind.DAILY, metres=Decimal(1), look_m=None, replace_m=None, share=one
        )
        for n, one in enumerate(shares)
    ]
    parts = shoe_charts.rotation(seen)
    assert [(part.pair.name, part.x, part.width) for part in parts] == [
        ("pair 2", 0, 0.5),
        ("pair 3", 0.5, 0.3),
        ("pair 0", 0.8, 0.2),
    ]
