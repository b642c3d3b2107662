"""The rules read a second time, by somebody who had not seen the first reading.

Every figure is worked out anew for every run by looking through the whole history, as the words of the rules say it,
slowly. Nothing of the product is used; runs come as the archive reads them. Not covered: reading words (labels are
given), the runner's own settings (kinds, limits, snoozing, strict), wording.
"""

# ruff: noqa: SIM300 (formulas stand as the rules write them)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

LOAD = ("long_run", "comeback", "ramp", "streak")
SHOE = ("worn_shoe", "new_shoe", "one_pair")
FAMILY = {
    **dict.fromkeys(LOAD, "load"),
    **dict.fromkeys(SHOE, "shoe"),
    "cadence": "form",
    "recovery": "form",
    "soreness": "soreness",
}
TIES = ("soreness", "long_run", "comeback", "ramp", "worn_shoe", "streak", "new_shoe", "one_pair", "cadence")
NAMED = {"plantar_fasciitis", "metatarsalgia", "fat_pad_syndrome", "achilles", "mortons_neuroma", "shin"}
AGAINST_CADENCE = {"achilles", "shin", "metatarsalgia", "mortons_neuroma", "stress_fracture"}


def days(number: int) -> timedelta:
    return timedelta(days=number)


def id_order(text: str) -> tuple[int, int, str]:
    return (0, int(text), "") if text.isascii() and text.isdigit() else (1, 0, text)


def order(run: Any) -> tuple[Any, ...]:
    return (run.start, id_order(run.id))


def duration(run: Any) -> Decimal:
    elapsed, moving = run.elapsed_s, run.moving_s
    value = elapsed
    if elapsed is None or (moving is not None and elapsed > 3 * moving):
        value = moving
    return value if value is not None and value > 0 else Decimal(0)


def end(run: Any) -> datetime:
    return run.start + timedelta(microseconds=int(duration(run) * 1_000_000))


# --- set aside ------------------------------------------------------------------------------------


def aside_at_sight(run: Any) -> str | None:
    if run.is_flagged:
        return "flagged"
    took = run.moving_s if run.moving_s is not None else run.elapsed_s
    can_be_told = run.distance_m is not None and run.distance_m > 1000 and took is not None and took > 0
    if can_be_told and Fraction(run.distance_m) / Fraction(took) > 7:
        return "too fast"
    if run.distance_m is None or run.distance_m <= 0:
        return "no distance"
    if run.moving_s is not None and run.moving_s <= 0:
        return "no time"
    return None


def set_aside(runs: Iterable[Any]) -> dict[str, str]:
    """Run id to why it is set aside."""
    reasons = {run.id: why for run in runs if (why := aside_at_sight(run))}
    left = [run for run in runs if run.id not in reasons]
    kept: list[tuple[datetime, datetime]] = []
    for run in sorted(left, key=lambda one: (-one.distance_m, id_order(one.id))):
        start, until = run.start, end(run)
        # Whether others are held against a run whose hour is hidden the rules leave open: they are not.
        if run.hour_is_hidden:
            continue
        near = [other for other in kept if other[1] > start and other[0] < until]
        if any(overlap_by_half(start, until, *other) for other in near):
            reasons[run.id] = "copy"
        else:
            kept.append((start, until))
    return reasons


def overlap_by_half(start: datetime, until: datetime, other_start: datetime, other_until: datetime) -> bool:
    overlap = min(until, other_until) - max(start, other_start)
    return 2 * overlap > min(until - start, other_until - other_start)


# --- what is known as of a run --------------------------------------------------------------------


@dataclass
class Outing:
    """A session, as far as it is known."""

    day: date
    metres: Decimal
    is_race: bool
    end: datetime
    is_alone: bool


