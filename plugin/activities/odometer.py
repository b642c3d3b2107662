"""A pair's odometer: Strava's figure, whether it includes the run yet, and what of it belongs to the run. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from plugin.ports import ActivityDetail, ActivityList, Gear, Pair
from plugin.training.history import Odometer
from plugin.training.runs import NONE, Metres, Run, Shoe, order_of_id

FIGURE_DAYS = timedelta(days=7)
"""Strava's figures are kept no longer."""
ROUNDING_M = Decimal(50)
"""Strava rounds odometers; a run counts as included from its distance less this."""


def odometer_of(
    detail: ActivityDetail, pair: Pair | None, activity_list: ActivityList, now: datetime, *, is_included: bool
) -> tuple[Odometer | None, bool]:
    """The mileage of the run's pair before and after it, and whether Strava has not added the run yet.

    Strava does not say whether its figure already includes the new run. If it grew by the run's distance since it was
    last seen, it does; with no figure to compare, we assume that it does; if it does not, the next look sees the
    growth. `is_included`: known from an earlier look, or waited for long enough. What was walked in the pair since its
    run before belongs to this crossing; what was worn later does not.
    """
    if detail.gear is None or detail.run is None:
        return None, False
    start_m = pair.start_m if pair else NONE
    walked_m, later_m = worn_around(detail.run, activity_list)
    last = figure_before(pair, detail.id, now) if later_m == 0 else None
    if last is not None and detail.gear.odometer_m < last:
        # Something was taken off the pair meanwhile: the figure from before tells nothing.
        last = None
    if last is not None and not is_included and detail.gear.odometer_m - last < detail.run.metres - ROUNDING_M:
        return Odometer(before_m=start_m + last, after_m=start_m + max(last, detail.gear.odometer_m)), True
    after = max(detail.run.metres, detail.gear.odometer_m - later_m)
    before = max(NONE, after - detail.run.metres - walked_m)
    return Odometer(before_m=start_m + (before if last is None else min(last, before)), after_m=start_m + after), False


def worn_around(run: Run, activity_list: ActivityList) -> tuple[Metres, Metres]:
    """Metres put on the run's pair between its run before and this one, and after this one. Where the list does not
    reach the pair's run before, what was walked since is not known and counts as nothing."""
    is_run = {one.id for one in activity_list.runs}
    is_known = activity_list.reaches is None
    walked_m = later_m = NONE
    for worn in sorted(activity_list.wear, key=lambda one: (one.start, order_of_id(one.id))):
        if worn.shoe != run.shoe or worn.id == run.id:
            continue
        metres = max(NONE, worn.distance_m or NONE)
        if (worn.start, order_of_id(worn.id)) > run.order:
            later_m += metres
        elif worn.id in is_run:
            walked_m, is_known = NONE, True
        else:
            walked_m += metres
    return walked_m if is_known else NONE, later_m


def figure_before(pair: Pair | None, run_id: int, now: datetime) -> Metres | None:
    """Strava's figure for the pair as last seen before this run was looked at; None if it is too old or unknown."""
    if pair is None or pair.seen_at is None or now - pair.seen_at > FIGURE_DAYS:
        return None
    return pair.before_m if pair.of_run == run_id else pair.odometer_m


def pair_after(pair: Pair | None, gear: Gear, run_id: int | None, now: datetime) -> Pair:
    """The pair with the figure just seen; on a run, the figure before it is kept beside."""
    if pair is None:
        pair = Pair(shoe=Shoe(id=gear.id, name=gear.name))
    before = figure_before(pair, run_id, now) if run_id is not None else None
    shoe = replace(pair.shoe, name=gear.name, is_retired=gear.is_retired or pair.shoe.is_retired)
    return replace(pair, shoe=shoe, odometer_m=gear.odometer_m, seen_at=now, before_m=before, of_run=run_id)


def pair_without(pair: Pair, run_id: int) -> Pair:
    """The pair as before this run was counted on it: it was worn on another, or is deleted."""
    if pair.of_run != run_id:
        return pair
    seen_at = pair.seen_at if pair.before_m is not None else None
    return replace(pair, odometer_m=pair.before_m, seen_at=seen_at, of_run=None, before_m=None)
