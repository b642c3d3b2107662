"""Every example of the rules' text, worked out by the oracle alone: load, shoes, form, what is set aside."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from plugin.training.runs import Run, Sport
from tests.oracle import naive
from tests.oracle.facts import duration_s, time_s
from tests.oracle.known import Asked
from tests.oracle.written import evaluated, level, levels, read, run, verdicts, walked

Weeks = tuple[float, ...]


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("km", "moving_s", "elapsed_s", "duration", "time"),
    [
        ("10", 3600, 4000, 4000, 3600),
        ("10", 3600, None, 3600, 3600),
        ("10", None, 4000, 4000, 4000),
        ("10", 3600, 10_800, 10_000, 3600),  # three times is not more than three times: elapsed, at most 10 000 s
        ("10", 3600, 10_801, 3600, 3600),  # a watch left running
        ("8", 7900, 20_000, 8000, 7900),  # 8 km count as at most 8 000 s
        ("0.5", 590, 900, 600, 590),  # ten minutes where the distance gives less
        ("0.7", 690, 900, 700, 690),
        ("10", None, None, 0, None),
        ("10", None, -5, 0, None),
        ("10", -5, None, 0, None),
        ("10", 0, 3600, 0, 3600),  # 3600 is more than three times nothing
    ],
)
def test_duration_and_time(
    km: str, moving_s: int | None, elapsed_s: int | None, duration: int, time: int | None
) -> None:
    one = run(
        0,
        km,
        moving_s=None if moving_s is None else Decimal(moving_s),
        elapsed_s=None if elapsed_s is None else Decimal(elapsed_s),
    )
    assert duration_s(one) == duration
    assert time_s(one) == time


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"is_flagged": True, "distance_m": None}, "flagged"),
        ({"distance_m": Decimal(7001), "moving_s": Decimal(1000)}, "too fast"),
        ({"distance_m": Decimal(7000), "moving_s": Decimal(1000)}, None),
        ({"distance_m": Decimal(1000), "moving_s": Decimal(10)}, None),
        ({"distance_m": Decimal(7001), "moving_s": Decimal(0), "elapsed_s": Decimal(1000)}, "too fast"),
        ({"distance_m": Decimal(7001), "moving_s": None, "elapsed_s": None}, None),
        ({"distance_m": None}, "no distance"),
        ({"distance_m": Decimal(0), "moving_s": Decimal(0), "elapsed_s": Decimal(0)}, "no distance"),
        ({"moving_s": Decimal(0), "elapsed_s": Decimal(0)}, "no time"),
        ({"moving_s": Decimal(0), "elapsed_s": None}, "no time"),
        ({"moving_s": None, "elapsed_s": Decimal(0)}, "no time"),
        ({"moving_s": Decimal(0), "elapsed_s": Decimal(1800)}, None),
        ({"moving_s": None, "elapsed_s": None}, None),
    ],
)
def test_set_aside_at_sight(facts: dict[str, object], reason: str | None) -> None:
    one = run(0, 5, id="1", **facts)
    assert naive.set_aside([one]) == ({"1": reason} if reason else {})


def test_what_the_runner_calls_no_run_comes_after_every_other_reason_but_copies() -> None:
    watch, phone = run(0, 5, id="1"), run(0, "4.9", "08:01:00", id="2")
    assert naive.set_aside([watch, phone]) == {"2": "copy"}
    assert naive.set_aside([watch, phone], no_runs={"1"}) == {"1": "no run"}
    assert naive.set_aside([run(0, 5, id="1", is_flagged=True)], no_runs={"1"}) == {"1": "flagged"}


@pytest.mark.parametrize(
    ("other", "is_copy"),
    [
        # The first: 10.0 km, 08:00:07 to 09:00:07.
        (run(0, 5, "08:45:06"), True),  # 901 s of 1 800 s overlap
        (run(0, 5, "08:45:07"), False),  # half is not more than half
        (run(0, "9.995", "10:00:08"), True),  # twins, two hours and a second later
        (run(0, "9.995", "10:00:10"), False),  # three seconds off
        (run(0, "9.995", "10:00:09"), True),
        (run(0, "9.99", "10:15:07", minutes=60), True),  # ten metres less, a quarter past
        (run(0, "9.989", "10:15:07", minutes=60), False),
        (run(0, 10, "10:20:07"), False),  # no whole quarters
        (run(0, 10, "22:00:07"), True),  # fourteen hours
        (run(0, 10, "22:15:07"), False),
        (run(0, 10, "10:00:07", minutes=60.05), False),  # three seconds longer
        (run(0, 10, "10:00:07", minutes=60.03), True),
        (run(0, 10, "10:00:00"), False),  # typed in by hand
        (run(0, 10, "10:00:07", moving_s=None, elapsed_s=None), False),  # no time to compare
    ],
)
def test_copies_and_twins(other: Run, is_copy: bool) -> None:
    first = run(0, 10, id="a")
    aside = naive.set_aside([first, other])
    assert list(aside.values()) == (["copy"] if is_copy else [])


def test_the_longer_of_two_copies_stays_and_of_equals_the_lower_id() -> None:
    assert naive.set_aside([run(0, 10, id="9"), run(0, "10.2", id="10")]) == {"9": "copy"}
    assert naive.set_aside([run(0, 10, id="10"), run(0, 10, id="9")]) == {"10": "copy"}
    assert naive.set_aside([run(0, 10, id="x9"), run(0, 10, id="10")]) == {"x9": "copy"}


def test_short_laps_are_no_twins() -> None:
    assert naive.set_aside([run(0, "1.9", "08:00:07"), run(0, "1.9", "10:00:07")]) == {}
    # Two kilometres on every quarter hour are a training, not a clock that was set wrong.
    assert naive.set_aside([run(0, 2, f"08:{minute}:07") for minute in ("00", "15", "30", "45")]) == {}


def test_a_copy_of_what_is_itself_set_aside_stays() -> None:
    # b copies a; c overlaps b alone by more than half.
    a, b = run(0, 12, "08:00:07", id="a"), run(0, 10, "08:30:07", id="b")
    c = run(0, 5, "09:00:07", id="c")
    assert naive.set_aside([a, b, c]) == {"b": "copy"}


def test_a_hidden_hour_is_no_copy_and_a_session_of_its_own() -> None:
    hidden = run(0, 8, "00:00:01", id="h", hour_is_hidden=True)
    late, next_ = run(-1, 5, "23:50:07", id="l", minutes=20), run(0, 4, "00:25:07", id="n")
    assert naive.set_aside([hidden, late, next_]) == {}
    sessions = {one.run.id: one.session_m for one in evaluated([hidden, late, next_])}
    assert sessions == {"l": 5000, "h": 8000, "n": 9000}


@pytest.mark.parametrize(("at", "metres"), [("08:40:00", 7000), ("08:41:00", 5000), ("08:40:01", 5000)])
def test_a_session(at: str, metres: int) -> None:
    warm_up, main = run(0, 2, "08:00:00", minutes=10), run(0, 5, at)
    assert evaluated([warm_up, main])[-1].session_m == metres


def test_a_session_ends_with_the_latest_end_so_far() -> None:
    long, short = run(0, 10, "08:00:07", minutes=60), run(0, "0.4", "08:01:07", minutes=1, id="x")
    # The short one overlaps wholly, so it is a copy and no part of the session.
    assert evaluated([long, short, run(0, 3, "09:30:07")])[-1].session_m == 13_000


# --- load -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "today", "is_race", "expected"),
    [
        ("14.0", "15.4", False, None),
        ("14.0", "15.401", False, 1),
        ("14.0", "17.0", False, 1),
        ("14.0", "18.2", False, 1),
        ("14.0", "20.0", False, 2),
        ("14.0", "28.0", False, 2),
        ("14.0", "30.0", False, 3),
        ("14.0", "21.1", True, 1),
        ("3.2", "3.9", False, None),
        ("3.2", "5.0", False, 1),
        ("3.2", "6.5", False, 3),
        ("2.0", "4.0", False, 1),
        ("2.0", "3.999", False, None),
    ],
)
def test_long_run(before: str, today: str, is_race: bool, expected: int | None) -> None:
    assert level("long_run", [run(0, before), run(7, today, is_race=is_race)]) == expected


@pytest.mark.parametrize(("days_ago", "expected"), [(30, 2), (31, None), (0, 2)])
def test_long_run_looks_back_thirty_days(days_ago: int, expected: int | None) -> None:
    assert level("long_run", [run(0, 14, "05:00:07"), run(days_ago, 20, "18:00:07")]) == expected


def weekly(*kilometres: float) -> list[Run]:
    """One run a week on Mondays."""
    return [run(7 * number, km) for number, km in enumerate(kilometres) if km]


RAMPS: list[tuple[Weeks, float, int | None]] = [
    ((20, 20, 20, 60), 50, None),
    ((30, 33, 36, 20), 38, None),
    ((30, 32, 30, 31), 38, 1),
    ((30, 32, 30, 31), 42, 1),
    ((30, 32, 30, 31), 49, 2),
    ((5, 8, 6, 7), 10.5, None),
    ((6, 8, 6, 7), 17, 1),
    ((30, 30, 70, 30), 60, 1),
    ((30, 30, 70, 30), 68, 2),
    ((40, 0, 0, 0), 60, None),
]


@pytest.mark.parametrize(("weeks", "now", "expected"), RAMPS)
def test_ramp(weeks: Weeks, now: float, expected: int | None) -> None:
    assert level("ramp", weekly(*weeks, now)) == expected


def test_ramp_to_the_letter() -> None:
    strict = Asked(strict=True)
    assert level("ramp", weekly(30, 33, 36, 20, 38), asked=strict) == 2
    assert level("ramp", weekly(30, 32, 30, 31, 34), asked=strict) is None
    assert level("ramp", weekly(30, 32, 30, 31, "34.2"), asked=strict) == 1


def back_after(
    gap: int, *after: tuple[int, float], longest: float = 18, run_days: int = 4, **facts: object
) -> list[Run]:
    """`run_days` days of running in 28, the last the longest, a break, then runs (days after the first, km)."""
    before = [run(9 * number, longest if number == run_days - 1 else 3) for number in range(run_days)]
    back = 9 * (run_days - 1) + gap
    return [*before, *(run(back + day, km, **facts) for day, km in after)]


COMEBACKS: list[tuple[int, float, list[tuple[int, float]], bool, int | None]] = [
    (10, 18, [(0, 16)], False, None),
    (16, 18, [(0, 11)], False, None),
    (16, 18, [(0, 15)], False, 1),
    (16, 18, [(0, 20)], False, 2),
    (42, 20, [(0, 10.5)], False, None),
    (42, 20, [(0, 16)], False, 2),
    (42, 20, [(0, 20)], False, 3),
    (42, 20, [(0, 4), (14, 20)], False, 2),
    (42, 20, [(0, 20)], True, 1),
    (35, 16, [(0, 4), (7, 12)], False, 1),
    (42, 4, [(0, 5.5)], False, 1),
    (42, 20, [(0, 16), (2, 15.5)], False, 1),
    (13, 18, [(0, 20)], False, None),
    (16, 18, [(0, 4), (15, 20.9)], False, 2),
    (16, 18, [(0, 4), (16, 20.9)], False, None),
    (40, 18, [(0, 4), (28, 30)], False, None),
    (42, 8, [(0, 5)], False, None),
    (42, 8, [(0, 5.01)], False, 1),
    (42, 7, [(0, 7.99)], False, 2),
    (42, 7, [(0, 8)], False, 3),
    (42, 5, [(0, 5.99)], False, 1),
    (42, 5, [(0, 6)], False, 2),
]


@pytest.mark.parametrize(("gap", "longest", "after", "is_race", "expected"), COMEBACKS)
def test_comeback(
    gap: int, longest: float, after: list[tuple[int, float]], is_race: bool, expected: int | None
) -> None:
    assert level("comeback", back_after(gap, *after, longest=longest, is_race=is_race)) == expected


@pytest.mark.parametrize(("last", "expected"), [(29, None), (30, 3)])
def test_the_longest_before_a_break_is_of_thirty_days(last: int, expected: int | None) -> None:
    before = [run(0, 20), *(run(last - 9 * back, 8) for back in range(4))]
    assert level("comeback", [*before, run(last + 42, 10)]) == expected


@pytest.mark.parametrize(("gap", "km"), [(16, 20), (42, 16), (42, 20)])
def test_after_three_run_days_there_is_no_comeback(gap: int, km: float) -> None:
    assert level("comeback", back_after(gap, (0, km), run_days=3)) is None


def test_while_a_break_is_active_long_run_and_ramp_are_found_and_not_told() -> None:
    runs = back_after(16, (0, 8), (2, 20), longest=12)
    last = verdicts(runs)[-1]
    assert last["long_run"] == (2, "coming back")
    assert last["comeback"] == (2, None)


def in_a_row(first: int, number: int, km: float = 3) -> list[Run]:
    return [run(first + day, km) for day in range(number)]


def test_streak_from_nothing() -> None:
    assert levels("streak", in_a_row(0, 8)) == [None, None, None, 1, None, None, None, 2]


@pytest.mark.parametrize(("usual", "day"), [(1, 4), (2, 4), (3, 5), (4, 6), (5, 7), (6, 7), (7, 8), (9, 10)])
def test_streak_beyond_what_is_usual(usual: int, day: int) -> None:
    found = levels("streak", [*in_a_row(0, usual), *in_a_row(usual + 1, day)])
    assert found[usual:] == [None] * (day - 1) + [1]


def test_streak_comes_with_the_run_that_makes_the_day_a_run_day() -> None:
    runs = [*in_a_row(0, 3), run(3, "1.2", "08:00:07"), run(3, "1.2", "18:00:07"), run(3, 5, "21:00:07")]
    assert levels("streak", runs)[3:] == [None, 1, None]


def test_streak_of_somebody_who_runs_most_days() -> None:
    # Six days a week: 48 of 56 days, so fourteen in a row are told.
    steady = [run(day, 5) for day in range(56) if day % 7 != 6]
    assert levels("streak", [*steady, *in_a_row(56, 14)])[-14:] == [None] * 13 + [1]
    # Five days off in eight weeks are told, four are not.
    for off, expected in (({1, 11, 21, 31, 41}, 1), ({2, 15, 28, 41}, None)):
        assert level("streak", [run(day, 5) for day in range(56) if day not in off]) == expected
    # Every day: nothing.
    assert set(levels("streak", in_a_row(0, 80))[52:]) == {None}


# --- shoes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (488, 501, 1),
        (488, 500, 1),
        (488, "499.9", None),
        (500, 513, None),
        (792, 805, 2),
        (890, 903, None),
        (990, 1003, 2),
        (1190, 1203, 2),
        (490, 805, 2),
    ],
)
def test_worn_shoe(before: float, after: float, expected: int | None) -> None:
    last = Decimal(str(after)) - before
    runs = [run(0, 10, shoe="A"), run(5, str(last), shoe="A", minutes=float(last) * 6)]
    assert level("worn_shoe", runs, wear=[walked("A", before - 10)]) == expected


@pytest.mark.parametrize(
    ("kind", "own", "before", "expected"),
    [
        ("light", (None, None), 395, 1),
        ("light", (None, None), 595, 2),
        ("racer", (None, None), 245, 1),
        ("racer", (None, None), 445, 2),
        ("trail", (None, None), 795, 2),
        ("minimalist", (None, None), 795, None),
        ("daily", (300, 600), 295, 1),
        ("daily", (300, 600), 595, 2),
        ("daily", (300, 600), 795, 2),
        ("daily", (300, None), 795, 2),
        ("daily", (300, 600), 495, None),
    ],
)
def test_worn_shoe_by_kind(kind: str, own: tuple[int | None, int | None], before: int, expected: int | None) -> None:
    asked = Asked(kinds={"A": kind}, limits_km={"A": own})
    runs = [run(0, 10, shoe="A"), run(5, 10, shoe="A")]
    assert level("worn_shoe", runs, wear=[walked("A", before - 10)], asked=asked) == expected


def test_a_pair_is_told_three_times_at_level_two() -> None:
    runs = [run(10 * number, 20, shoe="A") for number in range(60)]
    found = [one["worn_shoe"] for one in verdicts(runs, wear=[walked("A", 380)]) if "worn_shoe" in one]
    assert found == [(1, None), (2, None), (2, None), (2, None), (2, "said enough")]


def test_whatever_names_a_pair_wears_it() -> None:
    # A ride, a distance below nothing, a run that is set aside.
    runs = [run(0, 10, shoe="A"), run(2, 8, shoe="A", is_flagged=True), run(5, 10, shoe="A")]
    assert level("worn_shoe", runs, wear=[walked("A", 472), walked("A", -50)]) == 1
    assert level("worn_shoe", runs, wear=[walked("A", 471)]) is None


def one_pair_runs(number: int, km: float, bare: int = 0, other: int = 0) -> list[Run]:
    shoes = [None] * bare + ["B"] * other + ["A"] * (number - bare - other)
    return [run(2 * day, km, shoe=shoe) for day, shoe in enumerate(shoes)]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (one_pair_runs(8, 11), 1),
        (one_pair_runs(7, 20), None),
        (one_pair_runs(8, 9.8), None),
        (one_pair_runs(8, 10), 1),
        (one_pair_runs(10, 10, bare=2), 1),
        (one_pair_runs(9, 10, bare=2), None),
        (one_pair_runs(8, 11, other=1), None),
    ],
)
def test_one_pair(runs: list[Run], expected: int | None) -> None:
    assert level("one_pair", runs) == expected


@pytest.mark.parametrize(
    ("days_before", "km", "expected"), [(30, 9, 1), (29, 9, None), (30, 8, None), (30, "8.001", 1)]
)
def test_new_shoe(days_before: int, km: float | str, expected: int | None) -> None:
    assert level("new_shoe", [run(0, 6, shoe="A"), run(days_before, km, shoe="B")]) == expected


def test_new_shoe_by_the_longest_lately() -> None:
    old = [run(0, 6, shoe="A"), run(25, 20, shoe="A")]
    assert level("new_shoe", [*old, run(30, 12, shoe="B")]) is None
    assert level("new_shoe", [*old, run(30, "12.1", shoe="B")]) == 1
    assert level("new_shoe", [*old, run(30, "8.1", shoe="B")], asked=Asked(kinds={"B": "racer"})) == 1
    assert level("new_shoe", [*old, run(30, 8, shoe="B")], asked=Asked(kinds={"B": "racer"})) is None
    assert level("new_shoe", [*old, run(30, "2.1", shoe="B")], asked=Asked(kinds={"B": "minimalist"})) == 2


def test_new_shoe_by_kind_and_window() -> None:
    old = [run(0, 6, shoe="A"), run(10, 20, shoe="A")]
    assert level("new_shoe", [*old, run(40, 12, shoe="B")]) is None
    assert level("new_shoe", [*old, run(41, 12, shoe="B")]) == 1
    racer, minimalist = Asked(kinds={"B": "racer"}), Asked(kinds={"B": "minimalist"})
    assert level("new_shoe", [*old, run(41, 5, shoe="B")], asked=racer) is None
    assert level("new_shoe", [*old, run(41, "5.1", shoe="B")], asked=racer) == 1
    # Thirty kilometres in each of the four weeks before: three are allowed.
    weeks = [run(0, 6, shoe="A"), *(run(7 * number, 30, shoe="A") for number in (1, 2, 3, 4))]
    assert level("new_shoe", [*weeks, run(35, 3, shoe="B")], asked=minimalist) is None
    assert level("new_shoe", [*weeks, run(35, "3.1", shoe="B")], asked=minimalist) == 2


def test_one_pair_is_told_every_sixty_days() -> None:
    told = [2 * place for place, one in enumerate(verdicts(one_pair_runs(50, 11))) if one.get("one_pair") == (1, None)]
    assert told == [14, 74]


def test_new_shoe_first_and_second_run_told_once() -> None:
    runs = [run(0, 6, shoe="A"), *(run(30 + 8 * number, 9, shoe="B") for number in range(3))]
    assert [one.get("new_shoe") for one in verdicts(runs)] == [None, (1, None), (1, "quiet period"), None]


@pytest.mark.parametrize(("walked_km", "km", "expected"), [(0, 10, 1), (19.9, 10, 1), (20, 10, None), (0, 9.9, None)])
def test_new_shoe_on_a_race(walked_km: float, km: float, expected: int | None) -> None:
    runs = [run(0, km, shoe="B", is_race=True)]
    assert level("new_shoe", runs, wear=[walked("B", walked_km)] if walked_km else []) == expected


# --- form -----------------------------------------------------------------------------------------


def slow(number: int = 5, cadence: str = "76", **facts: object) -> list[Run]:
    """Half hours at 3.0 m/s: 155 steps are asked for."""
    return [run(3 * day, "5.4", minutes=30, cadence=Decimal(cadence), **facts) for day in range(number)]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (slow(), 1),
        (slow(4), None),
        (slow(cadence="77.5"), None),
        (slow(cadence="77.4"), 1),
        (slow(cadence="59"), None),
        (slow(cadence="154"), None),  # already doubled
        (slow(sport=Sport.TRAIL), None),
        (slow(is_race=True), None),
        (slow(is_workout=True), None),
        (slow(is_treadmill=True), None),
        (slow(climb_m=Decimal(81)), None),
        (slow(climb_m=Decimal(80)), 1),
        (slow(elapsed_s=Decimal(2200)), None),
        (slow(elapsed_s=Decimal(2100)), 1),
        (slow(elapsed_s=None), 1),
        (slow(moving_s=Decimal(1199), distance_m=Decimal(3600)), None),
        (slow(moving_s=Decimal(1200), distance_m=Decimal(3600), elapsed_s=None), 1),
        (slow(cadence="70", distance_m=Decimal(3960)), 1),
        (slow(cadence="70", distance_m=Decimal(3959)), None),
        (slow(cadence="80.4", distance_m=Decimal(7200)), 1),
        (slow(cadence="80.5", distance_m=Decimal(7200)), None),
        (slow(distance_m=Decimal(7201)), None),
    ],
)
def test_cadence(runs: list[Run], expected: int | None) -> None:
    assert level("cadence", runs) == expected


@pytest.mark.parametrize(
    ("label", "expected"), [("achilles", None), ("shin", None), ("metatarsalgia", None), ("blister", 1), ("knee", 1)]
)
def test_cadence_is_not_told_beside_a_sore_forefoot(label: str, expected: int | None) -> None:
    runs = slow()
    assert level("cadence", runs, words={runs[0].id: read(label)}) == expected


def test_soreness_is_on_record_for_four_weeks_or_until_it_is_fine() -> None:
    runs = slow(12)
    assert levels("cadence", runs, words={runs[0].id: read("shin")}) == [None] * 10 + [1, 1]
    cleared = {runs[0].id: read("shin"), runs[6].id: read(cleared=["shin"])}
    assert levels("cadence", runs, words=cleared) == [None] * 6 + [1] * 6


@pytest.mark.parametrize(
    ("before", "today", "occasion"),
    [
        (10, run(20, 5, is_race=True), "race"),
        (10, run(20, "4.9", is_race=True), None),
        (18, run(20, 18), "long"),
        (19, run(20, "18.05"), "long"),
        (19, run(20, "18.04"), None),
        (18, run(20, "17.9"), None),
        (8, run(20, 8, sport=Sport.TRAIL, climb_m=Decimal(160)), "long"),
        (8, run(20, 8, sport=Sport.TRAIL, climb_m=Decimal(159)), None),
        (8, run(20, "7.9", sport=Sport.TRAIL, climb_m=Decimal(800)), None),
        (8, run(20, 8, climb_m=Decimal(800)), None),
    ],
)
def test_recovery_after_a_hard_day(before: float, today: Run, occasion: str | None) -> None:
    found = {one.rule: one for one in evaluated([run(0, before), today])[-1].found}
    assert ("recovery" in found) == (occasion is not None)
    if occasion:
        assert (found["recovery"].level, found["recovery"].numbers["occasion"]) == (0, occasion)


def test_recovery_is_rare() -> None:
    very_long = [run(7 * week, 20) for week in range(10)]
    found = [one.get("recovery") for one in verdicts(very_long)]
    hush = (0, "quiet period")
    assert found == [None, (0, None), hush, hush, hush, (0, None), hush, hush, hush, (0, None)]
    races = [run(7 * week, 10, is_race=True) for week in range(5)]
    assert [one.get("recovery") for one in verdicts(races)] == [(0, None), hush, (0, None), hush, (0, None)]


def test_foot_work_comes_once_in_four_weeks_of_steady_running() -> None:
    steady = [run(day, 8) for day in range(0, 90, 2)]
    told = [2 * number for number, one in enumerate(verdicts(steady)) if one.get("recovery") == (0, None)]
    assert told == [14, 42, 70]


def test_foot_work_not_beside_soreness_nor_soon_after_a_note() -> None:
    steady = [run(day, 8) for day in range(0, 40, 2)]
    assert "recovery" not in verdicts(steady[:8], words={steady[5].id: read("knee")})[-1]
    assert verdicts(steady[:8])[-1]["recovery"] == (0, None)
    shorter = [run(0, 4), *steady[1:8]]
    assert verdicts(shorter)[1]["long_run"] == (2, None)
    assert "recovery" not in verdicts(shorter)[-1]


def test_a_tip_is_said_when_nothing_else_is() -> None:
    runs = [run(0, 16), run(7, 20)]
    assert verdicts(runs)[-1] == {"long_run": (1, None), "recovery": (0, "less important")}


def test_days_are_counted_from_the_runners_own() -> None:
    assert run(1, 5).start - run(0, 5).start == timedelta(days=1)
