"""Every example of the rules' text, worked out by the oracle alone: soreness, what is told, what is allowed next."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from plugin.training.runs import Run
from tests.oracle.known import Asked
from tests.oracle.naive import Room
from tests.oracle.written import MONDAY, Read, evaluated, levels, read, run, verdicts

# --- soreness -------------------------------------------------------------------------------------


def sore(*said: tuple[int, Read]) -> list[int | None]:
    """Soreness' level on each run; a run of 5 km on each of the days."""
    runs = [run(day, 5) for day, _ in said]
    return levels("soreness", runs, words={one.id: words for one, (_, words) in zip(runs, said, strict=True)})


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("blister", 1),
        ("foot_pain_unspecified", 1),
        ("knee", 1),
        ("calf", 1),
        ("thigh", 1),
        ("hip", 1),
        ("plantar_fasciitis", 2),
        ("metatarsalgia", 2),
        ("fat_pad_syndrome", 2),
        ("achilles", 2),
        ("mortons_neuroma", 2),
        ("shin", 2),
        ("stress_fracture", 4),
        ("red_flag", 4),
    ],
)
def test_soreness_by_label(label: str, expected: int) -> None:
    assert sore((0, read(label))) == [expected]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([(0, read("blister")), (14, read("foot_pain_unspecified"))], [1, 2]),
        ([(0, read("blister")), (15, read("foot_pain_unspecified"))], [1, 1]),
        ([(0, read("hip")), (5, read("knee"))], [1, 1]),
        ([(0, read("knee")), (5, read("knee"))], [1, 2]),
        ([(0, read("knee", cut_short=True))], [2]),
        ([(0, read("foot_pain_unspecified", cut_short=True))], [2]),
        ([(0, read("blister", cut_short=True))], [1]),
        ([(0, read("achilles")), (14, read("achilles"))], [2, 3]),
        ([(0, read("achilles")), (13, read("achilles"))], [2, 2]),
        ([(0, read("achilles")), (7, read(cleared=["achilles"])), (14, read("achilles"))], [2, None, 2]),
        ([(0, read("achilles")), (28, read("achilles"))], [2, 3]),
        ([(0, read("achilles")), (29, read("achilles"))], [2, 2]),
        ([(0, read("achilles")), (7, read("shin")), (14, read("achilles"))], [2, 2, 3]),
        ([(0, read("knee")), (20, read("knee"))], [1, 3]),
        ([(0, read("blister")), (20, read("blister"))], [1, 1]),
        ([(0, read("red_flag")), (20, read("red_flag"))], [4, 4]),
    ],
)
def test_soreness_again(said: list[tuple[int, Read]], expected: list[int | None]) -> None:
    assert sore(*said) == expected


def test_soreness_after_load() -> None:
    long = [run(0, 10), run(7, 14)]
    for label, level in {"achilles": 3, "knee": 1, "blister": 1, "red_flag": 4}.items():
        for wait, raised in ((0, level), (14, level), (15, level - (label == "achilles"))):
            last = run(7 + wait, 5, "18:00:07")
            found = levels("soreness", [*long, last], words={last.id: read(label)})
            assert found[-1] == raised


# --- choose ---------------------------------------------------------------------------------------


def test_the_highest_level_leads_and_one_of_another_family_follows() -> None:
    runs = [run(0, 10), run(7, 12), run(14, 14)]
    last = evaluated(runs, {runs[2].id: read("blister")})[-1]
    assert [(one.rule, one.leads, one.told) for one in last.found] == [
        ("long_run", False, True),
        ("soreness", True, True),
    ]


def test_one_line_a_family() -> None:
    # Twelve kilometres after fives: longer than lately, the week too full.
    runs = [*(run(day, 5) for day in (0, 7, 14, 21)), run(28, 12)]
    assert verdicts(runs)[-1] == {"long_run": (3, None), "ramp": (1, "less important")}


def test_at_level_four_the_leader_is_alone() -> None:
    runs = [run(0, 10), run(7, 14)]
    last = verdicts(runs, {runs[1].id: read("stress_fracture")})[-1]
    assert last == {"long_run": (2, "less important"), "soreness": (4, None)}


@pytest.mark.parametrize(("wait", "reason"), [(6, "quiet period"), (7, None)])
def test_a_rule_is_quiet_for_six_days_more(wait: int, reason: str | None) -> None:
    runs = [run(0, 10), run(7, 12), run(7 + wait, 14)]
    assert [one.get("long_run") for one in verdicts(runs)] == [None, (1, None), (1, reason)]


def test_unless_its_level_rose() -> None:
    assert verdicts([run(0, 10), run(7, 12), run(9, 20)])[-1]["long_run"] == (2, None)
    assert verdicts([run(0, 10), run(7, 20), run(9, 23)])[-1]["long_run"] == (1, "quiet period")


def test_ramp_speaks_once_a_week_and_level() -> None:
    weeks = [run(7 * number, 30) for number in range(4)]
    runs = [*weeks, run(28, 15), run(29, 20), run(31, 5), run(33, 12), run(35, 50)]
    assert [one.get("ramp") for one in verdicts(runs)][5:] == [
        (1, None),
        (1, "quiet period"),
        (2, None),
        None,
    ]


@pytest.mark.parametrize(("hours", "reason"), [(23, "quiet period"), (24, None)])
def test_red_flags_are_a_day_apart(hours: int, reason: str | None) -> None:
    runs = [run(0, 5, "10:00:07"), run(1, 5, f"{hours - 14:02}:00:07")]
    found = verdicts(runs, {one.id: read("red_flag") for one in runs})
    assert [one["soreness"] for one in found] == [(4, None), (4, reason)]