class Known:
    """Everything known as of the last run added, the run looked at. `all_runs`: those set aside as well."""

    def __init__(self, all_runs: list[Any], wear: list[Any]) -> None:
        self.load: list[Any] = []
        self.in_pair: dict[str, list[tuple[Any, Any]]] = {}
        self.worn: dict[str, list[tuple[Any, Any]]] = {}
        for run in all_runs:
            self.in_pair.setdefault(run.shoe, []).append((order(run), run))
        for one in wear:
            self.worn.setdefault(one.shoe, []).append((order(one), one))
        self.sessions: list[Outing] = []
        self.gaps: list[tuple[date, date]] = []
        self.totals: dict[date, Decimal] = {}

    def add(self, run: Any) -> None:
        self.load.append(run)
        self.totals[run.day] = self.on(run.day) + run.distance_m
        open_ = next((one for one in reversed(self.sessions) if not one.is_alone), None)
        if run.hour_is_hidden or open_ is None or run.start > open_.end + timedelta(minutes=30):
            # A run with a hidden hour is a session of its own, and does not end the one before it.
            self.session = Outing(run.day, run.distance_m, run.is_race, end(run), is_alone=run.hour_is_hidden)
            self.sessions.append(self.session)
            if len(self.sessions) > 1 and (run.day - self.sessions[-2].day).days >= 14:
                self.gaps.append((self.sessions[-2].day, run.day))
        else:
            self.session = open_
            open_.metres += run.distance_m
            open_.is_race = open_.is_race or run.is_race
            open_.end = max(open_.end, end(run))
        self.L = self.longest_lately()

    @property
    def run(self) -> Any:
        return self.load[-1]

    @property
    def d(self) -> date:
        return self.run.day

    @property
    def D(self) -> Decimal:
        return self.session.metres

    def on(self, day: date) -> Decimal:
        return self.totals.get(day, Decimal(0))

    def is_run_day(self, day: date) -> bool:
        return self.on(day) >= 2000

    def longest(self, sessions: list[Outing], first: date, last: date) -> Decimal | None:
        return max((one.metres for one in sessions if first <= one.day <= last), default=None)

    def longest_lately(self) -> Decimal | None:
        return self.longest([one for one in self.sessions if one is not self.session], self.d - days(30), self.d)

    def week(self, monday: date) -> Decimal:
        return sum((self.on(monday + days(number)) for number in range(7)), Decimal(0))


Numbers = dict[str, Any]
Finding = tuple[int, Numbers]


def monday_of(day: date) -> date:
    return day - days(day.weekday())


# --- load -----------------------------------------------------------------------------------------


def long_run(known: Known) -> Finding | None:
    D, L = known.D, known.L
    if L is None or not (D >= 4000 and D > Decimal("1.10") * L and D > L + 1000):
        return None
    level = 1 if D <= Decimal("1.30") * L else 2 if D <= 2 * L else 3
    if D < 6000 or known.session.is_race:
        level = min(level, 1)
    return level, {"L": L, "D": D}


def baseline(known: Known, day: date) -> Decimal | None:
    monday = monday_of(day)
    weeks = sorted((known.week(monday - days(7 * back)) for back in (1, 2, 3, 4)), reverse=True)
    if sum(1 for week in weeks if week > 0) < 2:
        return None
    return min(weeks[0], Decimal("1.5") * weeks[1])


def ramp(known: Known) -> Finding | None:
    A, B = known.week(monday_of(known.d)), baseline(known, known.d)
    if B is None or not (A > Decimal("1.10") * B and A > B + 3000):
        return None
    return (2 if A > Decimal("1.50") * B and A - B >= 10000 else 1), {"A": A, "B": B}


@dataclass
class Break:
    gap: int
    f: date
    P: Decimal

    def cap(self, day: date) -> Decimal:
        share = Decimal("0.70") if self.gap < 28 else Decimal("0.50") if self.gap < 84 else Decimal("0.33")
        return max(Decimal(3000), min(Decimal(1), share + Decimal("0.15") * (self.k(day) - 1)) * self.P)

    def k(self, day: date) -> int:
        return (day - self.f).days // 7 + 1


def active_break(known: Known, day: date) -> Break | None:
    active = None
    for p, f in known.gaps:
        gap = (f - p).days
        if not (day - f).days < min(gap, 28):
            continue
        if sum(1 for back in range(28) if known.is_run_day(p - days(back))) < 4:
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
    if D >= P and pause.gap >= 28 and k <= 2:
        level = 3
    elif D >= P or D > Decimal("1.5") * cap:
        level = 2
    else:
        level = 1
    if D < 6000 or known.session.is_race:
        level = min(level, 1)
    return level, {"D": D, "cap": cap, "gap": pause.gap, "P": P, "k": k}


