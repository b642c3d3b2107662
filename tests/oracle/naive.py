"""The rules read a second time, from their text alone, by somebody who had not seen the first reading.

Every figure is worked out anew for every run by looking through the whole history, as the words of the rules say it,
slowly; thresholds are typed from the text. Nothing of the product is used but its plain records of runs. Not covered:
reading words (labels are given) and wording.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tests.oracle.choosing import LOAD, Found, Told, choose
from tests.oracle.facts import days, order, set_aside
from tests.oracle.known import NONE, Asked, Known
from tests.oracle.rules import (
    active_break,
    baseline,
    cadence,
    comeback,
    foot_work,
    hard_day,
    long_run,
    new_shoe,
    one_pair,
    ramp,
    streak,
    week_limit,
    worn_shoe,
)
from tests.oracle.sore import AGAINST_CADENCE, Word, on_record, soreness


@dataclass(frozen=True)
class Room:
    """What the runner may do on the next day: for one run, and in the week. None: missing."""

    length_m: Decimal | None
    week_m: Decimal | None


@dataclass
class Evaluation:
    """A run and everything found on it. `room` is None while soreness silences it.

    What may be said of what was run: this week, the four weeks before (the latest first), the longest of 30 days, the
    metres on the run's pair, 28 days in all. `sore`: labels on record.
    """

    run: Any
    session_m: Decimal
    found: list[Found]
    room: Room | None
    week_m: Decimal
    weeks_m: list[Decimal]
    longest_m: Decimal | None
    worn_m: Decimal | None
    month_m: Decimal
    sore: set[str]

    @property
    def leader(self) -> Found | None:
        return next((one for one in self.found if one.leads), None)


def allowance(known: Known) -> Room:
    """For a run on the day after the run looked at."""
    tomorrow = known.d + days(1)
    pause = active_break(known, tomorrow)
    if pause is not None:
        length: Decimal | None = pause.cap(tomorrow)
    else:
        sessions = [
            one
            for one in known.sessions_lately
            if not (one.found & {"long_run", "comeback"} and known.d - days(6) <= one.day <= known.d)
        ]
        longest = known.longest(sessions, known.d - days(29), known.d)
        length = None if longest is None else max(Decimal(4000), Decimal("1.10") * longest, longest + 1000)
    B, week = baseline(known, tomorrow), known.week_of(tomorrow)
    if B is None:
        return Room(length, None)
    left = week_limit(B) - known.week(week)
    if tomorrow == week and known.week_of(known.d) in known.ramp_found:
        ended = baseline(known, known.d)
        assert ended is not None
        left = min(left, week_limit(ended))
    return Room(length, left)


def replay(
    runs: Iterable[Any],
    wear: Iterable[Any],
    words: Mapping[str, Any] | None = None,
    *,
    asked: Asked | None = None,
    no_runs: Collection[str] = (),
) -> tuple[dict[str, str], list[Evaluation]]:
    """Set aside (id to reason) and every other run judged, in order.

    `words`: run id to `labels`, `cleared` and `cut_short`. `no_runs`: what the runner called no run.
    """
    words = words or {}
    ordered = sorted(runs, key=order)
    aside = set_aside(ordered, no_runs)
    known = Known(ordered, sorted(wear, key=order), asked or Asked())
    spoken: list[Word] = []
    load_days: list[date] = []
    sore_days: list[date] = []
    told: list[Told] = []
    evaluations: list[Evaluation] = []
    for run in ordered:
        if run.id in aside:
            continue
        known.add(run)
        if run.id in words:
            said = words[run.id]
            spoken.append(Word(run, said.labels, said.cleared, said.cut_short))
        found = found_on(known, spoken, load_days, told)
        known.session.found |= {one.rule for one in found}
        if any(one.rule == "ramp" for one in found):
            known.ramp_found.add(known.week_of(run.day))
        sore_days += [run.day for one in found if one.rule == "soreness" and one.level >= 2]
        choose(found, known, told, is_coming_back=active_break(known, run.day) is not None)
        is_sore = any(run.day - days(6) <= day <= run.day for day in sore_days)
        evaluations.append(
            Evaluation(
                run,
                known.D,
                found,
                room=None if is_sore else allowance(known),
                week_m=known.week(known.week_of(run.day)),
                weeks_m=known.four_weeks_before(run.day),
                longest_m=known.L,
                worn_m=None if run.shoe is None else known.worn_m(run.shoe, order(run), with_it=True),
                month_m=sum((one.distance_m for one in known.lately if run.day - days(27) <= one.day <= run.day), NONE),
                sore=on_record(spoken, run.day),
            )
        )
    return aside, evaluations


def found_on(known: Known, spoken: list[Word], load_days: list[date], told: list[Told]) -> list[Found]:
    """Everything the rules find on the run looked at. Adds its day to `load_days` where it is load that was found."""
    run = known.run
    on_record_now = on_record(spoken, run.day)
    found = []
    for rule in (long_run, comeback, ramp, worn_shoe, streak, new_shoe, one_pair, cadence):
        if rule is cadence and on_record_now & AGAINST_CADENCE:
            continue
        if (finding := rule(known)) is not None:
            found.append(Found(rule.__name__, *finding))
    load_days += [run.day for one in found if one.rule in LOAD]
    if (finding := soreness(run, spoken, load_days)) is not None:
        found.append(Found("soreness", *finding))
    last_told = max((one.run.day for one in told), default=None)
    tip = hard_day(known) or foot_work(known, last_told=last_told, is_sore=bool(on_record_now))
    if tip is not None:
        found.append(Found("recovery", *tip))
    return found
