"""What the page shows comes from the rules themselves: ceilings, pairs, and what would have been said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from plugin.notes.evaluate import find_notices
from plugin.notes.rulebook import Rulebook, read_rulebook
from plugin.ports import Dismissal, Pair, Runner, Settings, Snapshot
from plugin.replay.imports import read
from plugin.summary.model import RunnerSummary
from plugin.summary.summarise import odometers, pairs_seen, summarise
from plugin.training.history import History
from plugin.training.runs import Run, Shoe, ShoeKind, Wear
from plugin.translations.voice import Voice
from tests.paths import SHARED

TODAY = date(2026, 11, 19)
"""A Thursday."""
HISTORIES = SHARED / "runners"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return read_rulebook()


def run(day: date, km: float | str, *, shoe: str | None = "g1", hour: int = 8) -> Run:
    start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    metres = Decimal(str(km)) * 1000
    number = f"{day:%Y%m%d}{hour:02d}"
    return Run(id=number, start=start, day=day, distance_m=metres, moving_s=metres / 3, elapsed_s=metres / 3, shoe=shoe)


def worn(runs: Sequence[Run]) -> tuple[Wear, ...]:
    return tuple(Wear(shoe=one.shoe, id=one.id, start=one.start, distance_m=one.distance_m) for one in runs if one.shoe)


def summary(runs: Sequence[Run], rulebook: Rulebook, *, today: date = TODAY, **runner: object) -> RunnerSummary:
    now = datetime(2026, 11, 19, 20, tzinfo=UTC)
    somebody = Runner(id=1, connected_at=now, **runner)  # type: ignore[arg-type]
    snapshot = Snapshot(runner_id=1, fetched_at=now, runs=tuple(runs), wear=worn(runs))
    return summarise(somebody, snapshot, today, rulebook, Voice())


def weeks_back(number: int) -> date:
    """The Monday so many weeks before this one."""
    return date(2026, 11, 16) - timedelta(weeks=number)


FOUR_WEEKS = [run(weeks_back(4 - number), km) for number, km in enumerate([30, 33, 36, 20])]


def test_twelve_weeks_end_with_this_one(rulebook: Rulebook) -> None:
    weeks = summary([*FOUR_WEEKS, run(TODAY, 9)], rulebook).weeks
    assert [week.first_day for week in weeks] == [weeks_back(number) for number in range(11, -1, -1)]
    assert [int(week.metres) for week in weeks[-5:]] == [30_000, 33_000, 36_000, 20_000, 9_000]


def test_a_weeks_ceiling_is_the_ramp_rules_own(rulebook: Rulebook) -> None:
    weeks = summary([*FOUR_WEEKS, run(TODAY, 9)], rulebook).weeks
    assert weeks[-1].ceiling_m == Decimal("39600.0"), "36 is the best of four: a tenth more"
    assert weeks[-3].ceiling_m == Decimal("36300.0")
    assert weeks[-4].ceiling_m is None, "one week alone is nothing to compare with"


def test_strict_runners_see_the_strict_ceiling(rulebook: Rulebook) -> None:
    weeks = summary([*FOUR_WEEKS, run(TODAY, 9)], rulebook, settings=Settings(strict_ramp=True)).weeks
    assert weeks[-1].ceiling_m == Decimal(23_000)


@pytest.mark.parametrize("is_strict", [True, False])
def test_whose_ceiling_it_is_is_said_with_it(is_strict: bool, rulebook: Rulebook) -> None:
    assert summary(FOUR_WEEKS, rulebook, settings=Settings(strict_ramp=is_strict)).is_strict is is_strict


def test_weeks_may_start_on_sunday(rulebook: Rulebook) -> None:
    sunday = run(date(2026, 11, 15), 12)
    weeks = summary([sunday], rulebook, settings=Settings(week_starts="sunday")).weeks
    assert weeks[-1].first_day == date(2026, 11, 15)
    assert weeks[-1].metres == 12_000


def test_before_todays_run_the_room_is_todays_and_after_it_tomorrows(rulebook: Rulebook) -> None:
    before = summary(FOUR_WEEKS, rulebook).allowance
    after = summary([*FOUR_WEEKS, run(TODAY, 9)], rulebook).allowance
    assert before is not None
    assert after is not None
    assert (before.day, after.day) == (TODAY, TODAY + timedelta(days=1))
    assert (before.week_left_m, after.week_left_m) == (Decimal("39600.0"), Decimal("30600.0"))


def test_without_runs_there_is_no_room_and_nothing_breaks(rulebook: Rulebook) -> None:
    empty = summary([], rulebook)
    assert empty.allowance is None
    assert len(empty.weeks) == 12
    assert (empty.sessions, empty.pairs, empty.said) == ((), (), ())


def test_a_session_stands_beside_the_longest_of_the_thirty_days_before(rulebook: Rulebook) -> None:
    runs = [run(TODAY - timedelta(days=40), 30), run(TODAY - timedelta(days=9), 14), run(TODAY, 20)]
    sessions = summary(runs, rulebook).sessions
    assert [(one.metres, one.longest_before_m, one.ceiling_m) for one in sessions] == [
        (30_000, None, None),
        (14_000, None, None),
        (20_000, 14_000, Decimal("15400.0")),
    ]


def test_what_would_have_been_said_is_the_note_word_for_word(rulebook: Rulebook) -> None:
    runs = [run(TODAY - timedelta(days=number), 14, hour=7) for number in (20, 15, 10)] + [run(TODAY, 20)]
    said = summary(runs, rulebook).said
    assert said[0].day == TODAY
    assert said[0].text.startswith(
        "Today's 20.0 km is 43 % longer than your longest run of the last 30 days (14.0 km)."
    )


QUIET_WEEKS = [run(TODAY - timedelta(days=number), 14, hour=7) for number in (20, 15, 10)]


def silenced(runs: Sequence[Run], rulebook: Rulebook, **runner: object) -> list[tuple[str, list[tuple[str, str]]]]:
    """Of each run looked back on its note's first words, and what was kept back and why."""
    said = summary(runs, rulebook, **runner).said
    return [(one.text[:15], [(kept.rule, kept.reason) for kept in one.kept_back]) for one in said]