def streak(known: Known) -> Finding | None:
    d, today = known.d, known.on(known.d)
    if not (today >= 2000 > today - known.run.distance_m):
        return None
    length = 0
    while known.is_run_day(d - days(length)):
        length += 1
    n56 = sum(1 for back in range(56) if known.is_run_day(d - days(back)))
    usual = row = 0
    for back in range(55, length - 1, -1):
        row = row + 1 if known.is_run_day(d - days(back)) else 0
        usual = max(usual, row)
    if n56 >= 52:
        return None
    T = 14 if n56 >= 40 else max(4, min(7, usual + 2))
    if length not in (T, 2 * T):
        return None
    return (1 if length == T else 2), {"streak": length}


# --- shoes ----------------------------------------------------------------------------------------


def figure(known: Known, run: Any, *, with_it: bool) -> Decimal:
    """Metres on the run's pair after the run, or just before it."""
    upto = order(run)
    return sum(
        (
            worn.distance_m
            for place, worn in known.worn.get(run.shoe, [])
            if (place < upto or (with_it and place == upto)) and worn.distance_m is not None and worn.distance_m > 0
        ),
        Decimal(0),
    )


def figures(known: Known, run: Any) -> tuple[Decimal, Decimal]:
    """After the pair's previous run (set aside or not), and after this one."""
    here = order(run)
    previous = [one for place, one in known.in_pair[run.shoe] if place < here]
    before = figure(known, previous[-1], with_it=True) if previous else Decimal(0)
    return before, figure(known, run, with_it=True)


def worn_shoe(known: Known) -> Finding | None:
    run = known.run
    if run.shoe is None:
        return None
    before, after = figures(known, run)
    crossed = [(1, Decimal(500_000))] if before < 500_000 <= after else []
    limit = Decimal(800_000)
    while limit <= after:
        if before < limit:
            crossed.append((2, limit))
        limit += 100_000
    if not crossed:
        return None
    level, limit = crossed[-1]
    return level, {"pair": run.shoe, "limit": limit, "after": after}


def one_pair(known: Known) -> Finding | None:
    d, pair = known.d, known.run.shoe
    first = d - days(27)
    runs = [run for run in known.load if first <= run.day <= d]
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
    run = known.run
    if run.shoe is None:
        return None
    here = [one for one in known.load if one.shoe == run.shoe]
    if len(here) > 2:
        return None
    first = here[0].day
    others = any(one.shoe is not None and one.shoe != run.shoe and one.day <= first - days(30) for one in known.load)
    most = Decimal(8000) if known.L is None else max(Decimal(8000), Decimal("0.6") * known.L)
    before = figure(known, run, with_it=False)
    fresh_race = run.is_race and run.distance_m >= 10_000 and before < 20_000
    if (others and run.distance_m > most) or fresh_race:
        return 1, {"pair": run.shoe, "own": run.distance_m}
    return None


# --- form and recovery ----------------------------------------------------------------------------


def steps(run: Any) -> Fraction | None:
    """Cadence of both legs, if this run may be judged by it."""
    if run.cadence is None or not 60 <= run.cadence <= 120:
        return None
    if run.sport.value == "trail" or run.is_race or run.is_workout or run.is_treadmill:
        return None
    if run.moving_s is None or run.moving_s < 20 * 60:
        return None
    speed = Fraction(run.distance_m) / Fraction(run.moving_s)
    if not Fraction("2.2") <= speed <= Fraction("4.0"):
        return None
    if (run.climb_m or 0) * 1000 >= 15 * run.distance_m:
        return None
    if run.elapsed_s is not None and run.moving_s < Decimal("0.85") * run.elapsed_s:
        return None
    return 2 * Fraction(run.cadence)


