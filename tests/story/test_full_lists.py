"""Runners who record many activities a day: what Strava's list does not reach is not known, and never nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugin.summary.summarise import summarise
from tests.story.stage import ANA, BOOK, DAY, HOUR, Stage, voice_of

NO_TIPS = frozenset({"recovery"})
"""A steady runner is told of foot work, however short the list is."""


def warned(stage: Stage, run: int) -> list[str]:
    """What the rules found on the run, but for tips."""
    return [one.text for one in stage.run_record(run).found if one.rule not in NO_TIPS]


def sundays(stage: Stage, *, weeks: int = 20) -> None:
    """Fourteen kilometres every seventh day and eight on two others, the last long one six days ago."""
    for week in range(weeks):
        for days_ago, km in ((6, 14), (4, 8), (2, 8)):
            stage.record(km, days_ago=7 * week + days_ago)


def walks(stage: Stage, a_day: int, *, days: int = 140) -> None:
    for days_ago in range(days):
        for number in range(a_day):
            stage.record(1, sport="Walk", at=stage.now - days_ago * DAY - 2 * HOUR - number * timedelta(minutes=40))


@pytest.mark.parametrize("a_day", [0, 4, 8, 18])
def test_nothing_false_is_said_to_who_records_many_walks(empty: Stage, a_day: int) -> None:
    empty.connect(rules_off=NO_TIPS)
    sundays(empty)
    walks(empty, a_day)
    run = empty.record(14)
    empty.happens(run)
    assert empty.note(run) is None
    assert warned(empty, run) == []


@pytest.mark.parametrize(("a_day", "reads"), [(0, 2), (2, 2), (4, 3), (8, 4), (12, 5), (18, 5)])
def test_only_who_records_many_pays_for_more_pages(empty: Stage, a_day: int, reads: int) -> None:
    empty.connect(rules_off=NO_TIPS)
    sundays(empty)
    walks(empty, a_day)
    run = empty.record(20)
    empty.happens(run)
    assert empty.price()[0] == reads
    # At eighteen walks a day four pages are six weeks: enough for the thirty days of a long run.
    assert "longer than your longest run of the last 30 days (14.0 km)" in (empty.note(run) or "")


def test_with_more_than_four_pages_show_nothing_is_found_that_needs_them(empty: Stage) -> None:
    empty.connect(rules_off=NO_TIPS)
    sundays(empty)
    walks(empty, 30)
    run = empty.record(30)
    empty.happens(run)
    assert empty.price() == (5, 0)
    assert warned(empty, run) == []


def test_the_page_calls_a_week_beyond_the_list_not_known_and_never_nothing(empty: Stage) -> None:
    runner = empty.connect(rules_off=NO_TIPS)
    sundays(empty)
    walks(empty, 18)
    empty.evening()
    snapshot = empty.store.snapshot(ANA)
    assert snapshot is not None
    seen = summarise(runner, snapshot, empty.now.date(), BOOK, voice_of(runner))
    assert [week.metres for week in seen.weeks if week.metres is not None] != []
    assert [week for week in seen.weeks if week.metres == 0] == []
    assert seen.weeks[0].metres is None
    assert seen.weeks[-2].metres == 30_000
    assert [one.text for one in seen.said if one.text] == []


def test_the_page_keeps_the_weeks_that_a_look_at_one_run_does_not_read(empty: Stage) -> None:
    empty.connect(rules_off=NO_TIPS)
    sundays(empty)
    walks(empty, 4)
    empty.evening()
    before = empty.store.snapshot(ANA)
    empty.later(HOUR)
    run = empty.record(8)
    empty.happens(run)
    after = empty.store.snapshot(ANA)
    assert before is not None
    assert after is not None
    assert after.reaches == before.reaches
    assert {one.id for one in after.runs} == {one.id for one in before.runs} | {str(run)}
    assert len(after.runs) == len({one.id for one in after.runs})


def test_what_is_merged_from_an_older_list_is_gone_before_seven_days(empty: Stage) -> None:
    empty.connect(rules_off=NO_TIPS)
    sundays(empty)
    walks(empty, 4)
    empty.evening()
    for _ in range(8):
        empty.later(DAY)
        empty.happens(empty.record(8))
        empty.purge()
        snapshot = empty.store.snapshot(ANA)
        assert snapshot is None or empty.now - (snapshot.older_fetched_at or snapshot.fetched_at) < 7 * DAY


def test_a_short_page_is_not_the_end(empty: Stage) -> None:
    """Strava leaves rows out of a page: twenty came, and there are more."""
    empty.connect(rules_off=NO_TIPS)
    sundays(empty)
    empty.strava.page_size = 20
    run = empty.record(12)
    empty.happens(run)
    assert empty.note(run) is None
    assert warned(empty, run) == []


def test_a_long_run_behind_two_full_pages_of_walks_is_not_forgotten(empty: Stage) -> None:
    """The sentence of the report: "75 % longer than your longest run of the last 30 days (8.0 km)"."""
    empty.connect()
    for days_ago in range(4, 120, 3):
        empty.record(14 if days_ago in (25, 46, 67, 88, 109) else 8, days_ago=days_ago)
    walks(empty, 18)
    run = empty.record(14)
    empty.happens(run)
    assert [one.rule for one in empty.run_record(run).found if one.rule == "long_run"] == []