def test_two_notes_of_load_in_seven_days() -> None:
    # A long run, a longer one, then four days in a row within the week.
    runs = [run(0, 10), run(8, 12), run(10, 17), run(11, 5), run(12, 5), run(13, 5)]
    assert [one.get("streak") for one in verdicts(runs)][-1] == (1, "weekly budget")
    # What follows soreness does not lead.
    sore = verdicts(runs, {runs[-1].id: read("achilles")})[-1]
    assert sore == {"streak": (1, None), "soreness": (3, None)}


def test_level_three_is_outside_the_budget() -> None:
    runs = [run(0, 10), run(8, 12), run(10, 17), run(13, 40)]
    assert [one["long_run"] for one in verdicts(runs)[1:]] == [(1, None), (2, None), (3, None)]


def test_what_the_runner_asked_for() -> None:
    runs = [run(0, 10), run(7, 14)]
    asked = {
        "turned off": Asked(off=frozenset({"long_run"})),
        "snoozed": Asked(snoozed={"*": MONDAY + timedelta(days=7)}),
        None: Asked(snoozed={"*": MONDAY + timedelta(days=6)}),
    }
    for reason, choice in asked.items():
        assert verdicts(runs, asked=choice)[-1]["long_run"] == (2, reason)


def test_two_dismissals_silence_a_rule_but_never_level_four() -> None:
    runs = [run(0, 10), run(7, 14)]
    dismissed = Asked(dismissed=(("long_run", MONDAY - timedelta(days=60)), ("long_run", MONDAY)))
    assert verdicts(runs, asked=dismissed)[-1]["long_run"] == (2, "turned off")
    for day, reason in ((29, "turned off"), (30, None)):
        assert verdicts([run(0, 10), run(day, 14)], asked=dismissed)[-1]["long_run"] == (2, reason)
    apart = Asked(dismissed=(("long_run", MONDAY - timedelta(days=61)), ("long_run", MONDAY)))
    assert verdicts(runs, asked=apart)[-1]["long_run"] == (2, None)
    sore = Asked(dismissed=(("soreness", MONDAY), ("soreness", MONDAY)), off=frozenset({"soreness"}))
    assert verdicts(runs, {runs[1].id: read("red_flag")}, asked=sore)[-1]["soreness"] == (4, None)


# --- allowance ------------------------------------------------------------------------------------


def room(runs: list[Run], words: dict[str, Read] | None = None) -> Room | None:
    return evaluated(runs, words)[-1].room


def length(runs: list[Run]) -> Decimal | None:
    found = room(runs)
    assert found is not None
    return found.length_m


def test_what_was_too_much_is_no_yardstick_for_a_week() -> None:
    spike = [run(0, 14), run(7, 20)]
    assert length(spike) == 15_400
    assert length([*spike, run(13, 5)]) == 15_400
    # For a run eight days later.
    assert length([*spike, run(14, 5)]) == 22_000


def test_the_length_is_never_below_four_kilometres_and_may_be_missing() -> None:
    assert length([run(0, 2)]) == 4000
    assert length([run(0, 5)]) == 6000
    assert length([run(0, 20)]) == 22_000
    # The ten are still in the window of the twelve, but no longer in that of the next day.
    assert length([run(0, 10), run(30, 12)]) is None


def test_while_coming_back_the_cap_is_the_length() -> None:
    before = [run(9 * number, 20) for number in range(4)]
    assert length([*before, run(27 + 42, 5)]) == 10_000
    # As of the next day: the second week begins.
    assert length([*before, run(27 + 42, 5), run(27 + 42 + 6, 5)]) == 13_000
    # The last day of the break: on the next it is active no more.
    assert length([*before, run(27 + 42, 5), run(27 + 42 + 27, 5)]) == 6000


def weeks(*kilometres: float) -> list[Run]:
    """A week's kilometres on Wednesday and Sunday, halves."""
    return [run(7 * number + day, km / 2) for number, km in enumerate(kilometres) for day in (2, 6)]


def test_what_the_week_has_left() -> None:
    def left(*runs: Run) -> Decimal | None:
        found = room(list(runs))
        assert found is not None
        return found.week_m

    assert left(*weeks(30, 30, 30, 30), run(28, 10)) == 23_000
    assert left(*weeks(30, 30, 30, 30)) == 33_000
    assert left(*weeks(50, 50, 50, 50), run(28, 10)) == 45_000
    assert left(*weeks(30)) is None
    # 30, 30, 30, 30 then 49: next week at most 33.
    assert left(*weeks(30, 30, 30, 30, 49)) == 33_000
    # From Monday on the week is judged by the four before it.
    assert left(*weeks(30, 30, 30, 30, 49), run(35, 5)) == Decimal(49_500 - 5000)
    # A week too full has less than nothing left.
    assert left(*weeks(30, 30, 30, 30), run(28, 40)) == -7000


@pytest.mark.parametrize(
    ("label", "wait", "is_silent"),
    [("achilles", 0, True), ("achilles", 6, True), ("achilles", 7, False), ("blister", 0, False)],
)
def test_soreness_silences_it(label: str, wait: int, is_silent: bool) -> None:
    runs = [run(0, 10), run(wait, 5, "18:00:07")]
    assert (room(runs, {runs[0].id: read(label)}) is None) == is_silent