def median(values: list[Fraction]) -> Fraction:
    values = sorted(values)
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def cadence(known: Known) -> Finding | None:
    d = known.d
    first = d - days(59)
    evaluation = [
        (cadence, Fraction(run.distance_m) / Fraction(run.moving_s))
        for run in known.load
        if first <= run.day <= d and (cadence := steps(run)) is not None
    ]
    if len(evaluation) < 5:
        return None
    usual, speed = median([one for one, _ in evaluation]), median([one for _, one in evaluation])
    if not usual < 155 + 6 * (speed - 3):
        return None
    return 1, {"cadence": usual, "speed": speed}


def recovery(known: Known) -> Finding | None:
    run, D, L = known.run, known.D, known.L
    steep = run.sport.value == "trail" and run.climb_m is not None and run.climb_m * 1000 >= 20 * run.distance_m
    long = L is not None and D >= Decimal("0.9") * L and D >= 15_000
    return (0, {}) if known.session.is_race or long or steep else None


# --- soreness -------------------------------------------------------------------------------------


@dataclass
class Word:
    """What one run's words said: labels that hold, labels that an all-clear took away."""

    run: Any
    labels: frozenset[str]
    cleared: frozenset[str]


def soreness(run: Any, words: list[Word], load_days: list[date]) -> Finding | None:
    """`words` in order, up to and with this run's own."""
    own = next((word for word in words if word.run.id == run.id), None)
    if own is None or not own.labels:
        return None
    d = run.day
    labels = set(own.labels)
    if "stress_fracture" in labels:
        labels.add("red_flag")
    if any(persists(label, run, words) for label in own.labels):
        labels.add("red_flag")
    level = 0
    lately = any(word.labels and d - days(14) <= word.run.day <= d - days(1) for word in words)
    for label in labels:
        if label == "blister":
            level = max(level, 1)
        elif label == "foot_pain_unspecified":
            level = max(level, 2 if lately else 1)
        elif label in NAMED:
            level = max(level, 2)
        else:
            assert label in ("stress_fracture", "red_flag")
            level = 4
    if 2 <= level < 4 and any(d - days(14) <= day <= d for day in load_days):
        level = min(level + 1, 3)
    return level, {"labels": frozenset(labels)}


def persists(label: str, run: Any, words: list[Word]) -> bool:
    """The label on days at least 14 apart, between them no all-clear and no 28 days without a word."""
    spoken = run.day
    earlier = [one for one in words if order(one.run) < order(run) and one.run.day <= run.day]
    for word in sorted(earlier, key=lambda one: (one.run.day, order(one.run)), reverse=True):
        if label in word.labels:
            if (spoken - word.run.day).days - 1 >= 28:
                return False
            spoken = word.run.day
            if (run.day - spoken).days >= 14:
                return True
        elif label in word.cleared:
            return False
    return False


# --- choose ---------------------------------------------------------------------------------------


@dataclass
class StoredNotice:
    rule: str
    level: int
    numbers: Numbers
    withheld: str | None = None
    told: bool = False


@dataclass
class PastNotice:
    rule: str
    level: int
    run: Any
    numbers: Numbers
    leads: bool


def is_quiet(one: StoredNotice, run: Any, told: list[PastNotice]) -> bool:
    before = [spoke for spoke in told if spoke.rule == one.rule]
    if one.rule == "ramp":
        return any(monday_of(spoke.run.day) == monday_of(run.day) and spoke.level == one.level for spoke in before)
    if one.rule == "worn_shoe":
        return any(
            spoke.numbers["pair"] == one.numbers["pair"] and spoke.numbers["limit"] == one.numbers["limit"]
            for spoke in before
        )
    if one.rule == "soreness" and one.level == 4:
        return any(spoke.level == 4 and run.start - spoke.run.start < timedelta(hours=24) for spoke in before)
    if one.rule == "new_shoe" and any(spoke.numbers["pair"] == one.numbers["pair"] for spoke in before):
        return True
    period = 60 if one.rule in ("one_pair", "cadence") else 7
    return any(run.day <= spoke.run.day + days(period - 1) and one.level <= spoke.level for spoke in before)


