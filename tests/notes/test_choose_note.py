"""From notices to at most one note: rules.md, "choose", line by line."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from plugin.notes.choose_note import PastNotice, Record, choose
from plugin.notes.note import Choice, WithheldReason
from plugin.notes.rulebook import read_rulebook
from plugin.rules import BY_NAME
from plugin.rules.notice import Family, Notice

BOOK = read_rulebook()
DAY = date(2026, 11, 18)
ORDER = ("soreness", "long_run", "comeback", "ramp", "worn_shoe", "streak", "new_shoe", "one_pair", "cadence")


def notice(rule: str, level: int = 1, *, day: date = DAY, hour: int = 9, once: str | None = None) -> Notice:
    numbers = {
        "soreness": {"labels": ("shin",)},
        "recovery": {"is_footwork": 1, "is_hilly": 0, "is_race": 0},
    }.get(rule, {})
    start = datetime.combine(day, time(hour), tzinfo=UTC)
    family = BY_NAME[rule].FAMILY
    return Notice(rule=rule, family=family, level=level, run_id="1", day=day, start=start, numbers=numbers, once=once)


def told(
    rule: str, level: int, days_ago: int, *, leads: bool = True, once: str | None = None, hour: int = 9
) -> PastNotice:
    one = notice(rule, level, day=DAY - timedelta(days=days_ago), hour=hour)
    return PastNotice(rule=rule, family=one.family, level=level, day=one.day, start=one.start, leads=leads, once=once)


def chosen(*notices: Notice, record: Record | None = None, coming_back: bool = False) -> Choice:
    return choose(notices, record or Record(), BOOK.limits, BOOK.tips, is_coming_back=coming_back)


def lines(choice: Choice) -> list[str]:
    return [one.rule for one in choice.note.told] if choice.note else []


def why(choice: Choice) -> dict[str, WithheldReason | None]:
    return {one.notice.rule: one.withheld for one in choice.verdicts}


def test_the_highest_level_leads():
    assert lines(chosen(notice("long_run", 1), notice("worn_shoe", 2)))[0] == "worn_shoe"


@pytest.mark.parametrize(("first", "second"), [*itertools.pairwise(ORDER)])
def test_ties_are_broken_in_the_order_of_the_rules(first, second):
    for pair in ((first, second), (second, first)):
        assert lines(chosen(*(notice(rule) for rule in pair)))[0] == first


def test_one_more_line_of_another_family_may_follow():
    found = chosen(notice("long_run", 2), notice("ramp", 2), notice("worn_shoe"), notice("cadence"))
    assert lines(found) == ["long_run", "worn_shoe"]
    assert why(found)["ramp"] is WithheldReason.LESS_IMPORTANT
    assert why(found)["cadence"] is WithheldReason.LESS_IMPORTANT


def test_a_tip_is_never_a_second_line():
    found = chosen(notice("worn_shoe"), notice("recovery", 0))
    assert lines(found) == ["worn_shoe"]
    assert why(found)["recovery"] is WithheldReason.LESS_IMPORTANT


def test_a_tip_is_told_where_nothing_else_is():
    found = chosen(notice("recovery", 0), notice("long_run"), record=Record(rules_off=frozenset({"long_run"})))
    assert lines(found) == ["recovery"]
    assert found.note.tip


@pytest.mark.parametrize(("days_ago", "is_quiet"), [(0, True), (6, True), (7, False)])
@pytest.mark.parametrize("leads", [True, False])
def test_a_rule_that_spoke_in_either_line_is_quiet_for_seven_days(days_ago, is_quiet, leads):
    found = chosen(notice("long_run", 2), record=Record(told=[told("long_run", 2, days_ago, leads=leads)]))
    assert (why(found)["long_run"] is WithheldReason.QUIET_PERIOD) is is_quiet


def test_it_speaks_earlier_where_its_level_rose():
    record = Record(told=[told("long_run", 1, 2)])
    assert lines(chosen(notice("long_run", 2), record=record)) == ["long_run"]
    assert lines(chosen(notice("long_run", 1), record=record)) == []


@pytest.mark.parametrize("rule", ["one_pair", "cadence"])
def test_one_pair_and_cadence_are_quiet_for_sixty_days(rule):
    assert lines(chosen(notice(rule), record=Record(told=[told(rule, 1, 59)]))) == []
    assert lines(chosen(notice(rule), record=Record(told=[told(rule, 1, 60)]))) == [rule]


def test_ramp_speaks_once_a_week_and_level():
    record = Record(told=[told("ramp", 1, 1, once="2026-11-16:1")])
    assert lines(chosen(notice("ramp", 1, once="2026-11-16:1"), record=record)) == []
    assert lines(chosen(notice("ramp", 2, once="2026-11-16:2"), record=record)) == ["ramp"]
    assert lines(chosen(notice("ramp", 1, once="2026-11-23:1"), record=record)) == ["ramp"]


def test_a_crossing_speaks_once_and_the_next_one_at_once():
    record = Record(told=[told("worn_shoe", 2, 0, once="g1:800000")])
    assert (
        why(chosen(notice("worn_shoe", 2, once="g1:800000"), record=record))["worn_shoe"] is WithheldReason.QUIET_PERIOD
    )
    assert lines(chosen(notice("worn_shoe", 2, once="g2:800000"), record=record)) == ["worn_shoe"]


@pytest.mark.parametrize(("hours", "is_quiet"), [(23, True), (24, False)])
def test_red_flags_are_at_least_a_day_apart(hours, is_quiet):
    now = notice("soreness", 4, hour=23)
    before = now.start - timedelta(hours=hours)
    record = Record(
        told=[PastNotice(rule="soreness", family=Family.SORENESS, level=4, day=before.date(), start=before, leads=True)]
    )
    assert (lines(chosen(now, record=record)) == []) is is_quiet


@pytest.mark.parametrize(
    ("earlier", "is_told"),
    [
        ([("long_run", 1, 6), ("streak", 2, 1)], False),
        ([("long_run", 1, 7), ("streak", 2, 1)], True),
        ([("long_run", 3, 6), ("streak", 2, 1)], True),
        ([("worn_shoe", 2, 6), ("streak", 2, 1)], True),
        ([("soreness", 2, 6), ("streak", 2, 1)], True),
        ([("recovery", 0, 6), ("streak", 2, 1)], True),
        ([("cadence", 1, 6), ("streak", 2, 1)], False),
    ],
)
def test_at_most_two_notes_led_by_load_or_form_at_level_one_or_two_in_seven_days(earlier, is_told):
    record = Record(told=[told(*one) for one in earlier])
    found = chosen(notice("comeback", 2), record=record)
    assert (lines(found) == ["comeback"]) is is_told
    if not is_told:
        assert why(found)["comeback"] is WithheldReason.WEEKLY_BUDGET


@pytest.mark.parametrize(("rule", "level"), [("worn_shoe", 2), ("long_run", 3), ("soreness", 2), ("soreness", 4)])
def test_crossings_soreness_and_levels_three_and_four_are_outside_the_budget(rule, level):
    record = Record(told=[told("ramp", 1, 1), told("streak", 2, 2)])
    assert lines(chosen(notice(rule, level), record=record)) == [rule]


FOUR_IN_A_MONTH = [told("ramp", 1, 29), told("soreness", 2, 21), told("streak", 2, 14), told("cadence", 1, 8)]


@pytest.mark.parametrize(
    ("next_one", "is_told"),
    [
        (notice("ramp"), False),
        (notice("recovery", 0), False),
        (notice("long_run", 3), True),
        (notice("worn_shoe"), True),
        (notice("soreness", 2), True),
        (replace(notice("long_run"), numbers={"is_race": 1}), True),
    ],
)
def test_never_more_than_four_notes_in_thirty_days_but_for_shoes_races_and_strong_cautions(next_one, is_told):
    found = chosen(next_one, record=Record(told=FOUR_IN_A_MONTH))
    assert (found.note is not None) is is_told
    assert is_told or set(why(found).values()) == {WithheldReason.WEEKLY_BUDGET}


@pytest.mark.parametrize("other", [told("ramp", 1, 30), told("worn_shoe", 1, 25), told("long_run", 3, 25)])
def test_what_is_longer_ago_or_outside_the_month_does_not_count(other):
    assert lines(chosen(notice("ramp"), record=Record(told=[other, *FOUR_IN_A_MONTH[1:]]))) == ["ramp"]


def test_at_level_four_the_leader_stands_alone_with_a_tip_that_fits():
    found = chosen(notice("soreness", 4), notice("long_run", 3), notice("worn_shoe", 2))
    assert lines(found) == ["soreness"]
    assert found.note.tip
    assert why(found)["long_run"] is why(found)["worn_shoe"] is WithheldReason.LESS_IMPORTANT


@pytest.mark.parametrize(("times", "reason"), [(2, None), (3, WithheldReason.SAID_ENOUGH)])
def test_a_worn_pair_is_told_three_times(times, reason):
    worn = replace(notice("worn_shoe", 2, once="g1:1400000"), tally="g1")
    found = chosen(worn, record=Record(tallies={("worn_shoe", "g1"): times, ("worn_shoe", "g2"): 9}))
    assert why(found) == {"worn_shoe": reason}


@pytest.mark.parametrize(("days_ago", "quiet_days", "is_quiet"), [(13, 14, True), (14, 14, False), (27, None, True)])
def test_a_notice_may_bring_its_own_period(days_ago, quiet_days, is_quiet):
    tip = replace(notice("recovery", 0), quiet_days=quiet_days)
    found = chosen(tip, record=Record(told=[told("recovery", 0, days_ago)]))
    assert (why(found)["recovery"] is WithheldReason.QUIET_PERIOD) is is_quiet


def test_a_second_line_does_not_use_the_budget():
    record = Record(told=[told("ramp", 1, 1, leads=False), told("streak", 2, 2)])
    assert lines(chosen(notice("comeback", 2), record=record)) == ["comeback"]


def test_coming_back_silences_the_long_run_and_the_ramp():
    found = chosen(notice("long_run", 3), notice("ramp", 2), notice("comeback"), coming_back=True)
    assert lines(found) == ["comeback"]
    assert why(found)["long_run"] is why(found)["ramp"] is WithheldReason.COMING_BACK


def test_what_is_turned_off_or_snoozed_says_so():
    record = Record(rules_off=frozenset({"long_run"}), snoozed={"ramp": DAY, "streak": DAY - timedelta(days=1)})
    found = chosen(notice("long_run"), notice("ramp"), notice("streak"), record=record)
    assert why(found) == {"long_run": WithheldReason.TURNED_OFF, "ramp": WithheldReason.SNOOZED, "streak": None}


def test_level_four_is_never_silenced_by_a_say():
    record = Record(
        rules_off=frozenset({"soreness"}), snoozed={"*": DAY}, dismissed=[("soreness", DAY), ("soreness", DAY)]
    )
    assert lines(chosen(notice("soreness", 4), record=record)) == ["soreness"]
    assert lines(chosen(notice("soreness", 3), record=record)) == []


def test_the_tip_fits_the_leader_and_is_not_the_last_one():
    last = None
    for ago in range(20):
        note = chosen(notice("long_run", day=DAY - timedelta(days=ago)), record=Record(last_tip=last)).note
        tip = next(tip for tip in BOOK.tips if tip.id == note.tip)
        assert "long_run" in tip.fits
        assert tip.id != last
        last = tip.id


def test_nothing_found_is_nothing_said():
    assert chosen() == Choice(note=None, verdicts=())
