"""Each piece of the article's advice is told to one of five made-up runners in a year, through the real evaluation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from plugin.notes.rulebook import read_lexicon, read_rulebook
from plugin.replay import play
from plugin.replay.imports import Archive
from plugin.replay.soreness_readings import readings_of
from plugin.training.runs import Run, Sport, Wear
from tests.paths import ROOT

MONDAY = date(2025, 1, 6)
ROW = re.compile(r"^\|(.*)\|(.*)\|(.*)\|$", re.MULTILINE)
HEEL = "Heel pain again, stabbing on the first steps this morning."
BALL = "Ball of the foot hurts, like a pebble under it."
PAD = "Bruised feeling right in the centre of the heel, worse on hard ground."
SWOLLEN = "Ankle swollen and hot tonight."
BONE = "Pinpoint pain on a metatarsal, sore to press."


class Runner:
    """A year, written down run by run."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.words: dict[str, tuple[str, str, str]] = {}

    def ran(self, day: int, km: float, *, says: str = "", pace_s: int = 360, **facts: object) -> None:
        on = MONDAY + timedelta(days=day)
        seconds = Decimal(str(km)) * pace_s
        one = Run(
            id=str(len(self.runs) + 1),
            start=datetime(on.year, on.month, on.day, 7, tzinfo=UTC),
            day=on,
            distance_m=Decimal(str(km)) * 1000,
            moving_s=seconds,
            elapsed_s=seconds,
            **facts,  # type: ignore[arg-type]
        )
        self.runs.append(one)
        self.words[one.id] = ("Morning Run", says, "")

    def weeks(
        self, first: int, last: int, *kilometres: float, days: tuple[int, ...] = (1, 3, 6), **facts: object
    ) -> None:
        """The same week over and over."""
        for week in range(first, last):
            for day, km in zip(days, kilometres, strict=True):
                self.ran(7 * week + day, km, **facts)

    def notes(self) -> Iterator[str]:
        runs = tuple(sorted(self.runs, key=lambda one: one.order))
        wear = tuple(
            Wear(shoe=one.shoe, id=one.id, start=one.start, distance_m=one.distance_m) for one in runs if one.shoe
        )
        archive = Archive(source="made up", rows_read=len(runs), runs=runs, wear=wear, words=self.words)
        replay = play(archive, read_rulebook(), readings=readings_of(archive, read_lexicon()))
        for one in replay.noted:
            yield replay.note_of(one) or ""


def builds_up() -> Runner:
    """Towards a first 50 km: one pair, long runs that jump, a new pair, hilly trails, the race."""
    runner = Runner()
    for week in range(40):
        top = 10 + 0.8 * week + (6 if week % 7 == 5 else 0)
        shoe = "Ghost" if week < 20 else "Clifton"
        runner.ran(7 * week + 1, 8 + week / 5, shoe="Ghost")
        runner.ran(7 * week + 3, 8 + week / 5, shoe=shoe)
        is_trail = week % 6 == 4
        climb = Decimal(40 * int(top)) if is_trail else None
        if week % 9 == 8:
            runner.ran(7 * week + 5, 9, shoe=shoe)
        runner.ran(7 * week + 6, top, shoe=shoe, sport=Sport.TRAIL if is_trail else Sport.RUN, climb_m=climb)
    runner.ran(7 * 40 + 6, 50, shoe="Clifton", is_race=True)
    runner.weeks(42, 52, 6, 6, 10, shoe="Clifton")
    return runner


def never_rests() -> Runner:
    """Two pairs in turn, and now and then far too many days in a row."""
    runner = Runner()
    for day in range(364):
        if day % 35 < 18 or day % 7 in (1, 3, 6):
            runner.ran(day, 7, shoe=("Pegasus", "Vomero")[day % 2])
    return runner


def is_steady() -> Runner:
    """The same four runs a week, all year: nothing to warn of."""
    runner = Runner()
    runner.weeks(0, 52, 8, 10, 8, 12, days=(1, 3, 5, 6))
    return runner


def is_sore() -> Runner:
    """Heel, ball, heel pad, swelling, bone: one after the other, with weeks of quiet between."""
    runner = Runner()
    runner.weeks(0, 52, 6, 6, 9)
    said = dict.fromkeys((3, 4, 5, 6, 44), HEEL) | dict.fromkeys((12, 13, 14, 37, 38, 39), BALL)
    said |= {20: PAD, 21: PAD, 27: SWOLLEN, 32: BONE, 51: BONE}
    for one in runner.runs:
        week = (one.day - MONDAY).days // 7
        if one.day.weekday() == 3 and week in said:
            runner.words[one.id] = ("Morning Run", said[week], "")
    return runner


def comes_back() -> Runner:
    """Low cadence, races, and three long breaks, each ended with too much."""
    runner = Runner()
    slow = {"cadence": Decimal(70), "pace_s": 330}
    for block in range(4):
        first = 13 * block
        runner.weeks(first, first + 8, 8, 8, 14, **slow)
        runner.ran(7 * (first + 7) + 6, 21.1, is_race=True)
        runner.ran(7 * (first + 12) + 2, 12)
        runner.ran(7 * (first + 12) + 5, 13)
    return runner


@pytest.fixture(scope="module")
def told() -> str:
    """Everything said to the five in a year."""
    five = (builds_up(), never_rests(), is_steady(), is_sore(), comes_back())
    return "\n\n".join(note for runner in five for note in runner.notes())


def advice() -> list[str]:
    rows = ROW.findall((ROOT / "docs" / "advice.md").read_text(encoding="utf-8"))
    return [words.strip().strip('"') for _, _, words in rows if words.strip().startswith('"')]


@pytest.mark.parametrize("words", advice())
def test_each_piece_of_advice_is_told_to_one_of_five_runners_in_a_year(told, words):
    assert words in told


def test_every_tip_stands_in_the_year_or_is_for_what_these_five_never_mention(told):
    elsewhere = {"mortons_neuroma", "achilles", "shin", "calf", "knee", "thigh", "hip", "blister"}
    missing = [tip for tip in read_rulebook().tips if tip.words not in told]
    assert [tip.id for tip in missing if not tip.fits & elsewhere] == []