def is_budgeted(rule: str, level: int) -> bool:
    return level in (1, 2) and FAMILY[rule] in ("load", "form")


def choose(found: list[StoredNotice], run: Any, told: list[PastNotice], coming_back: bool) -> None:
    """Mark what is told and why the rest is not; remember what was told."""
    led = [spoke.run.day for spoke in told if spoke.leads and is_budgeted(spoke.rule, spoke.level)]
    spent = max(
        sum(1 for day in led if first <= day <= first + days(6))
        for first in (run.day - days(back) for back in range(7))
    )
    open_: list[StoredNotice] = []
    for one in found:
        if coming_back and one.rule in ("long_run", "ramp"):
            one.withheld = "coming back"
        elif one.level >= 1 and is_quiet(one, run, told):
            one.withheld = "quiet period"
        elif one.level >= 1:
            open_.append(one)
    open_.sort(key=lambda one: (-one.level, TIES.index(one.rule)))
    leader = second = None
    for one in open_:
        if leader is None and is_budgeted(one.rule, one.level) and spent >= 2:
            one.withheld = "weekly budget"
        elif leader is None:
            leader = one
        elif second is None and FAMILY[one.rule] != FAMILY[leader.rule]:
            second = one
        else:
            one.withheld = "less important"
    for one in found:
        if one.level == 0 and is_quiet(one, run, told):
            one.withheld = "quiet period"
        elif one.level == 0 and leader is not None:
            one.withheld = "less important"
        elif one.level == 0:
            leader = one
    for one in (leader, second):
        if one is not None:
            one.told = True
            told.append(PastNotice(one.rule, one.level, run, one.numbers, leads=one is leader))


# --- ceilings -------------------------------------------------------------------------------------


def ceilings(known: Known, day: date) -> tuple[Decimal | None, Decimal | None]:
    """By length and by week, for a run on `day` on its own after everything known."""
    L, pause, B = known.longest(known.sessions, day - days(30), day), active_break(known, day), baseline(known, day)
    if pause is not None:
        by_length = max(Decimal("1.10") * pause.cap(day), pause.cap(day) + 1000)
    else:
        by_length = None if L is None else max(Decimal(4000), Decimal("1.10") * L, L + 1000)
    by_week = None if B is None else max(Decimal("1.10") * B, B + 3000) - known.week(monday_of(day))
    return by_length, by_week


# --- a whole history ------------------------------------------------------------------------------


@dataclass
class Evaluation:
    run: Any
    session_m: Decimal
    found: list[StoredNotice]
    next_run: tuple[Decimal | None, Decimal | None]


def replay(
    runs: Iterable[Any], wear: Iterable[Any], words: Mapping[str, Any] | None = None
) -> tuple[dict[str, str], list[Evaluation]]:
    """Set aside (id to reason) and every other run judged, in order. `words`: run id to labels and cleared."""
    ordered = sorted(runs, key=order)
    worn = sorted(wear, key=order)
    aside = set_aside(ordered)
    spoken: list[Word] = []
    load_days: list[date] = []
    told: list[PastNotice] = []
    evaluation: list[Evaluation] = []
    known = Known(ordered, worn)
    for run in ordered:
        if run.id in aside:
            continue
        known.add(run)
        if words and run.id in words:
            spoken.append(Word(run, words[run.id].labels, words[run.id].cleared))
        found = []
        for find in (long_run, comeback, ramp, worn_shoe, streak, new_shoe, one_pair, cadence, recovery):
            if (finding := find(known)) is not None:
                found.append(StoredNotice(find.__name__, *finding))
        load_days += [run.day for one in found if one.rule in LOAD]
        if any(word.labels & AGAINST_CADENCE and run.day - days(28) <= word.run.day for word in spoken):
            found = [one for one in found if one.rule != "cadence"]
        if (finding := soreness(run, spoken, load_days)) is not None:
            found.append(StoredNotice("soreness", *finding))
        choose(found, run, told, coming_back=active_break(known, run.day) is not None)
        evaluation.append(Evaluation(run, known.D, found, ceilings(known, run.day + days(1))))
    return aside, evaluation
