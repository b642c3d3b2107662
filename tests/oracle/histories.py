"""Histories nobody would train by: every boundary of the rules, again and again, drawn from one seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from plugin.training.history import Soreness
from plugin.training.runs import Run, Sport, Wear

FIRST = datetime(2024, 2, 26, 6, 0, 7, tzinfo=UTC)
KILOMETRES = ("1", "1.2", "2", "2.001", "3.9", "4", "5", "5.001", "6", "8", "9.8", "10", "11", "14", "15.4", "17", "20")
LONG = ("21.1", "28", "30.8", "42.2", "60")
LABELS = (
    "plantar_fasciitis",
    "metatarsalgia",
    "achilles",
    "shin",
    "blister",
    "foot_pain_unspecified",
    "knee",
    "calf",
    "hip",
    "stress_fracture",
    "red_flag",
)
OFFSETS = (-11, -8, 0, 1, 9, 14)
"""Hours from UTC: flying east over the date line, the local day goes back while the clock goes on."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A made-up runner."""

    runs: list[Run]
    wear: list[Wear]
    words: dict[str, Soreness]


def made(seed: int) -> Made:
    """A runner of a style: how often, how odd, how far travelled, how sore."""
    draw = Random(seed)
    style = draw.choice(("daily", "steady", "breaks", "many a day", "odd", "travelling", "sore", "shoes"))
    length = draw.randint(5, 160)
    runs: list[Run] = []
    wear: list[Wear] = []
    words: dict[str, Soreness] = {}
    now, offset, kilometres = FIRST, draw.choice(OFFSETS), draw.sample(KILOMETRES, 4)
    ids = _ids(draw)
    for number in range(length):
        now += _pause(draw, style)
        if style == "travelling" or draw.random() < 0.02:
            offset = draw.choice(OFFSETS)
        run = _run(draw, style, ids[number], now, offset, kilometres)
        together = [run]
        if style == "odd" and draw.random() < 0.1:
            together.append(_twin(draw, run, f"9{ids[number]}"))
        runs += together
        wear += [
            Wear(shoe=one.shoe, id=one.id, start=one.start, distance_m=one.distance_m)
            for one in together
            if one.shoe is not None
        ]
        if draw.random() < 0.1:
            walk = Decimal(draw.choice((-5, 0, 3000, 19_000, 400_000)))
            start = now + timedelta(hours=draw.choice((-2, 0, 2)))
            wear.append(Wear(shoe=draw.choice("AB"), id=f"walk-{number}", start=start, distance_m=walk))
        if style == "sore" and draw.random() < 0.4:
            words[run.id] = _words(draw, run)
    draw.shuffle(runs)
    return Made(runs=runs, wear=wear, words=words)


def _twin(draw: Random, run: Run, id_: str) -> Run:
    """The run once more under another clock, a little longer or shorter, or not quite on the quarter hour."""
    apart = timedelta(
        minutes=draw.choice((60, 90, 105, 120, 8 * 60, 14 * 60, 15 * 60, 70)), seconds=draw.choice((0, 2, 3))
    )
    metres = None if run.distance_m is None else run.distance_m + draw.choice((-11, -10, 0, 10))
    moving = None if run.moving_s is None else run.moving_s + draw.choice((0, 2, 3))
    start = run.start + draw.choice((-1, 1)) * apart
    if draw.random() < 0.1:
        start = start.replace(second=0)
    return replace(run, id=id_, start=start, distance_m=metres, moving_s=moving, elapsed_s=moving)


def _ids(draw: Random) -> list[str]:
    """Small, huge, and no numbers at all; ties of start are decided by them."""
    ids = [*map(str, range(1, 90)), *(str(10**25 + number) for number in range(50)), *(f"x{n}" for n in range(50))]
    draw.shuffle(ids)
    return ids


def _pause(draw: Random, style: str) -> timedelta:
    minutes = draw.choice((0, 5, 29, 30, 31, 40, 71, 80, 6 * 60))
    day = 24 * 60
    if style == "daily":
        minutes = draw.choice((day, day, day, day, day, day, day, minutes, 2 * day))
    elif style == "breaks":
        minutes = draw.choice((day, day, day, 2 * day, minutes, draw.choice((13, 14, 15, 27, 28, 29, 84)) * day))
    elif style == "many a day":
        minutes = draw.choice((minutes, minutes, day))
    elif style == "travelling":
        minutes = draw.choice((minutes, 7 * 60, 17 * 60, day, day + 60, 14 * day))
    else:
        minutes = draw.choice((minutes, day, day, 2 * day, 2 * day, 3 * day, 7 * day))
    return timedelta(minutes=minutes)


def _run(draw: Random, style: str, id_: str, now: datetime, offset: int, kilometres: list[str]) -> Run:
    local = now + timedelta(hours=offset)
    km = Decimal(draw.choice(kilometres if draw.random() < 0.8 else LONG if draw.random() < 0.4 else KILOMETRES))
    pace = Decimal(draw.choice((260, 300, 330, 360, 400)))
    metres: Decimal | None = km * 1000
    moving: Decimal | None = (km * pace).quantize(Decimal(1))
    elapsed: Decimal | None = moving + draw.choice((0, 0, 60, 900))
    hidden = style == "odd" and draw.random() < 0.1
    if hidden:
        now += datetime(local.year, local.month, local.day, 0, 0, 1, tzinfo=UTC) - local
    if style == "odd":
        if draw.random() < 0.1:
            metres = draw.choice((None, Decimal(0), Decimal(-3), Decimal(1000), Decimal("1000.5"), Decimal(90_000)))
        if draw.random() < 0.15:
            moving = draw.choice((None, Decimal(0), Decimal(-1), moving, Decimal(60)))
        if draw.random() < 0.2:
            elapsed = draw.choice((None, Decimal(0), Decimal(-1), Decimal(20_000), (moving or 0) * Decimal(3)))
    return Run(
        id=id_,
        start=now,
        day=(now + timedelta(hours=offset)).date(),
        sport=draw.choice((Sport.RUN, Sport.RUN, Sport.RUN, Sport.TRAIL, Sport.VIRTUAL)),
        distance_m=metres,
        moving_s=moving,
        elapsed_s=elapsed,
        shoe=draw.choice(("A", "A", "A", "A", "A", "B", None) if style == "shoes" else ("A", "B", None)),
        climb_m=draw.choice((None, Decimal(0), Decimal(100), 15 * km, 20 * km)),
        cadence=draw.choice((None, Decimal(60), Decimal(71), Decimal("77.5"), Decimal(85), Decimal(125), Decimal(170))),
        is_race=draw.random() < 0.05,
        is_workout=draw.random() < 0.05,
        is_treadmill=draw.random() < 0.05,
        is_flagged=style == "odd" and draw.random() < 0.03,
        hour_is_hidden=hidden,
    )


def _words(draw: Random, run: Run) -> Soreness:
    labels = frozenset(draw.sample(LABELS, draw.choice((0, 1, 1, 1, 2)))) - {"stress_fracture", "red_flag"}
    if draw.random() < 0.05:
        labels |= {"stress_fracture", "red_flag"}
    cleared = frozenset(draw.sample(LABELS[:-2], 1)) if draw.random() < 0.2 else frozenset[str]()
    return Soreness(
        run_id=run.id,
        day=run.day,
        labels=labels,
        cleared=cleared - labels,
        cut_short=draw.random() < 0.1,
        shoe=run.shoe,
    )