def test_what_the_runner_turned_off_would_not_have_been_said(rulebook: Rulebook) -> None:
    runs = [*QUIET_WEEKS, run(TODAY, 20)]
    ((note, kept),) = silenced(runs, rulebook, settings=Settings(rules_off=frozenset({"long_run"})))
    assert ("long_run", "turned off") in kept
    assert not note.startswith("Today's")


@pytest.mark.parametrize("rule", ["long_run", "*"])
def test_a_snooze_silences_its_own_week_and_nothing_before(rule: str, rulebook: Rulebook) -> None:
    runs = [*QUIET_WEEKS, run(TODAY - timedelta(days=9), 20), run(TODAY, 29)]
    asleep = Settings(snoozed={rule: TODAY + timedelta(days=6)})
    today, before = silenced(runs, rulebook, settings=asleep)
    assert ("long_run", "snoozed") in today[1]
    assert before[0] == "Today's 20.0 km"


def test_what_was_dismissed_twice_would_have_been_kept_back_from_then_on(rulebook: Rulebook) -> None:
    runs = [*QUIET_WEEKS, run(TODAY - timedelta(days=9), 20), run(TODAY, 29)]
    twice = tuple(Dismissal(rule="long_run", day=TODAY - timedelta(days=ago)) for ago in (8, 3))
    today, before = silenced(runs, rulebook, dismissals=twice)
    assert ("long_run", "turned off") in today[1]
    assert before[0] == "Today's 20.0 km"


def test_only_the_last_eight_weeks_are_looked_back_on(rulebook: Rulebook) -> None:
    long_ago = TODAY - timedelta(days=60)
    runs = [run(long_ago - timedelta(days=3), 10), run(long_ago, 20)]
    assert summary(runs, rulebook).said == ()
    assert summary(runs, rulebook, today=long_ago).said[0].day == long_ago


def pair(kilometres: int, **shoe: object) -> Pair:
    return Pair(shoe=Shoe(id="g1", name="Ghost 15", **shoe), odometer_m=Decimal(kilometres * 1000))  # type: ignore[arg-type]


def test_a_pair_says_when_it_retires_at_the_pace_of_four_weeks(rulebook: Rulebook) -> None:
    runs = [run(TODAY - timedelta(days=number), 10) for number in (21, 14, 7, 1)]
    (seen,) = summary(runs, rulebook, pairs={"g1": pair(780)}).pairs
    assert (seen.name, seen.kind, seen.metres) == ("Ghost 15", ShoeKind.DAILY, 780_000)
    assert (seen.look_m, seen.replace_m, seen.share) == (500_000, 800_000, 1)
    assert seen.retires_in_week_of == date(2026, 11, 30), "20 km at 10 km a week: in two weeks"


