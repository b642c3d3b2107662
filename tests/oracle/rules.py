"""Each rule as the text has it. Every figure is worked out by looking through everything known."""

# ruff: noqa: SIM300 (formulas stand as the rules write them)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.facts import days, order
from tests.oracle.known import NONE, Known

Numbers = dict[str, Any]
Finding = tuple[int, Numbers]

# --- load -----------------------------------------------------------------------------------------


def long_run(known: Known) -> Finding | None:
    D, L = known.D, known.L
    if L is None or not (D >= 4000 and D > Decimal("1.10") * L and D > L + 1000):
        return None
    level = 1 if D <= Decimal("1.30") * L else 2 if D <= 2 * L else 3
    if D < 6000 or known.session.is_race:
        level = min(level, 1)
    return level, {"L": L, "D": D, "is_race": known.session.is_race}


def baseline(known: Known, day: date) -> Decimal | None:
    """B for the week that `day` is in, none where fewer than two of the four weeks before were run."""
    weeks = known.four_weeks_before(day)
    if sum(1 for week in weeks if week > 0) < 2:
        return None
    if known.asked.strict and weeks[0] > 0:
        return weeks[0]
    highest, second = sorted(weeks, reverse=True)[:2]
    return min(highest, Decimal("1.5") * second)


def week_limit(B: Decimal) -> Decimal:
    return max(Decimal("1.10") * B, B + 3000)


def ramp(known: Known) -> Finding | None:
    A, B, W1 = known.week(known.week_of(known.d)), baseline(known, known.d), known.four_weeks_before(known.d)[0]
    if B is None or not (A > Decimal("1.10") * B and A > B + 3000 and A > W1):
        return None
    return (2 if A > Decimal("1.50") * B and A - B >= 10_000 else 1), {"A": A, "B": B}


@dataclass
class Break:
    gap: int
    f: date
    P: Decimal

    def k(self, day: date) -> int:
        return (day - self.f).days // 7 + 1

    def cap(self, day: date) -> Decimal:
        share = Decimal("0.70") if self.gap <= 27 else Decimal("0.50") if self.gap <= 83 else Decimal("0.33")
        return max(Decimal(3000), min(Decimal(1), share + Decimal("0.15") * (self.k(day) - 1)) * self.P)


def active_break(known: Known, day: date) -> Break | None:
    """The latest break that is active on `day`."""
    active = None
    for p, f in known.pauses:
        gap = (f - p).days
        if not (day - f).days < min(gap, 28) or known.run_days(p - days(27), p) < 4:
            continue
        P = known.longest(known.sessions, p - days(29), p)
        assert P is not None
        active = Break(gap, f, P)
    return active


def comeback(known: Known) -> Finding | None:
    pause = active_break(known, known.d)
    if pause is None:
        return None
    D, cap, P, k = known.D, pause.cap(known.d), pause.P, pause.k(known.d)
    if not (D > Decimal("1.10") * cap and D > cap + 1000):
        return None
    if D >= P and D >= 8000 and pause.gap >= 28 and k <= 2:
        level = 3
    elif D >= P or D > Decimal("1.5") * cap:
        level = 2
    else:
        level = 1
    done = known.longest(known.earlier, pause.f, known.d)
    if D < 6000 or known.session.is_race or (done is not None and D <= done):
        level = min(level, 1)
    return level, {"D": D, "cap": cap, "gap": pause.gap, "P": P, "k": k, "is_race": known.session.is_race}


def streak(known: Known) -> Finding | None:
    d, today = known.d, known.on(known.d)
    if not (today >= 2000 > today - known.run.distance_m):
        return None
    length = 0
    while known.is_run_day(d - days(length)):
        length += 1
    n56 = known.run_days(d - days(55), d)
    if n56 >= 52:
        return None
    usual = row = 0
    for back in range(55, length - 1, -1):
        row = row + 1 if known.is_run_day(d - days(back)) else 0
        usual = max(usual, row)
    T = 14 if n56 >= 40 else max(4, min(7, usual + 2))
    T = max(T, usual + 1)
    if length not in (T, 2 * T):
        return None
    return (1 if length == T else 2), {"streak": length}


# --- shoes ----------------------------------------------------------------------------------------

KINDS_KM: dict[str, tuple[int | None, int | None]] = {
    "daily": (500, 800),
    "light": (400, 600),
    "racer": (250, 450),
    "trail": (500, 800),
    "minimalist": (None, None),
}


def kind(known: Known, pair: str) -> str:
    return known.asked.kinds.get(pair, "daily")


def limits_m(known: Known, pair: str) -> tuple[Decimal | None, Decimal | None]:
    """Look closely, replace. The runner's own limit wins over the kind's."""
    own = known.asked.limits_km.get(pair, (None, None))
    look, replace = (
        mine if mine is not None else usual for mine, usual in zip(own, KINDS_KM[kind(known, pair)], strict=True)
    )
    return (
        None if look is None else Decimal(1000) * look,
        None if replace is None else Decimal(1000) * replace,
    )


