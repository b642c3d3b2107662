"""Charts of shoes as plain geometry: a bar a pair with its limits, and one bar of all that was run in pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from plugin.summary.charts import KM
from plugin.summary.model import PairSummary


@dataclass(frozen=True, kw_only=True)
class Wearing:
    """A pair's bar: filled so far, ticks of its limits, all shares of the whole from 0 to 1."""

    pair: PairSummary
    filled: float
    look_x: float | None
    replace_x: float | None
    is_due: bool
    is_near: bool


def pairs(seen: Sequence[PairSummary]) -> tuple[Wearing, ...]:
    """Bars on one scale, which ends a little beyond the last limit, or at the most mileage where that is more."""
    ends = [max(one.metres, (one.replace_m or one.look_m or one.metres) * Decimal("1.1")) for one in seen]
    end_m = max([KM, *ends])

    def x_of(metres: Decimal | None) -> float | None:
        return None if metres is None else round(float(metres / end_m), 4)

    return tuple(
        Wearing(
            pair=one,
            filled=x_of(one.metres) or 0.0,
            look_x=x_of(one.look_m),
            replace_x=x_of(one.replace_m),
            is_due=one.is_due,
            is_near=one.look_m is not None and one.metres >= one.look_m,
        )
        for one in seen
    )


@dataclass(frozen=True, kw_only=True)
class Part:
    """A pair's part of a bar that is all that was run in pairs: where it begins and how wide it is, from 0 to 1."""

    pair: PairSummary
    x: float
    width: float


def rotation(seen: Iterable[PairSummary]) -> tuple[Part, ...]:
    """The pairs worn in the last four weeks, the most worn first."""
    parts, x = [], Decimal(0)
    for one in sorted((one for one in seen if one.share > 0), key=lambda one: (-one.share, one.name)):
        parts.append(Part(pair=one, x=round(float(x), 4), width=round(float(one.share), 4)))
        x += one.share
    return tuple(parts)