def test_a_pair_nobody_runs_in_has_no_end_in_sight(rulebook: Rulebook) -> None:
    (seen,) = pairs_seen({"g1": pair(780)}, (), TODAY, rulebook.limits)
    assert seen.retires_in_week_of is None
    assert seen.share == 0


def test_kilometres_from_before_strava_count(rulebook: Rulebook) -> None:
    before = Pair(shoe=Shoe(id="g1"), odometer_m=Decimal(100_000), start_m=Decimal(250_000))
    (seen,) = pairs_seen({"g1": before}, (), TODAY, rulebook.limits)
    assert (seen.metres, seen.name) == (350_000, "g1")


def test_a_pair_whose_mileage_is_unknown_is_not_shown(rulebook: Rulebook) -> None:
    assert pairs_seen({"g1": Pair(shoe=Shoe(id="g1"))}, (), TODAY, rulebook.limits) == ()


def test_mileage_is_walked_back_from_the_figure_strava_shows() -> None:
    runs = [run(TODAY - timedelta(days=number), 10) for number in (3, 2, 1)]
    walk = Wear(shoe="g1", id="77", start=runs[1].start + timedelta(hours=4), distance_m=Decimal(4_000))
    found = odometers({"g1": pair(812)}, runs, (*worn(runs), walk))
    steps = [(int(found[one.id].before_m), int(found[one.id].after_m)) for one in runs]
    assert steps == [(778_000, 788_000), (788_000, 798_000), (798_000, 812_000)], "the walk carries it over 800 too"


def test_a_crossing_is_looked_back_on_by_the_odometer(rulebook: Rulebook) -> None:
    runs = [run(TODAY - timedelta(days=number), 10) for number in (9, 6, 3)]
    said = summary(runs, rulebook, pairs={"g1": pair(805)}).said
    assert "Ghost 15 has 805 km" in said[0].text


@pytest.mark.skipif(not HISTORIES.exists(), reason="the shared histories are not beside this clone")
@pytest.mark.parametrize("name", sorted(path.name for path in HISTORIES.glob("*.csv")) if HISTORIES.exists() else ["-"])
def test_a_run_of_exactly_the_room_shown_is_silent_in_real_histories(name: str, rulebook: Rulebook) -> None:
    runs = read(HISTORIES / name, zone=None).runs[-200:]
    for last in range(60, len(runs), 35):
        known = runs[: last + 1]
        today = known[-1].day
        allowance = summary(known, rulebook, today=today).allowance
        assert allowance is not None
        if allowance.next_run_m is None or allowance.next_run_m == 0:
            continue
        start = datetime(allowance.day.year, allowance.day.month, allowance.day.day, 23, 30, tzinfo=UTC)
        next_run = Run(
            id="9" * 15,
            start=start,
            day=allowance.day,
            distance_m=allowance.next_run_m,
            moving_s=allowance.next_run_m / 3,
        )
        history = History([*known, next_run])
        if next_run.id in history.place and history.load[-1] is next_run:
            found = {one.rule for one in find_notices(next_run, history.as_of(next_run), rulebook)}
            assert not found & {"long_run", "ramp", "comeback"}, f"{name} on {allowance.day}"


def test_a_run_that_is_set_aside_is_neither_in_the_week_nor_in_the_rotation_nor_in_the_pace(rulebook: Rulebook) -> None:
    """Whether the runner said so or the numbers do; a walk is no run in the first place, and wears its pair."""
    own = [run(TODAY - timedelta(days=number), 5) for number in (2, 9, 16)]
    pairs = {one: Pair(shoe=Shoe(id=one, name=one), odometer_m=Decimal(700_000)) for one in ("g1", "g2")}
    ride = run(TODAY - timedelta(days=1), 40, shoe="g2")
    as_ridden = replace(ride, moving_s=Decimal(4000), elapsed_s=Decimal(4000))
    without = summary(own, rulebook, pairs=pairs)
    said = summary([*own, ride], rulebook, pairs=pairs, no_runs={ride.id: ride.day})
    seen = summary([*own, as_ridden], rulebook, pairs=pairs)
    assert summary([*own, ride], rulebook, pairs=pairs).pairs != without.pairs
    assert said.pairs == seen.pairs == without.pairs
    assert said.weeks == seen.weeks == without.weeks