def worn_shoe(known: Known) -> Finding | None:
    run = known.run
    if run.shoe is None:
        return None
    here = order(run)
    previous = [place for place in known.in_pair[run.shoe] if place < here]
    before = known.worn_m(run.shoe, max(previous), with_it=True) if previous else NONE
    after = known.worn_m(run.shoe, here, with_it=True)
    look, replace = limits_m(known, run.shoe)
    crossed = []
    if look is not None and before < look <= after:
        crossed.append((look, 1))
    while replace is not None and replace <= after:
        if before < replace:
            crossed.append((replace, 2))
        replace += 200_000
    if not crossed:
        return None
    limit, level = max(crossed)
    return level, {"pair": run.shoe, "limit": limit, "after": after}


def one_pair(known: Known) -> Finding | None:
    d, pair = known.d, known.run.shoe
    runs = [run for run in known.lately if d - days(27) <= run.day <= d]
    named = [run for run in runs if run.shoe is not None]
    if pair is None or len(runs) < 8 or sum(run.distance_m for run in runs) < 80_000:
        return None
    if Fraction(len(named), len(runs)) < Fraction(80, 100):
        return None
    geared = sum(run.distance_m for run in named)
    here = sum(run.distance_m for run in named if run.shoe == pair)
    if here < Decimal("0.95") * geared:
        return None
    return 1, {"pair": pair, "runs": len(runs)}


def new_shoe(known: Known) -> Finding | None:
    run, L = known.run, known.L
    if run.shoe is None:
        return None
    here = [one for one in known.load if one.shoe == run.shoe]
    if len(here) > 2:
        return None
    first = here[0].day
    others = any(one.shoe is not None and one.shoe != run.shoe and one.day <= first - days(30) for one in known.load)
    level = 1
    match kind(known, run.shoe):
        case "racer":
            most = max(Decimal(5000), Decimal("0.4") * (L or 0))
        case "minimalist":
            most, level = max(Decimal(2000), Decimal("0.10") * sum(known.four_weeks_before(known.d)) / 4), 2
        case _:
            most = max(Decimal(8000), Decimal("0.6") * (L or 0))
    fresh = known.worn_m(run.shoe, order(run), with_it=False) < 20_000
    if others and run.distance_m > most:
        return level, {"pair": run.shoe, "own": run.distance_m}
    if run.is_race and run.distance_m >= 10_000 and fresh:
        return 1, {"pair": run.shoe, "own": run.distance_m}
    return None


# --- form -----------------------------------------------------------------------------------------


def steps(run: Any) -> Fraction | None:
    """Cadence of both legs, if this run may be judged by it."""
    if run.cadence is None or not 60 <= run.cadence <= 120:
        return None
    if run.sport.value == "trail" or run.is_race or run.is_workout or run.is_treadmill:
        return None
    if run.moving_s is None or run.moving_s < 20 * 60:
        return None
    if not Fraction("2.2") <= speed(run) <= Fraction("4.0"):
        return None
    if (run.climb_m or 0) * 1000 >= 15 * run.distance_m:
        return None
    if run.elapsed_s is not None and run.moving_s < Decimal("0.85") * run.elapsed_s:
        return None
    return 2 * Fraction(run.cadence)


def speed(run: Any) -> Fraction:
    return Fraction(run.distance_m) / Fraction(run.moving_s)


def median(values: list[Fraction]) -> Fraction:
    values = sorted(values)
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def cadence(known: Known) -> Finding | None:
    d = known.d
    for run in known.lately:
        if run.id not in known.form:
            both = steps(run)
            known.form[run.id] = None if both is None else (both, speed(run))
    judged = [form for run in known.lately if d - days(59) <= run.day <= d and (form := known.form[run.id])]
    if len(judged) < 5:
        return None
    usual, pace = median([one for one, _ in judged]), median([one for _, one in judged])
    if not usual < 155 + 6 * (pace - 3):
        return None
    return 1, {"cadence": usual, "speed": pace}


def hard_day(known: Known) -> Finding | None:
    """The first occasion of the recovery tip: a race, a very long session, a steep trail run."""
    run, D, L = known.run, known.D, known.L
    if known.session.is_race and D >= 5000:
        return 0, {"occasion": "race", "is_race": True}
    steep = run.sport.value == "trail" and run.climb_m is not None and run.climb_m * 1000 >= 20 * run.distance_m
    if (L is not None and D >= 18_000 and D >= Decimal("0.95") * L) or (steep and D >= 8000):
        return 0, {"occasion": "long"}
    return None


def foot_work(known: Known, *, last_told: date | None, is_sore: bool) -> Finding | None:
    """The second occasion: a steady month in which nothing was told lately."""
    d = known.d
    if last_told is not None and (d - last_told).days < 14:
        return None
    if is_sore or known.D < 5000 or known.run_days(d - days(27), d) < 8:
        return None
    return 0, {"occasion": "foot work"}
